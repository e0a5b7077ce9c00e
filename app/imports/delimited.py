"""Read CSV and TSV record by record; a broken record is an answer like any other."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.errors import SetupError

Record = dict[str, Any] | str
"""A row by column name (None where it has no value), or what is wrong with the whole row."""

DELIMITERS = {".csv": ",", ".tsv": "\t"}


class DelimitedTable:
    """A file of UTF-8 text with a header line."""

    def __init__(self, path: Path) -> None:
        """Read the header and count the lines.

        Raises:
            SetupError: If the file cannot be opened or has no header.
        """
        self.path = path
        self._delimiter = DELIMITERS[path.suffix.lower()]
        try:
            with path.open("rb") as file:
                self.rows = max(sum(1 for _ in file) - 1, 0)
            with self._open() as file:
                self.names: Sequence[str] = next(csv.reader(file, delimiter=self._delimiter), [])
        except OSError as error:
            raise SetupError(f"{path} cannot be opened: {error.strerror}") from None
        except csv.Error:
            raise SetupError(f"{path} does not begin with a line of column names") from None

    def records(self) -> Iterator[Record]:
        """Give the records after the header, in order."""
        with self._open() as file:
            # strict: a quote that is never closed is an error, not the rest of the file.
            reader = csv.reader(file, delimiter=self._delimiter, strict=True)
            next(reader, None)
            while True:
                try:
                    values = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield f"is not a record: {error}"
                    continue
                if values:
                    yield self._record(values)

    def _record(self, values: list[str]) -> Record:
        if len(values) != len(self.names):
            return f"has {len(values)} values, not {len(self.names)}"
        return {name: value or None for name, value in zip(self.names, values, strict=True)}

    def _open(self) -> Any:
        # Bytes that are not UTF-8 become lone surrogates, which no column accepts: the row
        # is refused by name, and the others are read.
        return self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
