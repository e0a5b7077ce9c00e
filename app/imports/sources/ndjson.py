"""One JSON object a line."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from app.imports.rows import RowError
from app.imports.sources.source import Batch, ReadAs, Unreadable

LINES_LOOKED_AT = 1_000
LONGEST_LINE = 1024 * 1024


class NdjsonSource:
    """Text in UTF-8; the columns are the members of the first 1,000 objects."""

    def __init__(self, path: Path, read_as: ReadAs) -> None:
        """Look at the first lines.

        Raises:
            Unreadable: If none of them is an object.
        """
        self._path = path
        self.read_as = read_as
        read_as.facts["format"] = "NDJSON"
        names: dict[str, None] = {}
        with path.open("rb") as file:
            for line in islice(file, LINES_LOOKED_AT):
                read = _object(line)
                if isinstance(read, dict):
                    names.update(dict.fromkeys(read))
        if not names:
            raise Unreadable("not_a_table", "no line of the file is a JSON object")
        self.names: Sequence[str] = list(names)
        with path.open("rb") as file:
            self.rows: int | None = sum(
                block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")
            )

    def batches(self, size: int) -> Iterator[Batch]:
        """Give the lines; the first is row 1."""
        with self._path.open("rb") as file:
            numbered = enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), b""), start=1)
            while True:
                numbers: list[int] = []
                rows: list[dict[str, Any]] = []
                broken: list[RowError] = []
                taken = list(islice(numbered, size))
                for number, line in taken:
                    read = _object(line)
                    if isinstance(read, dict):
                        numbers.append(number)
                        rows.append(read)
                    elif read is not None:
                        broken.append(RowError(number, "", "malformed", read))
                if taken:
                    columns: dict[str, Sequence[Any]] = {
                        name: [_plain(row.get(name)) for row in rows] for name in self.names
                    }
                    yield Batch(numbers, columns, broken)
                if len(taken) < size:
                    return


def _object(line: bytes) -> dict[str, Any] | str | None:
    """Return the object of a line, what is wrong with it, or None where the line is blank."""
    if not line.strip():
        return None
    if len(line) > LONGEST_LINE:
        return f"is longer than {LONGEST_LINE:,} bytes"
    try:
        read = json.loads(line, parse_float=Decimal)
    except (ValueError, RecursionError):
        return "is not JSON"
    return read if isinstance(read, dict) else "is not a JSON object"


def _plain(value: Any) -> Any:
    """Return a value that a column can hold: a list or an object is its JSON, never a number."""
    return json.dumps(value, default=str) if isinstance(value, dict | list) else value
