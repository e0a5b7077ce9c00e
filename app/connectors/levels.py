"""Turn readings of a platform's items and locations into stock levels of SKUs.

A level is the sum over the locations that count, and over the items that are one SKU, each as it
was read last by then. A reading that comes late changes the sums from its own time to the next
reading of the same item and place: in the end the levels are the same in whatever order they came.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.connectors.item_queries import (
    first_reading,
    items_of,
    levels_at,
    mapped_items,
    reading_times,
)
from app.connectors.news import LevelNews
from app.connectors.quarantine import Subject, hold, release
from app.connectors.reading import Issue
from app.connectors.tables import Connection, ShopLevel
from app.database.inserting import insert_new
from app.parties.refs import BrandRef
from app.stock.report import AHEAD_AT_MOST, ReportedLevel, store_levels

MOST_ON_HAND = 1_000_000_000


def take_level(
    session: Session,
    brand: BrandRef,
    connection: Connection,
    news: LevelNews,
    *,
    topic: str,
    at: datetime,
) -> list[Issue]:
    """Keep a reading and report the levels that it changes; return why it cannot be used yet."""
    subject = Subject("item", news.item)
    if news.at > at + AHEAD_AT_MOST:
        issues = [Issue("/updated_at", "in_future", "is more than a day ahead of the clock")]
        hold(session, connection, subject, issues, topic=topic, at=at)
        return issues
    if not _counts(connection, news.location) or not _is_new(session, connection, news):
        return []
    issues = report_item(session, brand, connection, news.item, since=news.at, only=news, at=at)
    if issues:
        hold(session, connection, subject, issues, topic=topic, at=at)
    else:
        release(session, connection, subject, at=at)
    return issues


def report_item(
    session: Session,
    brand: BrandRef,
    connection: Connection,
    item: str,
    *,
    since: datetime | None = None,
    only: LevelNews | None = None,
    at: datetime,
) -> list[Issue]:
    """Report what the readings of an item say from a time on; return why they say nothing yet.

    Args:
        session: In a write transaction.
        brand: Whose it is.
        connection: Where it was read.
        item: The platform's item.
        since: The first reading that counts; None for all.
        only: The reading that is new; None where any may be.
        at: The service's time.
    """
    mapped = mapped_items(session, brand.id, connection.channel, [item])
    if item not in mapped:
        said = f"item {item} is not in the SKU map"
        return [Issue("/inventory_item_id", "unmapped_item", said, items=(item,))]
    sku = mapped[item]
    start = since or first_reading(session, connection.id, item)
    if sku is None or start is None:
        return []
    items = items_of(session, brand.id, connection.channel, sku)
    times = reading_times(session, connection.id, items, since=start)
    levels = [
        ReportedLevel(sku, _sum(session, connection, items, when), when)
        for when in sorted(set(_changed(times, only)))
    ]
    if levels:
        store_levels(session, brand, levels, at=at)
    return []


def _changed(
    times: Iterable[tuple[str, str, datetime]], only: LevelNews | None
) -> Iterable[datetime]:
    """Yield the times at which the sum may be another one than it was."""
    for item, location, when in times:
        if only is not None and (item, location) == (only.item, only.location) and when > only.at:
            return
        yield when


def _sum(session: Session, connection: Connection, items: list[str], when: datetime) -> int:
    read = levels_at(session, connection.id, items, when)
    units = sum(units for location, units in read if _counts(connection, location))
    return min(units, MOST_ON_HAND)


def _counts(connection: Connection, location: str) -> bool:
    return connection.location_ids is None or location in connection.location_ids


def _is_new(session: Session, connection: Connection, news: LevelNews) -> bool:
    """Keep a reading; say whether it says anything new.

    Of two for one instant the smaller one stays, whichever came first: a platform tells seconds.
    """
    row = {
        "connection_id": connection.id,
        "item": news.item,
        "location": news.location,
        "at": news.at,
        "available": news.available,
    }
    if insert_new(session, ShopLevel, [row], key=("connection_id", "item", "location", "at")):
        return True
    lowered = session.execute(
        update(ShopLevel)
        .where(
            ShopLevel.connection_id == connection.id,
            ShopLevel.item == news.item,
            ShopLevel.location == news.location,
            ShopLevel.at == news.at,
            ShopLevel.available > news.available,
        )
        .values(available=news.available)
        .returning(ShopLevel.available)
    )
    return lowered.scalar() is not None
