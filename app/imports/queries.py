"""What an import asks of the database: prices to follow, and units to reconcile with."""

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.tables import Sku, Style
from app.sales.tables import SalesRow
from app.sourcing.tables import Offer


def style_prices(session: Session, brand_id: int) -> dict[str, Decimal]:
    """Return the price of each of the brand's styles, by style code."""
    query = select(Style.code, Style.price).where(Style.brand_id == brand_id)
    return {row.code: row.price for row in session.execute(query.order_by(Style.code))}


def units_by_sku(session: Session, brand_id: int) -> dict[tuple[str, str], int]:
    """Return the units of all the brand's events, by SKU code and kind."""
    totals = (
        select(SalesRow.sku_id, SalesRow.kind, func.sum(SalesRow.quantity).label("units"))
        .where(SalesRow.brand_id == brand_id)
        .group_by(SalesRow.sku_id, SalesRow.kind)
        .subquery()
    )
    query = select(Sku.code, totals.c.kind, totals.c.units).join(totals, totals.c.sku_id == Sku.id)
    return {(code, kind): int(units) for code, kind, units in session.execute(query)}


def stored_offers(session: Session, brand_id: int, factory_id: int) -> list[Offer]:
    """Return the offers that the factory makes to the brand."""
    query = select(Offer).where(Offer.brand_id == brand_id, Offer.factory_id == factory_id)
    return list(session.scalars(query.order_by(Offer.id)))
