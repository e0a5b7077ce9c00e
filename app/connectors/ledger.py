"""What was booked of an order, and the sales events that make it what the order says.

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

from app.connectors.orders import OrderLine, OrderState, Wanted, returned_units, wanted_units
from app.connectors.tables import Connection
from app.sales.ingest import SalesEvent

LONGEST_ID = 64


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


@dataclass(frozen=True)
class Told:
    """An order, what is known of it and what was booked of it."""

    order: str
    state: OrderState
    ledger: Ledger


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


def ordered(told: Told, own: Naming, *, changed_at: datetime) -> Iterator[SalesEvent]:
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


def returned(told: Told, own: Naming, *, at: datetime) -> Iterator[SalesEvent]:
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
