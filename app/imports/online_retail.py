"""The preset `online-retail`: order lines as the UCI data set of that name has them.

A product's stock code is five digits and perhaps letters: the digits are the style, the letters
(upper-cased, because the shop's clerks typed both) its colorway. There are no sizes. Every other
code is postage, fees, vouchers and the like, and is left out.

Repeats. 5,257 product lines equal an earlier line in every column. They are kept by default,
although published work on this file drops them, because the file speaks for the till and not
for a fault: 9,604 times an invoice has one product on several lines, and in 5,111 of these the
lines differ in quantity or price, so that ringing an item up again is ordinary here. The equal
ones lie scattered (a median of nine lines apart), are at most half of their invoice, and 71% of
them are of a single unit, where it is 27% of all lines. A technical double would repeat whole
invoices or neighbouring lines. Dropping them loses 13,703 units net.
"""

import math
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Literal, NamedTuple

import pyarrow as pa

from app.clock.time import zone
from app.errors import SetupError
from app.imports.parquet import Columns, ParquetTable
from app.imports.rows import CHUNK_ROWS, Chunk, Item, Line, Tally
from app.sales.ingest import SalesEvent

Repeats = Literal["keep", "drop"]

ONE = "ONE"
"""The colorway of a code without letters, and the size of everything."""

TIMEZONE = "Europe/London"

_PRODUCT = re.compile(r"([0-9]{5})([A-Za-z]{0,10})")
_INVOICE = re.compile(r"[A-Za-z0-9]{1,20}")
_TICK = Decimal("0.0001")
_MAX_UNITS = 1_000_000
_MAX_PRICE = 10_000_000_000
_YEARS = range(2000, 2101)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)  # type: ignore[no-any-return]  # pyarrow has no types


_COLUMNS: dict[str, tuple[str, Callable[[pa.DataType], bool]]] = {
    "InvoiceNo": ("text", _is_text),
    "StockCode": ("text", _is_text),
    "Description": ("text", _is_text),
    "Quantity": ("whole numbers", pa.types.is_integer),
    "InvoiceDate": (
        "times without a zone",
        lambda kind: pa.types.is_timestamp(kind) and kind.tz is None,
    ),
    "UnitPrice": ("numbers", pa.types.is_floating),
}

_WRONG_SIGN = {
    True: "negative quantity outside a C invoice: a stock correction",
    False: "positive quantity on a C invoice",
}

_NOT_PRODUCTS = {
    "POST": "postage",
    "DOT": "postage",
    "C2": "carriage",
    "D": "discount",
    "M": "manual entry",
    "S": "samples",
    "B": "bad debt adjustment",
    "BANK CHARGES": "bank charges",
    "AMAZONFEE": "marketplace fees",
    "CRUK": "charity commission",
    "PADS": "packing material",
}


class OnlineRetailFile:
    """The data set as Parquet; `InvoiceDate` is the shop's wall clock."""

    def __init__(self, path: Path, *, timezone: str = TIMEZONE, repeats: Repeats = "keep") -> None:
        """Open the file and check its columns.

        Raises:
            SetupError: If it is not Parquet, or not this data set.
        """
        self._table = ParquetTable(path)
        self._timezone = timezone
        self.drops_repeats = repeats == "drop"
        self.rows = self._table.rows
        for name, (holds, fits) in _COLUMNS.items():
            if name not in self._table.schema.names:
                raise SetupError(f"{path} has no column {name}: not a file for online-retail")
            if not fits(self._table.schema.field(name).type):
                raise SetupError(f"{path}: column {name} does not hold {holds}")

    def chunks(self) -> Iterator[Chunk]:
        """Read the file once.

        The number that tells equal lines apart counts over the whole file, so that neither the
        chunks nor the order of the lines changes an event's id.
        """
        seen: dict[int, int] = {}
        first_row = 1
        for columns in self._table.batches(list(_COLUMNS), CHUNK_ROWS):
            chunk = self._chunk(columns, first_row, seen)
            first_row += chunk.rows
            yield chunk

    def _chunk(self, columns: Columns, first_row: int, seen: dict[int, int]) -> Chunk:
        chunk = Chunk(rows=len(columns["InvoiceNo"]))
        repeated_rows = repeated_units = 0
        for row, raw in enumerate(map(_Raw, *columns.values()), start=first_row):
            reason = _reason_to_leave_out(raw)
            if reason is not None:
                chunk.left_out.add(reason, raw.quantity or 0)
                continue
            fingerprint = _fingerprint(raw)
            earlier = seen.get(fingerprint, 0)
            seen[fingerprint] = earlier + 1
            if earlier:
                repeated_rows += 1
                repeated_units += raw.quantity
                if self.drops_repeats:
                    continue
            chunk.lines.append(self._line(row, raw, fingerprint, earlier))
        chunk.repeats = Tally(repeated_rows, repeated_units)
        return chunk

    def _line(self, row: int, raw: "_Raw", fingerprint: int, earlier: int) -> Line:
        sku, item = _item(raw.code, raw.description or "")
        number = f"-{earlier + 1}" if earlier else ""
        event = SalesEvent(
            f"{raw.invoice}-{fingerprint:016x}{number}",
            sku,
            "return" if raw.invoice[0] == "C" else "sale",
            abs(raw.quantity),
            _instant(raw.at, self._timezone),
            _money(raw.price),
            None,
            raw.invoice,
        )
        return Line(row, event, item)


