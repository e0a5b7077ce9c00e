"""The SELECTs of demand that a brand knows of."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.catalog.tables import Sku
from app.database.upsert import one_of
from app.demand.tables import KnownDemand


def known_under(
    session: Session, brand_id: int, references: Sequence[str]
) -> Sequence[KnownDemand]:
    """Return the brand's known demand under those references."""
    query = select(KnownDemand).where(
        KnownDemand.brand_id == brand_id, one_of(session, KnownDemand.reference, references)
    )
    return session.scalars(query).all()


def known_page(
    session: Session, brand_id: int, *, after: tuple[str, str] | None, limit: int
) -> list[tuple[KnownDemand, str]]:
    """Return the brand's known demand by reference and SKU, each with the code of its SKU."""
    place = tuple_(KnownDemand.reference, Sku.code)
    query = (
        select(KnownDemand, Sku.code)
        .join(Sku, Sku.id == KnownDemand.sku_id)
        .where(KnownDemand.brand_id == brand_id)
        .order_by(KnownDemand.reference, Sku.code)
        .limit(limit)
    )
    if after is not None:
        query = query.where(place > tuple_(*after))
    return [(row, code) for row, code in session.execute(query)]


def known_of_skus(
    session: Session, sku_ids: Sequence[int], *, first: date, after: date
) -> Sequence[KnownDemand]:
    """Return the known demand of those SKUs due from `first` on and before `after`, by due date."""
    query = (
        select(KnownDemand)
        .where(one_of(session, KnownDemand.sku_id, sku_ids))
        .where(KnownDemand.due_date >= first, KnownDemand.due_date < after)
        .order_by(KnownDemand.due_date, KnownDemand.reference, KnownDemand.sku_id)
    )
    return session.scalars(query).all()
