"""The exports of platforms: which of their columns is which, and what their rows mean beyond that.

The headings are those of the platforms' own exports. A file that has the headings by which a preset
is known is read by its rules even where nobody names it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Any

from app.clock.time import local_day
from app.imports.kinds import values
from app.imports.kinds.dates import read_time
from app.imports.kinds.fields import words
from app.imports.kinds.kind import SKIP
from app.imports.kinds.sales import CANCELLED_AT, NATURAL_KEY
from app.imports.kinds.values import Column, Style, Wrong
from app.imports.sources.source import Batch, ReadAs

Prepare = Callable[[Batch], Batch]
Begin = Callable[[Mapping[str, str], Style, ReadAs], Prepare]

REFUNDED = (
    "orders were refunded: the export does not say which units, so report returns by themselves"
)


@dataclass(frozen=True)
class Preset:
    """One platform's export.

    Attributes:
        kind: What the file holds.
        columns: Our columns, each with the headings that it may have, as words.
        known_by: Headings that only this export has; empty: it has to be named.
        begin: Returns what is done with each batch before it is read, in their order.
    """

    kind: str
    columns: Mapping[str, Sequence[str]]
    known_by: frozenset[str] = frozenset()
    begin: Begin | None = None

    def headings(self, names: Sequence[str]) -> dict[str, str]:
        """Return our columns by the headings that the file has."""
        have = {words(name): name for name in reversed(names)}
        found = {
            ours: next((have[one] for one in theirs if one in have), None)
            for ours, theirs in self.columns.items()
        }
        return {ours: heading for ours, heading in found.items() if heading is not None}


def _column(batch: Batch, *called: str) -> Sequence[Any]:
    """Return a column by what it may be called; one that is not there has no values."""
    have = {words(name): name for name in batch.columns}
    name = next((have[one] for one in called if one in have), None)
    return batch.columns[name] if name is not None else [None] * len(batch.numbers)


def _with(batch: Batch, **columns: Sequence[Any]) -> Batch:
    named = {"skip": SKIP, "cancelled_at": CANCELLED_AT, "key": NATURAL_KEY}
    more = {named[name]: column for name, column in columns.items()}
    return batch._replace(columns={**batch.columns, **more})


def _shopify(headings: Mapping[str, str], style: Style, read_as: ReadAs) -> Prepare:
    """An order's first line alone says that it was cancelled or refunded; all have its name."""
    read = Column(values.instant(style, read_time))
    cancelled: dict[Any, Any] = {}

    def prepare(batch: Batch) -> Batch:
        names = batch.columns[headings["order_id"]]
        told = read.values(_column(batch, "cancelled at"))
        refunds = _column(batch, "refunded amount")
        for name, at, refund in zip(names, told, refunds, strict=True):
            if at is not None and type(at) is not Wrong:
                cancelled[name] = at
            elif refund and str(refund).strip(" 0.,"):
                _warn(read_as, REFUNDED)
        ships = _column(batch, "lineitem requires shipping")
        skip = ["needs no shipping" if str(one).lower() == "false" else None for one in ships]
        return _with(batch, skip=skip, cancelled_at=[cancelled.get(name) for name in names])

    return prepare


def _amazon(headings: Mapping[str, str], style: Style, _: ReadAs) -> Prepare:
    """A price is of the whole line; a cancelled line mostly has no units any more."""
    read = Column(values.instant(style, read_time))

    def prepare(batch: Batch) -> Batch:
        units = batch.columns[headings["quantity"]]
        statuses = zip(
            _column(batch, "item status"), _column(batch, "order status"), units, strict=True
        )
        changed = read.values(_column(batch, "last updated date", "purchase date"))
        skip: list[str | None] = []
        gone: list[Any] = []
        for (item, order, count), at in zip(statuses, changed, strict=True):
            is_cancelled = "cancel" in f"{item} {order}".lower()
            skip.append("cancelled" if is_cancelled and str(count) in {"0", "", "None"} else None)
            gone.append(at if is_cancelled and type(at) is not Wrong else None)
        batch = _with(batch, skip=skip, cancelled_at=gone)
        price = headings.get("unit_price")
        if price is None:
            return batch
        each = [_each(one, count) for one, count in zip(batch.columns[price], units, strict=True)]
        return batch._replace(columns={**batch.columns, price: each})

    return prepare


def _each(total: Any, count: Any) -> Any:
    """Return the price of a unit; what is no price stays as it is, to be refused by name."""
    try:
        return Decimal(str(total)) / Decimal(str(count)) if total else None
    except (InvalidOperation, DivisionByZero):
        return total


