"""CSV, TSV and their like: the delimiter is told by the first lines, and said."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from app.imports.rows import RowError
from app.imports.sources.source import Batch, ReadAs, Unreadable, distinct

NAMES = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
LINES_LOOKED_AT = 50
LONGEST_VALUE = 1024 * 1024

csv.field_size_limit(LONGEST_VALUE)


class DelimitedSource:
    """Text in UTF-8 with a line of column names."""

    def __init__(self, path: Path, read_as: ReadAs) -> None:
        """Find the delimiter and the names, and count the lines.

        Raises:
            Unreadable: If there is no line of names.
        """
        self._path = path
        self.read_as = read_as
        self._delimiter, self._first = _look(path)
        read_as.facts["format"] = "TSV" if self._delimiter == "\t" else "CSV"
        read_as.facts["delimiter"] = NAMES[self._delimiter]
        with path.open("rb") as file:
            lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
        self.rows: int | None = max(lines - self._first, 0)
        with self._open() as file:
            header = next(islice(csv.reader(file, delimiter=self._delimiter), self._first, None))
        self.names: Sequence[str] = distinct(_without_tail(header))

    def batches(self, size: int) -> Iterator[Batch]:
        """Give the rows after the names."""
        with self._open() as file:
            # strict: a quote that is never closed is an error, not the rest of the file.
            reader = csv.reader(file, delimiter=self._delimiter, strict=True)
            for _ in range(self._first + 1):
                with suppress(csv.Error):
                    next(reader, None)
            number = self._first + 1
            while True:
                numbers: list[int] = []
                rows: list[list[str]] = []
                broken: list[RowError] = []
                ended = False
                while len(rows) + len(broken) < size:
                    try:
                        values = next(reader)
                    except StopIteration:
                        ended = True
                        break
                    except csv.Error as error:
                        number += 1
                        broken.append(_broken(number, f"is not a record: {error}"))
                        continue
                    number += 1
                    if values:
                        numbers.append(number)
                        rows.append(values)
                if rows or broken:
                    yield self._batch(numbers, rows, broken)
                if ended:
                    return

    def _batch(self, numbers: list[int], rows: list[list[str]], broken: list[RowError]) -> Batch:
        width = len(self.names)
        if any(len(row) != width for row in rows):
            kept: list[int] = []
            whole: list[list[str]] = []
            for number, row in zip(numbers, rows, strict=True):
                fitted = _fitted(row, width)
                if fitted is None:
                    said = f"has {len(row)} values, not {width}"
                    broken.append(_broken(number, said))
                else:
                    kept.append(number)
                    whole.append(fitted)
            numbers, rows = kept, whole
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * width
        return Batch(numbers, dict(zip(self.names, columns, strict=True)), broken)

    def _open(self) -> Any:
        return self._path.open(encoding="utf-8", newline="")


def _fitted(row: list[str], width: int) -> list[str] | None:
    """Return the row with as many values as there are names, if it lacks or adds only nothing."""
    if len(row) > width and not any(row[width:]):
        return row[:width]
    return row if len(row) == width else None


def _broken(number: int, message: str) -> RowError:
    return RowError(number, "", "malformed", message)


def _without_tail(header: list[str]) -> list[str]:
    """Leave out nameless columns at the end: a delimiter after the last name makes one."""
    while len(header) > 1 and not header[-1].strip():
        header = header[:-1]
    return header


def _look(path: Path) -> tuple[str, int]:
    """Return the delimiter, and which record has the names.

    The delimiter is the one that cuts most of the first lines into equally many parts; Excel's
    own `sep=;` line says it outright.
    """
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(islice(file, LINES_LOOKED_AT))
    stated = lines[0].strip() if lines else ""
    if stated.lower().startswith("sep=") and stated[4:] in NAMES:
        return stated[4:], 1
    first = next((at for at, line in enumerate(lines) if line.strip(",;|\t \r\n")), None)
    if first is None:
        raise Unreadable("empty", "the file is empty: it needs a line of column names")
    best, most = ",", (0, 0)
    for delimiter in NAMES:
        widths = _widths(lines[first:], delimiter)
        equal = sum(width == widths[0] for width in widths)
        if widths[0] > 1 and (equal, widths[0]) > most:
            best, most = delimiter, (equal, widths[0])
    return best, first


def _widths(lines: list[str], delimiter: str) -> list[int]:
    rows = csv.reader(lines, delimiter=delimiter)
    widths = []
    with suppress(csv.Error):
        widths = [len(_without_tail(row)) if at == 0 else len(row) for at, row in enumerate(rows)]
    return widths or [1]
