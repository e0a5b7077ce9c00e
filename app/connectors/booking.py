"""Turn what an order says, beyond what was booked of it already, into sales events.

The events of an order add up to what it says: units are sold again or cancelled until they do,
each event under an id made of the order, its line and the units booked with it. All of an
order's sales are of the day it was placed, and cancellations name the order, so the demand of a
day is the same whatever the order of arrival.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from app.catalog.queries import skus_by_code
from app.connectors.orders import (
    OrderLine,
    OrderState,
    Wanted,
    from_document,
    returned_units,
    to_document,
    wanted_units,
)
from app.connectors.quarantine import Subject, hold, release
from app.connectors.queries import locked_order, mapped_items
from app.connectors.reading import Issue
from app.connectors.tables import Connection, ShopOrder
from app.database.upsert import insert_new
from app.parties.refs import BrandRef
from app.sales.ingest import AHEAD_AT_MOST, SalesEvent, store_sales

LONGEST_ID = 64

NOT_PLANNED = ""
"""Stands for the SKU of an item that the map leaves out."""


@dataclass
class Booked:
    """Units of a line that became events, and the SKU that they were of."""

    sku: str
    sold: int = 0
    cancelled: int = 0


@dataclass
class Ledger:
    """What was booked of an order: units by line, and returns by refund and line."""

    lines: dict[str, Booked] = field(default_factory=dict)
    returned: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Ledger":
        """Read what is stored."""
        lines = {line: Booked(*units) for line, units in stored.get("lines", {}).items()}
        return cls(lines, dict(stored.get("returned", {})))

    def document(self) -> dict[str, Any]:
        """Return it as it is stored."""
        lines = {line: [one.sku, one.sold, one.cancelled] for line, one in self.lines.items()}
        return {"lines": lines, "returned": self.returned}


def take_order(
    session: Session,
    brand: BrandRef,
    connection: Connection,
    order: str,
    news: OrderState,
    *,
    topic: str,
    at: datetime,
) -> list[Issue]:
    """Put news of an order to what is known of it, and book what follows; return what cannot be.

    The usable lines are booked, the others wait in quarantine. Deliveries about the same order
    wait for each other.
    """
    fresh = {
        "connection_id": connection.id,
        "order_key": order,
        "placed_at": None,
        "state": to_document(OrderState()),
        "booked": Ledger().document(),
        "is_waiting": False,
    }
    insert_new(session, ShopOrder, [fresh], key=("connection_id", "order_key"))
    row = locked_order(session, connection.id, order)
    before = from_document(row.state)
    state = before.with_news(news)
    if state == before and row.placed_at is not None and not row.is_waiting:
        return []
    ledger = Ledger.of(row.booked)
    issues = _book(session, brand, connection, Told(order, state, ledger), at=at)
    if state.snapshot is not None:
        row.placed_at = state.snapshot.placed_at
    row.state, row.booked = to_document(state), ledger.document()
    if issues:
        hold(session, connection, Subject("order", order), issues, topic=topic, at=at)
    elif row.is_waiting:
        release(session, connection, Subject("order", order), at=at)
    row.is_waiting = bool(issues)
    session.flush()
    return issues


@dataclass(frozen=True)
class Told:
    """An order, what is known of it and what was booked of it."""

    order: str
    state: OrderState
    ledger: Ledger


def _book(
    session: Session, brand: BrandRef, connection: Connection, told: Told, *, at: datetime
) -> list[Issue]:
    snapshot = told.state.snapshot
    if snapshot is None:
        return [Issue("", "order_not_seen", "the order itself has not been delivered yet")]
    if snapshot.placed_at > at + AHEAD_AT_MOST:
        return [Issue("/created_at", "in_future", "is more than a day ahead of the clock")]
    issues = _recognise(session, brand, connection, told)
    own = Naming(connection, told.order, is_priced=snapshot.currency in {None, brand.currency})
    events = [
        *_ordered(told, own, changed_at=min(told.state.changed_at(), at)),
        *_returned(told, own, at=at),
    ]
    if events:
        verdicts = store_sales(session, brand, events, at=at).verdicts
        issues += [
            Issue("", verdict, f"{event.sku}: the sales event {event.event_id} was not taken")
            for event, verdict in zip(events, verdicts, strict=True)
            if verdict not in {"accepted", "duplicate"}
        ]
    return issues


def _recognise(
    session: Session, brand: BrandRef, connection: Connection, told: Told
) -> list[Issue]:
    """Note the SKU of each line that has none yet; it stays, whatever the map says later."""
    assert told.state.snapshot is not None
    open_lines = [line for line in told.state.snapshot.lines if line.line not in told.ledger.lines]
    if not open_lines:
        return []
    items = sorted({item for line in open_lines for item in line.items})
    mapped = mapped_items(session, brand.id, connection.channel, items)
    own = skus_by_code(session, brand.id, sorted({one.sku for one in open_lines if one.sku}))
    issues = []
    for line in open_lines:
        sku = _sku_of(line, mapped, own)
        if sku is None:
            issues.append(_unknown(line))
        elif sku != NOT_PLANNED:
            told.ledger.lines[line.line] = Booked(sku)
    return issues


def _sku_of(
    line: OrderLine, mapped: Mapping[str, str | None], own: Mapping[str, object]
) -> str | None:
    for item in line.items:
        if item in mapped:
            return mapped[item] or NOT_PLANNED
    return line.sku if line.sku in own else None


def _unknown(line: OrderLine) -> Issue:
    if line.sku is None:
        named = f"item {line.items[0]}" if line.items else "the item"
        return Issue(line.pointer, "unmapped_item", f"{named} has no SKU and is not in the SKU map")
    said = f"the brand has no SKU {line.sku}, and the SKU map does not say which it is"
    return Issue(f"{line.pointer}/sku", "unknown_sku", said)


@dataclass(frozen=True)
class Naming:
    """How the events of one order are called."""

    connection: Connection
    order: str
    is_priced: bool

    def order_id(self) -> str:
        """Return the order's id among the brand's, which may have several shops."""
        return _short(f"{self.connection.code}.{self.order}")

    def event(
        self,
        line: OrderLine | None,
        key: str,
        sku: str,
        kind: Literal["sale", "cancellation", "return"],
        units: int,
        at: datetime,
    ) -> SalesEvent:
        """Return an event; `key` tells it from the others of the order."""
        return SalesEvent(
            event_id=_short(f"{self.connection.code}.{self.order}.{key}"),
            sku=sku,
            kind=kind,
            quantity=units,
            occurred_at=at,
            unit_price=line.unit_price if line is not None and self.is_priced else None,
            channel=self.connection.channel,
            order_id=self.order_id(),
        )


def _ordered(told: Told, own: Naming, *, changed_at: datetime) -> Iterator[SalesEvent]:
    """Yield what makes the booked units of each line those that the order says."""
    assert told.state.snapshot is not None
    placed_at = told.state.snapshot.placed_at
    wanted = {one.line.line: one for one in wanted_units(told.state)}
    for key, booked in told.ledger.lines.items():
        want = wanted.get(key)
        sold, cancelled = _missing(booked, want)
        line = want.line if want is not None else None
        if sold:
            booked.sold += sold
            name = f"{key}.s{booked.sold}"
            yield own.event(line, name, booked.sku, "sale", sold, placed_at)
        if cancelled:
            booked.cancelled += cancelled
            name = f"{key}.c{booked.cancelled}"
            when = max(placed_at, changed_at)
            yield own.event(line, name, booked.sku, "cancellation", cancelled, when)


def _missing(booked: Booked, want: Wanted | None) -> tuple[int, int]:
    """Return the units to sell and to cancel, so that what is left is what is wanted.

    Units told as sold or cancelled are booked so even where they cancel out; a line that grew
    smaller, or is gone, is cancelled, and one that grows again is sold.
    """
    sold, cancelled = (want.sold, want.cancelled) if want is not None else (0, 0)
    more_sold = max(0, sold - booked.sold)
    more_cancelled = max(0, cancelled - booked.cancelled)
    left = booked.sold + more_sold - booked.cancelled - more_cancelled
    surplus = left - (sold - cancelled)
    return more_sold + max(0, -surplus), more_cancelled + max(0, surplus)


def _returned(told: Told, own: Naming, *, at: datetime) -> Iterator[SalesEvent]:
    """Yield the returns that were not booked, each of the day of its refund."""
    for refund_id, refunded_at, one in returned_units(told.state):
        booked = told.ledger.lines.get(one.line)
        key = f"{one.line}.r{refund_id}"
        if booked is None or key in told.ledger.returned or not one.quantity:
            continue
        told.ledger.returned[key] = one.quantity
        yield own.event(None, key, booked.sku, "return", one.quantity, min(refunded_at, at))


def _short(name: str) -> str:
    """Return an id that may be long as one that is not, the same every time."""
    if len(name) <= LONGEST_ID:
        return name
    return f"{name[:23]}.{hashlib.sha256(name.encode()).hexdigest()[:40]}"
