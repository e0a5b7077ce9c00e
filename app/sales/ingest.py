"""Store each event once, and say what became of it."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from typing import Any, Literal, NamedTuple

from sqlalchemy.orm import Session

from app.catalog.queries import SkuRef, skus_and_timezone
from app.clock.time import zone
from app.database.database import when_committed
from app.errors import FieldError, Invalid
from app.parties.refs import BrandRef
from app.sales.digests import digest
from app.sales.metrics import count_sales
from app.sales.storing import ZoneChanged, store_once, stored_digests

AHEAD_AT_MOST = timedelta(days=1)
"""Shop clocks run ahead; more than this is a mistake in the sender's data."""

ERRORS_NAMED = 20

Kind = Literal["sale", "cancellation", "return"]
Verdict = Literal["accepted", "duplicate", "unknown_sku", "event_conflict"]


class SalesEvent(NamedTuple):
    """Units of a SKU sold, cancelled or returned at an instant; `event_id` is the brand's own.

    A tuple, since thousands come in one call: a frozen dataclass takes six times as long to make.
    """

    event_id: str
    sku: str
    kind: Kind
    quantity: int
    occurred_at: datetime
    unit_price: Decimal | None = None
    channel: str | None = None
    order_id: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of each event, in the order given."""

    verdicts: tuple[Verdict, ...]

    @property
    def accepted(self) -> int:
        """How many were stored now."""
        return self.verdicts.count("accepted")

    @property
    def duplicates(self) -> int:
        """How many were stored before, with the same content."""
        return self.verdicts.count("duplicate")

    def counts(self) -> dict[str, int]:
        """How many were accepted, duplicates and rejected."""
        return {
            "accepted": self.accepted,
            "duplicate": self.duplicates,
            "rejected": self.rejected.total(),
        }

    @property
    def rejected(self) -> Counter[str]:
        """How many could not be taken, by reason."""
        return Counter(said for said in self.verdicts if said not in {"accepted", "duplicate"})


def store_sales(
    session: Session, brand: BrandRef, events: Sequence[SalesEvent], *, at: datetime
) -> Outcome:
    """Store the events not seen before and mark their styles due; say what became of each.

    Both happen in the caller's transaction: a sale is never stored without the refresh it
    calls for, nor a refresh asked for by a sale that rolled back.

    Raises:
        Invalid: If an event lies more than a day ahead of `at`; nothing is stored then.
    """
    return store_calls(session, brand, [events], at=at)[0]


def store_calls(
    session: Session, brand: BrandRef, calls: Sequence[Sequence[SalesEvent]], *, at: datetime
) -> list[Outcome]:
    """Store the events of several calls as `store_sales` would, one call after the other.

    Raises:
        Invalid: If an event of any call lies more than a day ahead of `at`.
    """
    began = time.perf_counter()
    for events in calls:
        _refuse_future(events, at)
    verdicts = iter(_store(session, brand, list(chain.from_iterable(calls)), at))
    outcomes = [Outcome(tuple(islice(verdicts, len(events)))) for events in calls]
    for outcome in outcomes:
        when_committed(session, partial(count_sales, outcome.counts(), began=began))
    return outcomes


def _store(
    session: Session, brand: BrandRef, events: Sequence[SalesEvent], at: datetime
) -> list[Verdict]:
    try:
        skus, first, inserted = _stored_now(session, brand, events, at)
    except ZoneChanged:  # which it does at most before a brand's first sale
        return _store(session, brand, events, at)
    known = stored_digests(session, brand.id, [one for one in first if one not in inserted])
    if len(inserted) < len(events):
        known |= {one: _digest(skus, events[first[one]]) for one in inserted}
    stored_now = {first[event_id] for event_id in inserted}
    return [
        "accepted" if index in stored_now else _verdict(skus, event, known)
        for index, event in enumerate(events)
    ]


def _stored_now(
    session: Session, brand: BrandRef, events: Sequence[SalesEvent], at: datetime
) -> tuple[Mapping[str, SkuRef], Mapping[str, int], set[str]]:
    """Store what is new; return the SKUs, where each id comes first, and the ids stored now."""
    skus, timezone = skus_and_timezone(session, brand.id, list({event.sku for event in events}))
    first: dict[str, int] = {}
    for index, event in enumerate(events):
        if event.sku in skus:
            first.setdefault(event.event_id, index)
    rows = _rows(brand.id, timezone, skus, [events[index] for index in first.values()])
    styles = {sku.id: sku.style_id for sku in skus.values()}
    inserted = store_once(session, brand.id, rows, timezone=timezone, styles=styles, at=at)
    return skus, first, inserted


def _refuse_future(events: Sequence[SalesEvent], at: datetime) -> None:
    latest = at + AHEAD_AT_MOST
    ahead = [index for index, event in enumerate(events) if event.occurred_at > latest]
    if ahead:
        raise Invalid(
            "an event lies more than a day ahead of the clock",
            errors=[
                FieldError(f"/events/{index}/occurred_at", "in_future", "is more than a day ahead")
                for index in ahead[:ERRORS_NAMED]
            ],
        )


def _rows(
    brand_id: int, timezone: str | None, skus: Mapping[str, SkuRef], events: Iterable[SalesEvent]
) -> list[dict[str, Any]]:
    if timezone is None:
        return []  # without a SKU there is no event
    local = zone(timezone)
    return [
        {
            "brand_id": brand_id,
            "event_id": event.event_id,
            "sku_id": skus[event.sku].id,
            "kind": event.kind,
            "quantity": event.quantity,
            "occurred_at": event.occurred_at,
            "day": event.occurred_at.astimezone(local).date(),
            "unit_price": event.unit_price,
            "channel": event.channel,
            "order_id": event.order_id,
        }
        for event in events
    ]


def _digest(skus: Mapping[str, SkuRef], event: SalesEvent) -> int:
    return digest(
        (
            skus[event.sku].id,
            event.kind,
            event.quantity,
            event.occurred_at,
            event.unit_price,
            event.channel,
            event.order_id,
        )
    )


def _verdict(skus: Mapping[str, SkuRef], event: SalesEvent, known: Mapping[str, int]) -> Verdict:
    """Judge an event that was not stored by what stands under its id."""
    if event.sku not in skus:
        return "unknown_sku"
    same = _digest(skus, event) == known[event.event_id]
    return "duplicate" if same else "event_conflict"
