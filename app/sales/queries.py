"""Every SELECT of sales but the demand it adds up to, which is `demand`'s."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database.upsert import one_of
from app.sales.tables import SalesRow

Content = tuple[int, str, int, datetime, Decimal | None, str | None, str | None]
"""SKU, kind, quantity, instant, price, channel, order: what two events of one id must share."""


def stored_contents(
    session: Session, brand_id: int, event_ids: Sequence[str]
) -> dict[str, Content]:
    """Return what is stored under those ids; ids that are not stored are left out."""
    if not event_ids:
        return {}
    query = select(
        SalesRow.event_id,
        SalesRow.sku_id,
        SalesRow.kind,
        SalesRow.quantity,
        SalesRow.occurred_at,
        SalesRow.unit_price,
        SalesRow.channel,
        SalesRow.order_id,
    ).where(SalesRow.brand_id == brand_id, one_of(session, SalesRow.event_id, event_ids))
    return {
        event_id: (sku_id, kind, quantity, at, price, channel, order)
        for event_id, sku_id, kind, quantity, at, price, channel, order in session.execute(query)
    }


def last_event(session: Session) -> int:
    """Return the row id of the newest event of any brand; 0 where there is none."""
    return session.scalar(select(func.max(SalesRow.id))) or 0


def late_events(session: Session, brand_id: int, *, after: int, before: date, most: int) -> int:
    """Return how many of a brand's events are newer than a row and of days before another.

    Args:
        session: A transaction.
        brand_id: Whose events they are.
        after: Row id of the last event that is old news.
        before: The day; its own events are no late ones.
        most: Counted at most.
    """
    late = (
        select(SalesRow.id)
        .where(SalesRow.id > after, SalesRow.brand_id == brand_id, SalesRow.day < before)
        .limit(most)
    )
    return session.scalar(select(func.count()).select_from(late.subquery())) or 0
