"""Files of the contract's own columns: the events of `POST /v1/sales`, one a row.

The columns `style`, `colorway` and `size` are extra: with `style` the catalog is made from the
file, without it every SKU must exist already. The values obey the rules of the HTTP interface.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.errors import SetupError
from app.imports.delimited import DELIMITERS, DelimitedTable, Record
from app.imports.findings import findings
from app.imports.parquet import ParquetTable
from app.imports.rows import CHUNK_ROWS, Chunk, Item, Line, RowError
from app.imports.schemas import SaleRowIn
from app.sales.ingest import SalesEvent

HEADER_ROWS = 1
"""Rows are numbered as a spreadsheet shows them: the first after the header is row 2."""

REQUIRED = ("event_id", "sku", "kind", "quantity", "occurred_at")
KNOWN = tuple(SaleRowIn.model_fields)

_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)


class ContractFile:
    """CSV, TSV or Parquet, told apart by the file's ending."""

    drops_repeats = False

    def __init__(self, path: Path) -> None:
        """Open the file and check its columns.

        Raises:
            SetupError: If it cannot be read, or its columns are not the contract's.
        """
        self._table = _open_table(path)
        self.rows = self._table.rows
        names = list(self._table.names)
        if missing := [name for name in REQUIRED if name not in names]:
            raise SetupError(f"{path} has no column {', '.join(missing)}")
        if strange := [name for name in names if name not in KNOWN]:
            shown = ", ".join(repr(name[:40]) for name in strange[:5])
            raise SetupError(
                f"{path} has columns that are not known: {shown}; known: {', '.join(KNOWN)}"
            )
        if len(set(names)) < len(names):
            raise SetupError(f"{path} names a column twice")

    def chunks(self) -> Iterator[Chunk]:
        """Read the file once; a SKU belongs to the style that its first row names."""
        items: dict[str, Item] = {}
        chunk = Chunk(rows=0)
        for row, record in enumerate(self._table.records(), start=HEADER_ROWS + 1):
            chunk.rows += 1
            line = _line(row, record, items)
            if isinstance(line, RowError):
                chunk.errors.append(line)
                chunk.left_out.add(line.code, _units_of(record))
            else:
                chunk.lines.append(line)
            if chunk.rows == CHUNK_ROWS:
                yield chunk
                chunk = Chunk(rows=0)
        if chunk.rows:
            yield chunk


def is_contract_file(path: Path) -> bool:
    """Say whether all columns of a file are the contract's.

    Raises:
        SetupError: If it cannot be opened as CSV, TSV or Parquet.
    """
    names = set(_open_table(path).names)
    return names >= set(REQUIRED) and names <= set(KNOWN)


class _ParquetRecords:
    """The same records from Parquet, whose values have types already."""

    def __init__(self, path: Path) -> None:
        self._table = ParquetTable(path)
        self.rows = self._table.rows
        self.names: list[str] = self._table.schema.names

    def records(self) -> Iterator[Record]:
        for columns in self._table.batches(self.names, CHUNK_ROWS):
            for values in zip(*columns.values(), strict=True):
                yield dict(zip(self.names, values, strict=True))


def _open_table(path: Path) -> DelimitedTable | _ParquetRecords:
    ending = path.suffix.lower()
    if ending in DELIMITERS:
        return DelimitedTable(path)
    if ending in {".parquet", ".pq"}:
        return _ParquetRecords(path)
    raise SetupError(f"{path} ends in none of .csv, .tsv, .parquet")


def _line(row: int, record: Record, items: dict[str, Item]) -> Line | RowError:
    if isinstance(record, str):
        return RowError(row, "", "malformed", record)
    try:
        read = SaleRowIn.model_validate(
            {name: _plain(name, value) for name, value in record.items() if value is not None}
        )
    except ValidationError as error:
        return _row_error(row, error)
    item = None
    if read.style is not None:
        said = Item(read.style, read.colorway or "", read.size or "", "")
        item = items.setdefault(read.sku, said)
        if item != said:
            message = "an earlier row names another style, colorway or size for this SKU"
            return RowError(row, "style", "sku_differs", message)
    event = SalesEvent(
        read.event_id,
        read.sku,
        read.kind,
        read.quantity,
        read.occurred_at,
        read.unit_price,
        read.channel,
        read.order_id,
    )
    return Line(row, event, item)


def _plain(name: str, value: Any) -> Any:
    """Bring a file's value to what JSON would hold: text is all that CSV has."""
    if name == "quantity" and isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def _row_error(row: int, error: ValidationError) -> RowError:
    found = findings(error)[0]
    return RowError(row, found.where, found.code, found.message)


def _units_of(record: Record) -> int:
    """Return the units of a row that is left out, where it tells them; a sale's are positive."""
    if not isinstance(record, Mapping):
        return 0
    quantity = _plain("quantity", record.get("quantity"))
    if not isinstance(quantity, int):
        return 0
    return quantity if record.get("kind") == "sale" else -quantity
