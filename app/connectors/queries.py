"""Every SELECT of connections, deliveries, orders and the quarantine."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.catalog.tables import Sku
from app.connectors.tables import (
    Connection,
    Delivery,
    MappedItem,
    OrderFetch,
    Quarantined,
    ShopOrder,
    Wanted,
)
from app.database.upsert import one_of, skip_locked


def connection_of(session: Session, brand_id: int, code: str) -> Connection | None:
    """Return the brand's connection of that code, a removed one too."""
    query = select(Connection).where(Connection.brand_id == brand_id, Connection.code == code)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def connection_with_public_id(session: Session, public_id: str) -> Connection | None:
    """Return the connection that a webhook address names; none where it was removed."""
    query = select(Connection).where(
        Connection.public_id == public_id, Connection.is_active.is_(True)
    )
    return session.scalars(query).one_or_none()


def connections_page(
    session: Session, brand_id: int, *, after: str | None, limit: int
) -> list[Connection]:
    """Return up to `limit` of the brand's connections by code, removed ones left out."""
    query = select(Connection).where(
        Connection.brand_id == brand_id, Connection.is_active.is_(True)
    )
    if after is not None:
        query = query.where(Connection.code > after)
    return list(session.scalars(query.order_by(Connection.code).limit(limit)))


def last_deliveries(session: Session, connection_ids: Sequence[int]) -> dict[int, datetime]:
    """Return when each connection was last delivered something."""
    last = (
        select(func.max(Delivery.received_at))
        .where(Delivery.connection_id == Connection.id)
        .correlate(Connection)
        .scalar_subquery()
    )
    query = select(Connection.id, last).where(one_of(session, Connection.id, connection_ids))
    return {key: at for key, at in session.execute(query) if at is not None}


def waiting_counts(session: Session, connection_ids: Sequence[int]) -> dict[int, int]:
    """Return how much of each connection waits in quarantine; those with nothing are left out."""
    query = (
        select(Quarantined.connection_id, func.count().label("waiting"))
        .where(
            one_of(session, Quarantined.connection_id, connection_ids),
            Quarantined.status == "waiting",
        )
        .group_by(Quarantined.connection_id)
    )
    return {row.connection_id: row.waiting for row in session.execute(query)}


def delivered(session: Session, connection_id: int, delivery_ids: Sequence[str]) -> set[str]:
    """Return those deliveries among these ids that were taken already."""
    query = select(Delivery.delivery_id).where(
        Delivery.connection_id == connection_id,
        one_of(session, Delivery.delivery_id, delivery_ids),
    )
    return set(session.scalars(query))


def locked_orders(
    session: Session, connection_id: int, orders: Sequence[str]
) -> dict[str, ShopOrder]:
    """Return stored orders, locked in the order of their keys until the end of the transaction."""
    query = (
        select(ShopOrder)
        .where(
            ShopOrder.connection_id == connection_id, one_of(session, ShopOrder.order_key, orders)
        )
        .order_by(ShopOrder.order_key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.order_key: row for row in session.scalars(query)}


def orders_placed(
    session: Session, connection_id: int, *, start: datetime, end: datetime
) -> list[ShopOrder]:
    """Return the orders of a connection placed from `start` to before `end`, by key."""
    query = (
        select(ShopOrder)
        .where(
            ShopOrder.connection_id == connection_id,
            ShopOrder.placed_at >= start,
            ShopOrder.placed_at < end,
        )
        .order_by(ShopOrder.order_key)
    )
    return list(session.scalars(query))


def quarantined_of(session: Session, brand_id: int, quarantined_id: str) -> Quarantined | None:
    """Return what waits, or waited, under an id of the brand's.

    Not locked: a delivery locks its order first, and what waits for it after.
    """
    query = select(Quarantined).where(
        Quarantined.id == quarantined_id, Quarantined.brand_id == brand_id
    )
    return session.scalars(query).one_or_none()


def quarantine_page(
    session: Session, brand_id: int, *, status: str, after: str | None, limit: int
) -> list[Quarantined]:
    """Return up to `limit` of what is in quarantine, in the order that it came there."""
    query: Select[Quarantined] = select(Quarantined).where(
        Quarantined.brand_id == brand_id, Quarantined.status == status
    )
    if after is not None:
        query = query.where(Quarantined.id > after)
    return list(session.scalars(query.order_by(Quarantined.id).limit(limit)))


def connection_codes(session: Session, connection_ids: Sequence[int]) -> dict[int, Connection]:
    """Return the connections of those ids."""
    query = select(Connection).where(one_of(session, Connection.id, sorted(set(connection_ids))))
    return {row.id: row for row in session.scalars(query)}


def found_by_now(session: Session, *, limit: int) -> list[tuple[str, int]]:
    """Return up to `limit` ids, and their brands, of what waits for a name that is known by now."""
    known_item = (
        select(MappedItem.item)
        .where(
            MappedItem.brand_id == Connection.brand_id,
            MappedItem.channel == Connection.channel,
            MappedItem.item == Wanted.name,
        )
        .exists()
    )
    known_sku = select(Sku.id).where(Sku.brand_id == Connection.brand_id, Sku.code == Wanted.name)
    query = (
        select(Quarantined.id, Quarantined.brand_id)
        .join(Connection, Connection.id == Quarantined.connection_id)
        .join(
            Wanted,
            (Wanted.connection_id == Quarantined.connection_id)
            & (Wanted.subject == Quarantined.subject),
        )
        .where(
            Quarantined.status == "waiting",
            Connection.is_active.is_(True),
            ((Wanted.kind == "item") & known_item) | ((Wanted.kind == "sku") & known_sku.exists()),
        )
        .distinct()
        .order_by(Quarantined.id)
        .limit(limit)
    )
    return [(entry, brand_id) for entry, brand_id in session.execute(query)]


def next_fetch(session: Session, *, at: datetime, wall: datetime) -> OrderFetch | None:
    """Return the order that waits longest to be fetched, locked; None where none is due."""
    query = (
        select(OrderFetch)
        .where(
            OrderFetch.due_at <= at,
            (OrderFetch.lease_until.is_(None)) | (OrderFetch.lease_until < wall),
        )
        .order_by(OrderFetch.due_at)
        .limit(1)
    )
    return session.scalars(skip_locked(session, query)).one_or_none()
