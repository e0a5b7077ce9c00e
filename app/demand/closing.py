"""Close a month of sales: keep what its events came to, and take them out.

Demand, positions and figures are the same before and after. What is lost is what only single
events tell: an order of the month is no longer found by a cancellation that comes later, which
then counts on its own day, nor by a return.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from time import sleep

from sqlalchemy import ColumnElement, Select, Subquery, case, func, insert, select
from sqlalchemy.orm import Session, aliased

from app.audit.record import Act, CommandLine, Detail, record
from app.database.database import Database
from app.demand.closed_queries import closed_order_day, units
from app.demand.queries import demand_day
from app.demand.tables import ClosedDay, ClosedOrder
from app.errors import SetupError, Unavailable
from app.sales.months import (
    detach_month,
    hold_month,
    make_month,
    month_of,
    months_after,
    months_made,
    months_to_make,
    table_of_month,
    take_turn,
)
from app.sales.tables import ClosedMonth, SalesRow
from app.stock.tables import StockLevel

KEPT_MONTHS = 13
"""Full months that stay: what a brand learns of returns looks back 52 weeks."""

ATTEMPTS = 60
PAUSE_SECONDS = 1.0
"""Whoever reads or writes sales holds a lock for moments, a report for a minute."""


def closable(session: Session, *, before: date, today: date) -> list[date]:
    """Return the months before a day that hold events and can be closed, the oldest first.

    Raises:
        SetupError: If the day lies in months that stay.
    """
    latest = months_after(month_of(today), -KEPT_MONTHS)
    if before > latest:
        raise SetupError(f"{KEPT_MONTHS} full months are kept: --before {latest:%Y-%m} at latest")
    crowded = months_to_make(session, today=today, at_least=1)
    return sorted({month for month in (*months_made(session), *crowded) if month < before})


def close_month(
    database: Database, month: date, *, at: datetime, pause: Callable[[float], None] = sleep
) -> ClosedMonth:
    """Close a month, in its own partition by now or not; waits for whoever uses it.

    Raises:
        SetupError: If the table is used all the time, or another closed it; nothing was done then.
    """
    for attempt in range(ATTEMPTS):
        try:
            with database.write() as session:
                make_month(session, month)
            with database.write() as session:
                return _close(session, month, at)
        except Unavailable as error:
            if attempt == ATTEMPTS - 1:
                raise SetupError(f"sales are in use, {month:%Y-%m} stays: {error}") from error
            pause(PAUSE_SECONDS)
    raise AssertionError("it was closed or given up")


def _close(session: Session, month: date, at: datetime) -> ClosedMonth:
    """Sum a month up and take it out: both in one transaction, so that it counts once."""
    take_turn(session)
    if session.get(ClosedMonth, month) is not None:
        raise SetupError(f"{month:%Y-%m} was closed already")
    hold_month(session, month)
    inside = list(_within(month))
    count, sold = session.execute(
        select(func.count(), units(SalesRow.quantity)).where(*inside)
    ).one()
    names = [column.name for column in ClosedDay.__table__.c]
    session.execute(insert(ClosedDay).from_select(names, _days(inside)))
    kept = [column.name for column in ClosedOrder.__table__.c]
    session.execute(insert(ClosedOrder).from_select(kept, _orders(month)))
    closed = ClosedMonth(
        month=month, table_name=table_of_month(month), events=count, units=sold, closed_at=at
    )
    session.add(closed)
    session.flush()
    detach_month(session, month)
    details: dict[str, Detail] = {"table": closed.table_name, "events": count, "units": sold}
    act = Act("sales.month_closed", f"{month:%Y-%m}", details=details)
    record(session, CommandLine(), act, at=at)
    return closed


def _within(month: date) -> Iterator[ColumnElement[bool]]:
    yield SalesRow.day >= month
    yield SalesRow.day < months_after(month, 1)


def _days(inside: list[ColumnElement[bool]]) -> Select[*tuple[object, ...]]:
    """Select the rows of `closed_days`: apart are events before and after a report of the stock."""
    event = _events(inside).c
    sold, cancelled, returned = (
        units(case((event.kind == kind, event.quantity)))
        for kind in ("sale", "cancellation", "return")
    )
    is_sale = event.kind == "sale"
    return select(
        event.sku_id,
        event.day,
        event.told_on,
        func.max(event.occurred_at),
        sold,
        cancelled,
        returned,
        func.count(case((is_sale, 1))),
        func.coalesce(func.max(case((is_sale, event.quantity))), 0),
    ).group_by(event.sku_id, event.day, event.told_on, event.report)


def _events(inside: list[ColumnElement[bool]]) -> Subquery:
    """Select events with the day each counts on and the last report of its SKU's stock before."""
    report = (
        select(func.max(StockLevel.as_of))
        .where(StockLevel.sku_id == SalesRow.sku_id, StockLevel.as_of < SalesRow.occurred_at)
        .correlate(SalesRow)
        .scalar_subquery()
    )
    counts_on = case((SalesRow.kind == "cancellation", demand_day()), else_=SalesRow.day)
    return (
        select(
            SalesRow.sku_id,
            counts_on.label("day"),
            SalesRow.day.label("told_on"),
            SalesRow.occurred_at,
            SalesRow.kind,
            SalesRow.quantity,
            report.label("report"),
        )
        .where(*inside)
        .subquery("event")
    )


def _orders(month: date) -> Select[*tuple[object, ...]]:
    """Select the rows of `closed_orders`: sales that a cancellation of another month takes back."""
    taken = aliased(SalesRow)
    return (
        select(SalesRow.brand_id, SalesRow.order_id, SalesRow.sku_id, func.min(SalesRow.day))
        .join(
            taken,
            (taken.brand_id == SalesRow.brand_id)
            & (taken.order_id == SalesRow.order_id)
            & (taken.sku_id == SalesRow.sku_id),
        )
        .where(*_within(month), SalesRow.kind == "sale", ~closed_order_day().exists())
        .where(taken.kind == "cancellation")
        .where((taken.day < month) | (taken.day >= months_after(month, 1)))
        .group_by(SalesRow.brand_id, SalesRow.order_id, SalesRow.sku_id)
    )
