"""What there is: on hand at an instant, and what is on its way."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import floor

from sqlalchemy.orm import Session

from app.demand.stock_queries import Movement, moved_since, receipts_after
from app.stock.queries import expected, last_levels

ROUNDING_GUARD = 1e-9
"""0.29 * 100 is a hair below 29 in binary; without this a unit would be lost."""


@dataclass(frozen=True)
class Position:
    """The inventory position of a SKU.

    Attributes:
        on_hand: Sellable units, never below 0; 0 before any report.
        stock_known: Whether a level was ever reported.
        inbound: Units on their way by due date, earliest first; overdue ones too.
    """

    on_hand: int
    stock_known: bool
    inbound: tuple[tuple[date, int], ...]


def positions(session: Session, sku_ids: Sequence[int], *, at: datetime) -> dict[int, Position]:
    """Return the position of each SKU as the events up to and including `at` tell it.

    On hand is the last report, less net sales since, and with receipts and resalable returns
    since. A report counts everything up to and including its own time. Receipts booked for later
    than `at` are still on their way, to their day: nothing expects them any more. Computed from
    what is stored whenever asked, so it does not matter in which order the events arrived.
    """
    ids = list(dict.fromkeys(sku_ids))
    there = on_hand(session, ids, at=at)
    coming: defaultdict[int, Counter[date]] = defaultdict(Counter)
    for sku_id, day, units in (*expected(session, ids), *receipts_after(session, ids, at=at)):
        coming[sku_id][day] += units
    return {
        sku_id: Position(
            on_hand=there.get(sku_id, 0),
            stock_known=sku_id in there,
            inbound=tuple(sorted(coming[sku_id].items())),
        )
        for sku_id in ids
    }


def on_hand(session: Session, sku_ids: Sequence[int], *, at: datetime) -> dict[int, int]:
    """Return the sellable units of each SKU at an instant, as `positions` does.

    SKUs that were never reported are left out.
    """
    levels = last_levels(session, sku_ids, at=at)
    movements = moved_since(session, levels, at=at)
    return {
        sku_id: _moved(reported, movements[sku_id]) if sku_id in movements else reported
        for sku_id, (_, reported) in levels.items()
    }


def _moved(reported: int, moved: Movement) -> int:
    resalable = floor(moved.returned_units * moved.resalable_share + ROUNDING_GUARD)
    return max(0, reported - moved.net_sold_units + moved.received_units + resalable)
