"""Every code that a refusal can carry: what it means and what to do."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "errors.toml"


@dataclass(frozen=True)
class Entry:
    """One code; `seen` names statuses of problems, `field` and `row`."""

    code: str
    seen: tuple[str, ...]
    meaning: str
    remedy: str

    @property
    def type(self) -> str:
        """Return what a problem of this code has as its `type`."""
        return f"urn:shortrun:problem:{self.code}"


@cache
def catalogue() -> Mapping[str, Entry]:
    """Return all entries by code, in the order of the alphabet."""
    found = tomllib.loads(FILE.read_text())
    return {
        code: Entry(code, tuple(entry["seen"]), entry["meaning"], entry["remedy"])
        for code, entry in sorted(found.items())
    }
