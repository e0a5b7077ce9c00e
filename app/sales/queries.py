"""Every SELECT of sales but the demand it adds up to, which is `demand`'s."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
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
