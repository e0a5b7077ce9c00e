"""Connections, orders as shops tell them, stock readings, the SKU map, the quarantine."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, Json, UtcTime


class Connection(Base):
    """A brand's way in for one shop; `public_id` is what its webhook address names.

    A removed one keeps its row without secrets: connected again, its orders are still known.
    """

    __tablename__ = "connections"
    __table_args__ = (
        UniqueConstraint("brand_id", "code"),
        UniqueConstraint("public_id"),
        CheckConstraint(
            "platform IN ('shopify', 'woocommerce', 'bigcommerce', 'standard')",
            name="platform_known",
        ),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    code: Mapped[str] = mapped_column(String(64))
    public_id: Mapped[str] = mapped_column(String(40))
    platform: Mapped[str] = mapped_column(String(12))
    channel: Mapped[str] = mapped_column(String(64))
    secrets: Mapped[list[str]] = mapped_column(Json)
    store_url: Mapped[str | None] = mapped_column(String(200))
    api_token: Mapped[str | None] = mapped_column(String(500))
    location_ids: Mapped[list[str] | None] = mapped_column(Json)
    is_active: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class Delivery(Base):
    """A delivery that was taken, by the id that its platform repeats it under; no personal data."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_connection_id_received_at", "connection_id", "received_at"),
        {"sqlite_strict": True},
    )

    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"), primary_key=True)
    delivery_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    topic: Mapped[str] = mapped_column(String(100))
    outcome: Mapped[str] = mapped_column(String(12))
    received_at: Mapped[datetime] = mapped_column(UtcTime)


class ShopOrder(Base):
    """What is known of an order, and which of its units became sales events already.

    `state` holds the newest snapshot and every refund and edit, `booked` the units by line; no
    names or addresses are in either. `is_waiting`: part of it is in quarantine.
    """

    __tablename__ = "shop_orders"
    __table_args__ = (
        UniqueConstraint("connection_id", "order_key"),
        Index("ix_shop_orders_connection_id_placed_at", "connection_id", "placed_at"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"))
    order_key: Mapped[str] = mapped_column(String(64))
    placed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    state: Mapped[dict[str, Any]] = mapped_column(Json)
    booked: Mapped[dict[str, Any]] = mapped_column(Json)
    is_waiting: Mapped[bool] = mapped_column(Boolean)


class ShopLevel(Base):
    """Units of a platform's item at one of its locations, as told for an instant."""

    __tablename__ = "shop_levels"
    __table_args__ = {"sqlite_strict": True}

    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    location: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, primary_key=True)
    available: Mapped[int] = mapped_column(Integer)


class MappedItem(Base):
    """Which SKU a platform's item is, in one channel of a brand; None: one that is not planned."""

    __tablename__ = "sku_maps"
    __table_args__ = (Index("ix_sku_maps_sku_id", "sku_id"), {"sqlite_strict": True})

    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(64), primary_key=True)
    item: Mapped[str] = mapped_column(String(100), primary_key=True)
    sku_id: Mapped[int | None] = mapped_column(ForeignKey("skus.id"))


class Quarantined(Base):
    """What could not be used of one subject of a connection: an order, an item, a delivery.

    `errors` says what and why; `body` is kept only of a delivery that could not be read at all.
    """

    __tablename__ = "quarantined"
    __table_args__ = (
        UniqueConstraint("connection_id", "subject"),
        CheckConstraint("status IN ('waiting', 'resolved')", name="status_known"),
        Index("ix_quarantined_brand_id_status", "brand_id", "status", "id"),
        {"sqlite_strict": True},
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"))
    subject: Mapped[str] = mapped_column(String(140))
    status: Mapped[str] = mapped_column(String(8))
    topic: Mapped[str] = mapped_column(String(100))
    errors: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    first_at: Mapped[datetime] = mapped_column(UtcTime)
    last_at: Mapped[datetime] = mapped_column(UtcTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Wanted(Base):
    """A name that something in quarantine waits for: of an item in the SKU map, or of a SKU."""

    __tablename__ = "wanted_names"
    __table_args__ = (
        CheckConstraint("kind IN ('item', 'sku')", name="kind_known"),
        {"sqlite_strict": True},
    )

    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(140), primary_key=True)
    kind: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)


class OrderFetch(Base):
    """An order that the worker has to ask its platform for; `lease_until` on the machine's clock.

    `generation` counts the deliveries that asked: one that comes while it is fetched asks again.
    """

    __tablename__ = "order_fetches"
    __table_args__ = (Index("ix_order_fetches_due_at", "due_at"), {"sqlite_strict": True})

    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"), primary_key=True)
    order_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    generation: Mapped[int] = mapped_column(Integer)
    attempts: Mapped[int] = mapped_column(Integer)
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
