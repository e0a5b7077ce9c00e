"""The SELECTs of stock: when a SKU was out, what moved since its last report, what comes in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest

import numpy as np
from sqlalchemy import Integer, Subquery, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.catalog.tables import Sku, Style
from app.clock.time import local_day
from app.database.upsert import one_of
from app.demand.calendar import microseconds
from app.demand.closed_queries import closed_since
from app.demand.stockouts import FOREVER, StockOuts
from app.parties.tables import Brand
from app.sales.tables import SalesRow
from app.stock.queries import Level, last_reports
from app.stock.tables import Receipt, StockLevel


@dataclass(frozen=True)
class Movement:
    """What moved the stock of a SKU since its last report."""

    net_sold_units: int
    returned_units: int
    received_units: int
    resalable_share: float


def stock_outs(session: Session, sku_ids: Sequence[int], *, before: datetime) -> StockOuts:
    """Return the spans out of stock that began before an instant; before any report there is none.

    A report counts everything up to its own time, so at the same instant it overrules a receipt.
    """
    out = case((StockLevel.on_hand == 0, 1), else_=0)
    marks = union_all(
        select(
            StockLevel.sku_id.label("sku_id"),
            StockLevel.as_of.label("at"),
            literal(1, Integer).label("rank"),
            out.label("out"),
        ).where(one_of(session, StockLevel.sku_id, sku_ids), StockLevel.as_of < before),
        select(Receipt.sku_id, Receipt.at, literal(0, Integer), literal(0, Integer)).where(
            one_of(session, Receipt.sku_id, sku_ids), Receipt.at < before
        ),
    ).subquery()
    was_out = func.lag(marks.c.out, 1, 0).over(
        partition_by=marks.c.sku_id, order_by=(marks.c.at, marks.c.rank)
    )
    steps = select(marks, was_out.label("was_out")).subquery()
    changes = session.execute(
        select(steps.c.sku_id, steps.c.at, steps.c.out)
        .where(steps.c.out != steps.c.was_out)
        .order_by(steps.c.sku_id, steps.c.at, steps.c.rank)
    ).all()
    # Changes of one SKU alternate, and the first is always out: in stock until told otherwise.
    index = {sku_id: position for position, sku_id in enumerate(sku_ids)}
    spans = [
        (
            index[sku_id],
            microseconds(at),
            FOREVER if back is None or back.sku_id != sku_id else microseconds(back.at),
        )
        for (sku_id, at, is_out), back in zip_longest(changes, changes[1:])
        if is_out
    ]
    sku, start, end = np.array(spans, dtype=np.int64).reshape(-1, 3).T
    return StockOuts(sku, start, end)


def moved_since(
    session: Session, levels: Mapping[int, Level], *, at: datetime
) -> dict[int, Movement]:
    """Return what moved after the last report and up to `at`, for the SKUs that moved."""
    if not levels:
        return {}
    last = last_reports(session, list(levels), at)
    receipts = (
        select(Receipt.sku_id, func.sum(Receipt.quantity))
        .join(last, last.c.sku_id == Receipt.sku_id)
        .where(Receipt.at > last.c.as_of, Receipt.at <= at)
        .group_by(Receipt.sku_id)
    )
    received = {sku_id: int(units) for sku_id, units in session.execute(receipts)}
    # The index is by day: a bound two days wide of every zone spares most of the history.
    earliest = min(as_of for as_of, _ in levels.values()).date() - timedelta(days=2)
    sold = _sold_and_returned(session, last, earliest, at)
    shares = session.execute(
        select(Sku.id, Style.resalable_share)
        .join(Style, Style.id == Sku.style_id)
        .where(one_of(session, Sku.id, list(sold.keys() | received.keys())))
    )
    return {
        sku_id: Movement(*sold.get(sku_id, (0, 0)), received.get(sku_id, 0), share)
        for sku_id, share in shares
    }


def receipts_after(
    session: Session, sku_ids: Sequence[int], *, at: datetime
) -> list[tuple[int, date, int]]:
    """Return what was booked as coming in after `at`: SKU, day in its brand's zone, units."""
    query = (
        select(Receipt.sku_id, Receipt.at, Receipt.quantity, Brand.timezone)
        .join(Brand, Brand.id == Receipt.brand_id)
        .where(one_of(session, Receipt.sku_id, sku_ids), Receipt.at > at)
        .order_by(Receipt.at, Receipt.id)
    )
    return [
        (sku_id, local_day(comes, zone), units)
        for sku_id, comes, units, zone in session.execute(query)
    ]


def _sold_and_returned(
    session: Session, last: Subquery, earliest: date, at: datetime
) -> dict[int, tuple[int, int]]:
    net_sold = case(
        (SalesRow.kind == "sale", SalesRow.quantity),
        (SalesRow.kind == "cancellation", -SalesRow.quantity),
        else_=0,
    )
    sent_back = case((SalesRow.kind == "return", SalesRow.quantity), else_=0)
    query = (
        select(SalesRow.sku_id, func.sum(net_sold), func.sum(sent_back))
        .join(last, last.c.sku_id == SalesRow.sku_id)
        .where(
            SalesRow.day >= earliest,
            SalesRow.occurred_at > last.c.as_of,
            SalesRow.occurred_at <= at,
        )
        .group_by(SalesRow.sku_id)
    )
    found = {sku_id: (int(sold), int(back)) for sku_id, sold, back in session.execute(query)}
    for sku_id, (sold, back) in closed_since(session, last, earliest, at).items():
        sold_since, back_since = found.get(sku_id, (0, 0))
        found[sku_id] = (sold + sold_since, back + back_since)
    return found