class _Raw(NamedTuple):
    """One row as the file has it; what is missing is None, and only a description may be."""

    invoice: str
    code: str
    description: str | None
    quantity: int
    at: datetime
    price: float


def _reason_to_leave_out(raw: _Raw) -> str | None:
    """Return why a row is not a sale or a return of a product; None when it is one."""
    invoice, code, _, quantity, at, price = raw
    if None in (invoice, code, quantity, at, price):
        return "a value is missing"
    if not _is_product(code):
        return f"not a product: {_kind_of_code(code)}"
    if not _is_number(invoice):
        return "invoice number is not letters and digits"
    if quantity == 0 or abs(quantity) > _MAX_UNITS:
        return "quantity is 0 or beyond 1,000,000"
    if (quantity < 0) != (invoice[0] == "C"):
        return _WRONG_SIGN[quantity < 0]
    if price < 0:
        return "price below 0"
    if price == 0 or not math.isfinite(price):
        return "price 0"
    if price > _MAX_PRICE or at.year not in _YEARS:
        return "price or time out of bounds"
    return None


@lru_cache(maxsize=1000)
def _is_number(invoice: str) -> bool:
    return _INVOICE.fullmatch(invoice) is not None


@lru_cache(maxsize=50_000)
def _is_product(code: str) -> bool:
    return _PRODUCT.fullmatch(code) is not None


@lru_cache(maxsize=50_000)
def _item(code: str, description: str) -> tuple[str, Item]:
    """Return the SKU of a product's code, and where it belongs."""
    matched = _PRODUCT.fullmatch(code)
    assert matched is not None
    style, letters = matched[1], matched[2].upper()
    return style + letters, Item(style, letters or ONE, ONE, description)


@lru_cache(maxsize=10_000)
def _kind_of_code(code: str) -> str:
    if code.lower().startswith("gift_"):
        return "gift voucher"
    return _NOT_PRODUCTS.get(code.upper(), "other code")


def _fingerprint(raw: _Raw) -> int:
    """Return 64 bits of the whole line; with the invoice in front two different never met."""
    content = "\x1f".join(
        (
            raw.invoice,
            raw.code,
            raw.description or "",
            str(raw.quantity),
            raw.at.isoformat(),
            repr(raw.price),
        )
    )
    return int.from_bytes(blake2b(content.encode(), digest_size=8).digest())


@lru_cache(maxsize=50_000)
def _instant(at: datetime, timezone: str) -> datetime:
    """Return when the shop's clock showed that.

    A time that comes twice in autumn is its first; one skipped in spring counts on as if the
    clock had not been changed yet. Either way the calendar day is the one written.
    """
    return at.replace(tzinfo=zone(timezone), fold=0).astimezone(UTC)


@lru_cache(maxsize=10_000)
def _money(price: float) -> Decimal:
    return Decimal(repr(price)).quantize(_TICK)
