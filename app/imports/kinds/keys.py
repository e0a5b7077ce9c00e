"""Ids for rows whose file has none: the same for the same sale, wherever it stands in a file.

An order line is known by its order and its line where the file numbers them, else by its order,
its SKU and which line of the two it is. A row without an order is known by all it says and by
which of the rows that say the same it is: then no row before it, in no later export, moves it.
"""

import re
from hashlib import blake2b

_FIT = re.compile(r"[A-Za-z0-9._~-]{1,64}")
_UNFIT = re.compile(r"[^A-Za-z0-9._~-]+")
LONGEST_KEPT = 40


def fitted(said: str) -> str:
    """Return an id as our interface takes it: itself, less a leading #, or the like with a hash."""
    said = said.removeprefix("#")
    if _FIT.fullmatch(said):
        return said
    return f"{_UNFIT.sub('-', said)[:LONGEST_KEPT].strip('-')}-{digest(said)[:10]}"


def digest(*parts: object) -> str:
    """Return 16 hexadecimal digits of some values."""
    content = "\x1f".join(map(str, parts))
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


class Numbering:
    """Counts how often a key came in a file so far; the first keeps the key itself."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def __call__(self, key: str) -> str:
        """Return the key, with a number from its second time on."""
        times = self._seen[key] = self._seen.get(key, 0) + 1
        return key if times == 1 else f"{key}.{times}"
