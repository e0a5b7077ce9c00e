"""Every SELECT of sales but the demand it adds up to, which is `demand`'s."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.tables import Sku
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


def has_sales_before(session: Session, brand_id: int, day: date) -> bool:
    """Say whether any event of the brand lies on an earlier day; one index look-up a SKU."""
    old = select(SalesRow.id).where(SalesRow.sku_id == Sku.id, SalesRow.day < day).exists()
    query = select(Sku.id).where(Sku.brand_id == brand_id, old).limit(1)
    return session.scalar(query) is not None
