"""Files of sales, cancellations and returns."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from app.imports.kinds import values
from app.imports.kinds.dates import read_time
from app.imports.kinds.keys import LONGEST_KEPT, Numbering, digest, fitted
from app.imports.kinds.kind import UNKNOWN_SKU, Columns, Item, Portion, begun
from app.imports.kinds.values import Column, Style, Wrong, shown, text, units
from app.imports.rows import RowError
from app.imports.sources.source import Batch
from app.parties.refs import BrandRef
from app.sales.ingest import Kind, SalesEvent, store_sales
from app.web.wire import money_text

CANCELLED_AT = " cancelled at"
"""A column that presets write: when the line of a row was cancelled, or None."""

NATURAL_KEY = " key"
"""A column that presets write: what a row is known by, whatever else it says."""

MOST_UNITS = 1_000_000

NO_UNITS = "no units"
"""Reports list what did not sell: that is no event, and no mistake."""

_KINDS: Mapping[str, Kind] = {
    "sale": "sale", "sales": "sale", "sold": "sale", "order": "sale", "verkauf": "sale",
    "vente": "sale", "venta": "sale", "vendita": "sale", "verkoop": "sale",
    "return": "return", "returned": "return", "returns": "return", "refund": "return",
    "refunded": "return", "credit": "return", "retoure": "return", "gutschrift": "return",
    "retour": "return", "devolucion": "return", "reso": "return",
    "cancellation": "cancellation", "cancelled": "cancellation", "canceled": "cancellation",
    "cancel": "cancellation", "void": "cancellation", "storno": "cancellation",
    "annulation": "cancellation", "cancelacion": "cancellation",
}  # fmt: skip


class Sales:
    """Reads rows into sales events, each with an id of its own or one made of what it says."""

    refusals: Mapping[str, tuple[str, str]] = {
        "unknown_sku": UNKNOWN_SKU,
        "event_conflict": ("event_id", "was stored before with other content"),
    }

    def __init__(self, headings: Mapping[str, str], style: Style) -> None:
        self._headings = headings
        self._numbered = Numbering()
        self._columns = Columns(
            headings,
            {
                "event_id": Column(_identifier),
                "sku": Column(text(100), required=True),
                "kind": Column(_kind),
                "quantity": Column(units(style, least=-MOST_UNITS, most=MOST_UNITS), required=True),
                "occurred_at": Column(values.instant(style, read_time), required=True),
                "unit_price": Column(values.money(style)),
                "channel": Column(text(64)),
                "order_id": Column(_identifier),
                "line": Column(text(64)),
            },
        )

    def portion(self, batch: Batch) -> Portion[SalesEvent]:
        """Read some rows: a cancelled line is a sale and its cancellation."""
        portion: Portion[SalesEvent] = begun(batch)
        good, read = self._columns.read(batch, portion)
        absent: list[Any] = [None] * len(batch.numbers)
        rows = zip(
            read["sku"],
            read.get("kind", absent),
            read["quantity"],
            read["occurred_at"],
            read.get("unit_price", absent),
            read.get("channel", absent),
            read.get("order_id", absent),
            read.get("line", absent),
            read.get("event_id", absent),
            strict=True,
        )
        cancelled = batch.columns.get(CANCELLED_AT)
        keys = batch.columns.get(NATURAL_KEY)
        wanted = rows if len(good) == len(batch.numbers) else _picked(rows, good)
        for at, row in zip(good, wanted, strict=True):
            gone = cancelled[at] if cancelled else None
            self._add(portion, batch.numbers[at], row, gone, keys[at] if keys else None)
        return portion

    def _add(
        self,
        portion: Portion[SalesEvent],
        number: int,
        row: tuple[Any, ...],
        cancelled: Any,
        key: str | None,
    ) -> None:
        sku, said, quantity, at, price, channel, order, line, event_id = row
        if quantity == 0:
            portion.left_out[NO_UNITS] += 1
            return
        kind: Kind = said or ("sale" if quantity > 0 else "return")
        if kind == "sale" and quantity < 0:
            message = f"{quantity} units cannot be sold: a return or a cancellation says so"
            heading = self._headings["quantity"]
            portion.errors.append(RowError(number, heading, "too_small", message))
            return
        quantity = abs(quantity)
        if event_id is None and key:
            event_id = f"{at:%Y%m%d}-{digest(key)}"
        elif event_id is None:
            said_all = (quantity, at, price, channel) if order is None else (line,)
            event_id = self._numbered(_key(order, at, (sku, kind, *said_all)))
        event = SalesEvent(event_id, sku, kind, quantity, at, price, channel, order)
        portion.items.append(Item(number, event))
        if cancelled is not None and kind == "sale":
            back = f"{event_id}.c"
            event = SalesEvent(back, sku, "cancellation", quantity, cancelled, None, channel, order)
            portion.items.append(Item(number, event))

    def store(
        self, session: Session, brand: BrandRef, items: Sequence[Item[SalesEvent]], *, at: datetime
    ) -> Sequence[str]:
        """Store the events; the same event twice counts once."""
        return store_sales(session, brand, [item.what for item in items], at=at).verdicts

    def shown(self, what: SalesEvent) -> dict[str, Any]:
        """Return an event as `POST /v1/sales` has it."""
        return {
            "event_id": what.event_id,
            "sku": what.sku,
            "kind": what.kind,
            "quantity": what.quantity,
            "occurred_at": what.occurred_at.isoformat().replace("+00:00", "Z"),
            "unit_price": None if what.unit_price is None else money_text(what.unit_price),
            "channel": what.channel,
            "order_id": what.order_id,
        }


def _picked(rows: Any, good: Sequence[int]) -> list[Any]:
    listed = list(rows)
    return [listed[at] for at in good]


def _key(order: str | None, at: datetime, said: tuple[Any, ...]) -> str:
    """Return what a row without an id is known by, beside its order or its day.

    It begins with what grows with time: a database keeps that in order at a fraction of the cost
    of random ids.
    """
    if order is None:
        return f"{at:%Y%m%d}-{digest(*said)}"
    short = order if len(order) <= LONGEST_KEPT else digest(order)
    return f"{short}-{_digest_again(said)}"


@lru_cache(maxsize=100_000)
def _digest_again(said: tuple[Any, ...]) -> str:
    """Remember digests: what an order's lines say repeats from order to order."""
    return digest(*said)


def _identifier(value: Any) -> Any:
    said = text(200)(value)
    return said if type(said) is Wrong else fitted(said)


def _kind(value: Any) -> Any:
    found = _KINDS.get(str(value).strip().lower())
    if found is None:
        return Wrong("unknown_value", f"{shown(value)} is neither sale, return nor cancellation")
    return found