_UNPAID = frozenset({"pending", "failed", "checkout draft", "trash", "auto draft", "draft"})


def _woocommerce(headings: Mapping[str, str], style: Style, read_as: ReadAs) -> Prepare:
    """An order's status says whether it was placed at all, and whether it was taken back."""
    read = Column(values.instant(style, read_time))

    def prepare(batch: Batch) -> Batch:
        statuses = [
            words(str(one or "")).removeprefix("wc ")
            for one in _column(batch, "status", "order status")
        ]
        placed = read.values(batch.columns[headings["occurred_at"]])
        if "refunded" in statuses:
            _warn(read_as, REFUNDED)
        skip = [f"not paid: {one}" if one in _UNPAID else None for one in statuses]
        gone = [
            at if one == "cancelled" and type(at) is not Wrong else None
            for one, at in zip(statuses, placed, strict=True)
        ]
        return _with(batch, skip=skip, cancelled_at=gone)

    return prepare


def _netstock(headings: Mapping[str, str], style: Style, _: ReadAs) -> Prepare:
    """A row is a day's total: known by day, SKU and location, and final once the day is over."""
    today = local_day(style.at, style.timezone)
    read = Column(values.day(style, read_time))

    def keys(batch: Batch) -> Iterator[tuple[str, str | None]]:
        days = read.values(batch.columns[headings["occurred_at"]])
        skus = batch.columns[headings["sku"]]
        channel = headings.get("channel")
        places = batch.columns[channel] if channel else [None] * len(skus)
        for day, sku, place in zip(days, skus, places, strict=True):
            yield f"day\x1f{day}\x1f{sku}\x1f{place}", "day not over" if day == today else None

    def prepare(batch: Batch) -> Batch:
        found = list(keys(batch))
        return _with(batch, key=[key for key, _ in found], skip=[skip for _, skip in found])

    return prepare


def _warn(read_as: ReadAs, said: str) -> None:
    if said not in read_as.warnings:
        read_as.warnings.append(said)


PRESETS: Mapping[str, Preset] = {
    "shopify-orders": Preset(
        "sales",
        {
            "sku": ("lineitem sku",),
            "quantity": ("lineitem quantity",),
            "occurred_at": ("created at",),
            "unit_price": ("lineitem price",),
            "order_id": ("name",),
        },
        frozenset({"name", "lineitem sku", "lineitem quantity", "financial status", "created at"}),
        _shopify,
    ),
    "amazon-orders": Preset(
        "sales",
        {
            "sku": ("sku",),
            "quantity": ("quantity", "quantity purchased"),
            "occurred_at": ("purchase date",),
            "unit_price": ("item price",),
            "channel": ("sales channel",),
            "order_id": ("amazon order id", "order id"),
            "line": ("order item id",),
        },
        frozenset({"purchase date", "sku", "item price", "ship service level"}),
        _amazon,
    ),
    "woocommerce-orders": Preset(
        "sales",
        {
            "sku": ("item sku", "sku"),
            "quantity": ("item quantity", "quantity refund", "quantity"),
            "occurred_at": ("order date", "date", "date created"),
            "unit_price": ("item price", "item cost"),
            "order_id": ("order id", "order number"),
            "line": ("item id",),
        },
        frozenset({"item sku", "item quantity", "order number", "order date", "status"}),
        _woocommerce,
    ),
    "netstock-sales": Preset(
        "sales",
        {
            "sku": ("item code", "item", "sku", "product code", "stock code"),
            "quantity": ("quantity", "qty", "sales quantity", "sales qty", "units"),
            "occurred_at": ("date", "sales date", "transaction date"),
            "channel": ("location", "location code", "warehouse", "site"),
        },
        begin=_netstock,
    ),
    "stock-history": Preset(
        "stock",
        {
            "sku": ("sku", "item code", "item", "product code", "stock code"),
            "on_hand": ("on hand", "stock on hand", "soh", "qty on hand", "stock", "quantity"),
            "as_of": ("date", "as of", "stock date", "snapshot date"),
        },
    ),
}


def recognised(kind: str, names: Sequence[str]) -> str | None:
    """Return the preset by which a file of the kind is known."""
    have = {words(name) for name in names}
    found = (
        name
        for name, one in PRESETS.items()
        if one.kind == kind and one.known_by and one.known_by <= have
    )
    return next(found, None)
