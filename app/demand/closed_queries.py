"""The SELECTs of closed months: what their events came to, to be added to those still there.

Asked after the events themselves: whoever looked at these keeps a month from being taken out
until the transaction ends, and so counts it once.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    Subquery,
    case,
    cast,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from app.catalog.tables import Sku
from app.database.base import Day
from app.database.upsert import one_of
from app.demand.tables import ClosedDay, ClosedOrder
from app.sales.tables import SalesRow


def days_before(after: date, day: SQLColumnExpression[date]) -> ColumnElement[int]:
    """Count days back from `after` (1 is the day before it): a number on both databases."""
    return type_coerce(literal(after, Day()) - day, Integer)


def closed_order_day() -> Select[date]:
    """Select the day of the closed sale of an event's order and SKU, in a query of sales events."""
    return (
        select(ClosedOrder.day)
        .where(
            ClosedOrder.brand_id == SalesRow.brand_id,
            ClosedOrder.order_id == SalesRow.order_id,
            ClosedOrder.sku_id == SalesRow.sku_id,
        )
        .correlate(SalesRow)
    )


def closed_by_day(
    session: Session,
    sku_ids: Sequence[int],
    *,
    first: date,
    after: date,
    known_before: date | None,
) -> Select[*tuple[int, ...]]:
    """Select SKU, days before `after`, units sold, returned, sales, the largest, cancelled."""
    taken = ClosedDay.cancelled
    known = taken if known_before is None else case((ClosedDay.told_on < known_before, taken))
    sums = (ClosedDay.sold, ClosedDay.returned, ClosedDay.orders)
    return (
        select(
            ClosedDay.sku_id,
            days_before(after, ClosedDay.day),
            *(units(one) for one in sums),
            func.max(ClosedDay.largest),
            units(known),
        )
        .where(one_of(session, ClosedDay.sku_id, sku_ids))
        .where(ClosedDay.day >= first, ClosedDay.day < after)
        .group_by(ClosedDay.sku_id, ClosedDay.day)
    )


def first_closed_days(
    session: Session, style_ids: Sequence[int], *, before: date
) -> dict[int, date]:
    """Return the first day on which each style sold in a closed month."""
    query = (
        select(Sku.style_id, func.min(ClosedDay.day, type_=Day()))
        .join(ClosedDay, ClosedDay.sku_id == Sku.id)
        .where(one_of(session, Sku.style_id, style_ids))
        .where(ClosedDay.orders > 0, ClosedDay.day < before)
        .group_by(Sku.style_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def closed_since(
    session: Session, last: Subquery, earliest: date, at: datetime
) -> dict[int, tuple[int, int]]:
    """Return net units sold, and returned, of closed months after each SKU's last report."""
    query = (
        select(ClosedDay.sku_id, units(_net()), units(ClosedDay.returned))
        .join(last, last.c.sku_id == ClosedDay.sku_id)
        .where(
            ClosedDay.told_on >= earliest,
            ClosedDay.last_at > last.c.as_of,
            ClosedDay.last_at <= at,
        )
        .group_by(ClosedDay.sku_id)
    )
    return {sku_id: (sold, back) for sku_id, sold, back in session.execute(query)}


def closed_net_units(
    session: Session, sku_ids: Sequence[int], *, first: date, after: date
) -> dict[int, int]:
    """Return units sold less cancelled on days of closed months, by SKU."""
    query = (
        select(ClosedDay.sku_id, units(_net()))
        .where(one_of(session, ClosedDay.sku_id, sku_ids))
        .where(ClosedDay.told_on >= first, ClosedDay.told_on < after)
        .group_by(ClosedDay.sku_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def closed_net_units_by_style(
    session: Session, brand_id: int, *, first: date, after: date
) -> dict[int, int]:
    """Return units sold less cancelled on days of closed months, by style of a brand."""
    query = (
        select(Sku.style_id, units(_net()))
        .join(ClosedDay, ClosedDay.sku_id == Sku.id)
        .where(Sku.brand_id == brand_id)
        .where(ClosedDay.told_on >= first, ClosedDay.told_on < after)
        .group_by(Sku.style_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def closed_units_by_sku(session: Session, brand_id: int) -> dict[tuple[str, str], int]:
    """Return the units of all events of closed months, by SKU code and kind."""
    kinds = {
        "sale": ClosedDay.sold,
        "cancellation": ClosedDay.cancelled,
        "return": ClosedDay.returned,
    }
    query = (
        select(Sku.code, *(units(one) for one in kinds.values()))
        .join(ClosedDay, ClosedDay.sku_id == Sku.id)
        .where(Sku.brand_id == brand_id)
        .group_by(Sku.code)
    )
    return {
        (code, kind): count
        for code, *counts in session.execute(query)
        for kind, count in zip(kinds, counts, strict=True)
        if count
    }


def has_closed_days(session: Session, brand_id: int) -> bool:
    """Say whether events of a brand were taken out with their months."""
    query = select(ClosedDay.sku_id).join(Sku, Sku.id == ClosedDay.sku_id)
    return session.scalar(query.where(Sku.brand_id == brand_id).limit(1)) is not None


def units(column: SQLColumnExpression[int]) -> ColumnElement[int]:
    """Return the sum of a column, 0 for none: PostgreSQL adds up 64 bits to a decimal."""
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _net() -> ColumnElement[int]:
    return ClosedDay.sold - ClosedDay.cancelled
