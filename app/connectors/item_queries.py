"""Every SELECT of the SKU map and of the readings of stock."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.tables import Sku
from app.connectors.tables import MappedItem, ShopLevel
from app.database.upsert import one_of


def mapped_items(
    session: Session, brand_id: int, channel: str, items: Sequence[str]
) -> dict[str, str | None]:
    """Return the SKU of each of those items in the map; None for one that is not planned."""
    query = (
        select(MappedItem.item, Sku.code)
        .outerjoin(Sku, Sku.id == MappedItem.sku_id)
        .where(
            MappedItem.brand_id == brand_id,
            MappedItem.channel == channel,
            one_of(session, MappedItem.item, items),
        )
    )
    return {row.item: row.code for row in session.execute(query)}


def items_of(session: Session, brand_id: int, channel: str, sku: str) -> list[str]:
    """Return the platform's items that are this SKU in a channel, in order."""
    query = (
        select(MappedItem.item)
        .join(Sku, Sku.id == MappedItem.sku_id)
        .where(MappedItem.brand_id == brand_id, MappedItem.channel == channel, Sku.code == sku)
        .order_by(MappedItem.item)
    )
    return list(session.scalars(query))


def sku_map(session: Session, brand_id: int, channel: str) -> list[tuple[str, str | None]]:
    """Return the whole map of a channel, by item."""
    query = (
        select(MappedItem.item, Sku.code)
        .outerjoin(Sku, Sku.id == MappedItem.sku_id)
        .where(MappedItem.brand_id == brand_id, MappedItem.channel == channel)
        .order_by(MappedItem.item)
    )
    return [(item, code) for item, code in session.execute(query)]


def sku_maps_page(
    session: Session, brand_id: int, *, after: str | None, limit: int
) -> list[tuple[str, int]]:
    """Return up to `limit` channels that have a map, in order, and how many items each has."""
    query = (
        select(MappedItem.channel, func.count())
        .where(MappedItem.brand_id == brand_id)
        .group_by(MappedItem.channel)
        .order_by(MappedItem.channel)
        .limit(limit)
    )
    if after is not None:
        query = query.where(MappedItem.channel > after)
    return [(channel, count) for channel, count in session.execute(query)]


def reading_times(
    session: Session, connection_id: int, items: Sequence[str], *, since: datetime
) -> list[tuple[str, str, datetime]]:
    """Return item, location and time of each reading from a time on, in the order of the times."""
    query = (
        select(ShopLevel.item, ShopLevel.location, ShopLevel.at)
        .where(
            ShopLevel.connection_id == connection_id,
            one_of(session, ShopLevel.item, items),
            ShopLevel.at >= since,
        )
        .order_by(ShopLevel.at)
    )
    return [(item, location, at) for item, location, at in session.execute(query)]


def first_reading(session: Session, connection_id: int, item: str) -> datetime | None:
    """Return the time of the first reading of an item."""
    query = select(func.min(ShopLevel.at)).where(
        ShopLevel.connection_id == connection_id, ShopLevel.item == item
    )
    return session.scalar(query)


def levels_at(
    session: Session, connection_id: int, items: Sequence[str], at: datetime
) -> list[tuple[str, int]]:
    """Return location and units of the last reading up to `at` of each item and location."""
    newest = (
        select(ShopLevel.item, ShopLevel.location, func.max(ShopLevel.at).label("at"))
        .where(
            ShopLevel.connection_id == connection_id,
            one_of(session, ShopLevel.item, items),
            ShopLevel.at <= at,
        )
        .group_by(ShopLevel.item, ShopLevel.location)
        .subquery()
    )
    query = select(ShopLevel.location, ShopLevel.available).join(
        newest,
        (ShopLevel.connection_id == connection_id)
        & (ShopLevel.item == newest.c.item)
        & (ShopLevel.location == newest.c.location)
        & (ShopLevel.at == newest.c.at),
    )
    return [(location, units) for location, units in session.execute(query)]
