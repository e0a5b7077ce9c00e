"""The SELECTs of units and stock: sums by SKU and day, never single events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain, zip_longest

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    case,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from app.catalog.tables import Sku, Style
from app.clock.time import local_day
from app.database.base import Day
from app.database.upsert import one_of
from app.demand.calendar import microseconds
from app.demand.closed_queries import closed_by_day, closed_since, days_before, first_closed_days
from app.demand.panel import Ints
from app.demand.stockouts import FOREVER, StockOuts
from app.demand.tables import ClosedOrder
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


@dataclass(frozen=True, eq=False)
class UnitsByDay:
    """Units of each SKU on each day, every array of shape (skus, days).

    Attributes:
        sold: Units ordered that day.
        cancelled: Units taken back before shipping, on the day they were ordered where known.
        returned: Units sent back that day.
        orders: Sales events of that day.
        largest: Units of the largest of them.
    """

    sold: Ints
    cancelled: Ints
    returned: Ints
    orders: Ints
    largest: Ints

    @property
    def demand(self) -> Ints:
        """Units wanted: sold less cancelled, never below 0."""
        return np.asarray(np.maximum(self.sold - self.cancelled, 0))

    def demand_of(self, skus: Ints, days: slice) -> Ints:
        """Return `demand` of some SKUs on some days, without that of all others."""
        return np.asarray(np.maximum(self.sold[skus, days] - self.cancelled[skus, days], 0))


def units_by_day(
    session: Session,
    sku_ids: Sequence[int],
    *,
    first: date,
    days: int,
    known_before: date | None = None,
) -> UnitsByDay:
    """Return what was sold, cancelled and returned on each of `days` days from `first` on.

    Args:
        session: A transaction.
        sku_ids: The SKUs, in the order of the rows that come back.
        first: The first day.
        days: How many.
        known_before: Leave out cancellations of this day and later: a plan of that day cannot
            know them. None: however late they came.
    """
    after = date.fromordinal(first.toordinal() + days)
    day = days_before(after, SalesRow.day)
    sale = case((SalesRow.kind == "sale", SalesRow.quantity), else_=0)
    plain = (
        select(
            SalesRow.sku_id,
            day,
            func.sum(sale),
            func.sum(case((SalesRow.kind == "return", SalesRow.quantity), else_=0)),
            func.sum(case((SalesRow.kind == "sale", 1), else_=0)),
            func.max(sale),
        )
        .where(one_of(session, SalesRow.sku_id, sku_ids))
        .where(SalesRow.day >= first, SalesRow.day < after)
        .group_by(SalesRow.sku_id, SalesRow.day)
    )
    cancelled = select(SalesRow.sku_id, days_before(after, demand_day()), SalesRow.quantity).where(
        one_of(session, SalesRow.sku_id, sku_ids), SalesRow.kind == "cancellation"
    )
    if known_before is not None:
        cancelled = cancelled.where(SalesRow.day < known_before)

    sums = _numbers(session, plain, columns=6)
    takes = _numbers(session, cancelled, columns=3)
    # Not in a WHERE, for which the databases look for each sale again.
    takes = takes[(takes[:, 1] >= 1) & (takes[:, 1] <= days)]
    summed = closed_by_day(session, sku_ids, first=first, after=after, known_before=known_before)
    closed = _numbers(session, summed, columns=7)
    table = partial(_scattered, sku_ids, days)
    sold, returned, orders = (table(sums, at) + table(closed, at) for at in range(2, 5))
    return UnitsByDay(
        sold=sold,
        cancelled=table(takes, 2) + table(closed, 6),
        returned=returned,
        orders=orders,
        largest=np.maximum(table(sums, 5), table(closed, 5)),
    )


def first_sale_days(session: Session, style_ids: Sequence[int], *, before: date) -> dict[int, date]:
    """Return the day each style first sold, inactive SKUs too; styles that did not are left out."""
    first = (
        select(SalesRow.day)
        .where(SalesRow.sku_id == Sku.id, SalesRow.kind == "sale")
        .order_by(SalesRow.day)
        .limit(1)
        .correlate(Sku)
        .scalar_subquery()
    )
    found: dict[int, date] = {}
    query = select(Sku.style_id, first).where(one_of(session, Sku.style_id, style_ids))
    for style_id, day in session.execute(query):
        if day is not None and day < before:
            found[style_id] = min(day, found.get(style_id, day))
    for style_id, day in first_closed_days(session, style_ids, before=before).items():
        found[style_id] = min(day, found.get(style_id, day))
    return found


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


def demand_day() -> ColumnElement[date]:
    """The day a cancellation takes demand back: that of its sale where its order names one."""
    closed = (
        select(ClosedOrder.day)
        .where(
            ClosedOrder.brand_id == SalesRow.brand_id,
            ClosedOrder.order_id == SalesRow.order_id,
            ClosedOrder.sku_id == SalesRow.sku_id,
        )
        .correlate(SalesRow)
        .scalar_subquery()
    )
    sale = aliased(SalesRow)
    sold_on = (
        select(func.min(sale.day))
        .where(
            sale.brand_id == SalesRow.brand_id,
            sale.order_id == SalesRow.order_id,
            # `+ 0` keeps SQLite on the index by order: by SKU it would read all of its past.
            sale.sku_id + 0 == SalesRow.sku_id,
            sale.kind == "sale",
        )
        .correlate(SalesRow)
        .scalar_subquery()
    )
    return func.coalesce(closed, sold_on, SalesRow.day, type_=Day())


def _numbers(session: Session, query: Select[*tuple[int, ...]], *, columns: int) -> Ints:
    rows = session.connection().execute(query)
    flat = np.fromiter(chain.from_iterable(rows), dtype=np.int64)
    return flat.reshape(-1, columns)


def _scattered(sku_ids: Sequence[int], days: int, found: Ints, column: int) -> Ints:
    """Add a column up in a table of SKUs and days; the first two say which SKU, and days back.

    The day that is 1 back is the last of the table.
    """
    table = np.zeros((len(sku_ids), days), dtype=np.int64)
    order = np.argsort(sku_ids)
    rows = order[np.searchsorted(sku_ids, found[:, 0], sorter=order)]
    np.add.at(table, (rows, days - found[:, 1]), found[:, column])
    return table
