"""Parquet: typed columns."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from app.errors import SetupError
from app.imports.parquet import ParquetTable
from app.imports.sources.source import Batch, ReadAs, Unreadable
from app.imports.sources.unpack import too_large

PARQUET = b"PAR1"


class ParquetSource:
    """A Parquet file; nested columns are left out."""

    def __init__(self, path: Path, read_as: ReadAs, *, limit: int) -> None:
        """Read the footer.

        Raises:
            Unreadable: If it is damaged or too large unpacked.
        """
        try:
            self._table = ParquetTable(path)
        except SetupError:
            raise Unreadable("bad_parquet", "the Parquet file is damaged") from None
        if self._table.unpacked_bytes > limit:
            raise too_large(limit)
        self.read_as = read_as
        read_as.facts["format"] = "Parquet"
        self.rows: int | None = self._table.rows
        nested = [field.name for field in self._table.schema if pa.types.is_nested(field.type)]
        if nested:
            read_as.warnings.append(f"nested columns are not read: {', '.join(nested)[:200]}")
        self.names: Sequence[str] = [n for n in self._table.schema.names if n not in nested]
        if not self.names:
            raise Unreadable("not_a_table", "the Parquet file has no plain columns")

    def batches(self, size: int) -> Iterator[Batch]:
        """Give the rows; the first is row 1."""
        first = 1
        try:
            for columns in self._table.batches(self.names, size):
                count = len(next(iter(columns.values())))
                yield Batch(range(first, first + count), dict(columns), [])
                first += count
        except SetupError:
            raise Unreadable("bad_parquet", "the Parquet file is damaged") from None
