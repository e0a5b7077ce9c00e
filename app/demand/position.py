"""What there is: on hand at an instant, and what is on its way."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
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
    levels = last_levels(session, ids, at=at)
    movements = moved_since(session, levels, at=at)
    coming: defaultdict[int, Counter[date]] = defaultdict(Counter)
    for sku_id, day, units in (*expected(session, ids), *receipts_after(session, ids, at=at)):
        coming[sku_id][day] += units
    return {
        sku_id: Position(
            on_hand=_on_hand(sku_id, levels, movements),
            stock_known=sku_id in levels,
            inbound=tuple(sorted(coming[sku_id].items())),
        )
        for sku_id in ids
    }


def _on_hand(
    sku_id: int, levels: Mapping[int, tuple[datetime, int]], movements: Mapping[int, Movement]
) -> int:
    if sku_id not in levels:
        return 0
    _, reported = levels[sku_id]
    moved = movements.get(sku_id)
    if moved is None:
        return reported
    resalable = floor(moved.returned_units * moved.resalable_share + ROUNDING_GUARD)
    return max(0, reported - moved.net_sold_units + moved.received_units + resalable)
