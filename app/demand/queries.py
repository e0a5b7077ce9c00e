"""The SELECTs of units: sums by SKU and day, never single events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain

import numpy as np
from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from app.catalog.tables import Sku
from app.database.base import Day
from app.database.upsert import one_of
from app.demand.closed_queries import (
    closed_by_day,
    closed_order_day,
    days_before,
    first_closed_days,
)
from app.demand.panel import Ints
from app.sales.tables import SalesRow


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
        """Return `demand` of some SKUs, by index, on some days; that of others is not computed."""
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


def demand_day() -> ColumnElement[date]:
    """The day a cancellation takes demand back: that of its sale where its order names one."""
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
    return func.coalesce(closed_order_day().scalar_subquery(), sold_on, SalesRow.day, type_=Day())


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
