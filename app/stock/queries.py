"""Every SELECT of stock."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from app.catalog.tables import Sku
from app.database.upsert import one_of
from app.stock.tables import Receipt, StockLevel, Supply

TIMES_A_QUERY = 500
"""A report is usually of one time; a history of them is read in a few statements."""

Level = tuple[datetime, int]
"""When a level was reported for, and the units on hand then."""


def last_reports(session: Session, sku_ids: Sequence[int], at: datetime) -> Subquery:
    """The last report up to `at` of each SKU, to join: an index look-up a SKU, however many."""
    one = StockLevel.__table__.alias("one")
    newest = (
        select(func.max(one.c.as_of))
        .where(one.c.sku_id == Sku.id, one.c.as_of <= at)
        .correlate(Sku)
        .scalar_subquery()
    )
    return (
        select(StockLevel.sku_id, StockLevel.as_of, StockLevel.on_hand)
        .join(Sku, Sku.id == StockLevel.sku_id)
        .where(one_of(session, Sku.id, sku_ids), StockLevel.as_of == newest)
        .subquery("last_reports")
    )


def last_levels(session: Session, sku_ids: Sequence[int], *, at: datetime) -> dict[int, Level]:
    """Return the last report up to `at` of each SKU; SKUs never reported are left out."""
    last = last_reports(session, sku_ids, at)
    query = select(last.c.sku_id, last.c.as_of, last.c.on_hand)
    return {sku_id: (as_of, on_hand) for sku_id, as_of, on_hand in session.execute(query)}


def levels_since(
    session: Session, sku_ids: Sequence[int], *, after: datetime, until: datetime
) -> list[tuple[int, datetime, int]]:
    """Return the reports of those SKUs after an instant and up to another, earliest first."""
    query = (
        select(StockLevel.sku_id, StockLevel.as_of, StockLevel.on_hand)
        .where(one_of(session, StockLevel.sku_id, sku_ids))
        .where(StockLevel.as_of > after, StockLevel.as_of <= until)
        .order_by(StockLevel.as_of, StockLevel.sku_id)
    )
    return [(row.sku_id, row.as_of, row.on_hand) for row in session.execute(query)]


def expected(session: Session, sku_ids: Sequence[int]) -> list[tuple[int, date, int]]:
    """Return what is on its way: SKU, due date and units, a row a date, earliest first."""
    query = (
        select(Supply.sku_id, Supply.due_date, func.sum(Supply.quantity))
        .where(one_of(session, Supply.sku_id, sku_ids))
        .group_by(Supply.sku_id, Supply.due_date)
        .order_by(Supply.due_date, Supply.sku_id)
    )
    return [(sku_id, due_date, int(units)) for sku_id, due_date, units in session.execute(query)]


def reported(
    session: Session, sku_ids: Sequence[int], times: Sequence[datetime]
) -> dict[tuple[int, datetime], int]:
    """Return the levels of those SKUs reported for exactly those times."""
    found: dict[tuple[int, datetime], int] = {}
    for start in range(0, len(times), TIMES_A_QUERY):
        query = select(StockLevel.sku_id, StockLevel.as_of, StockLevel.on_hand).where(
            one_of(session, StockLevel.sku_id, sku_ids),
            StockLevel.as_of.in_(times[start : start + TIMES_A_QUERY]),
        )
        for sku_id, as_of, on_hand in session.execute(query):
            found[sku_id, as_of] = on_hand
    return found


def inbound_of(
    session: Session, brand_id: int, references: Sequence[str]
) -> tuple[list[Supply], list[Receipt]]:
    """Return what is expected and what came in under those references of inbound supply."""
    expected_rows = session.scalars(
        select(Supply).where(
            Supply.brand_id == brand_id,
            Supply.source == "inbound",
            one_of(session, Supply.reference, references),
        )
    ).all()
    received_rows = session.scalars(
        select(Receipt).where(
            Receipt.brand_id == brand_id,
            Receipt.source == "inbound",
            one_of(session, Receipt.reference, references),
        )
    ).all()
    return list(expected_rows), list(received_rows)
