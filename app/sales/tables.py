"""Sales events."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, Day, Money, UtcTime


class SalesRow(Base):
    """One event as it was posted; `day` is its calendar day in the brand's zone."""

    __tablename__ = "sales_events"
    __table_args__ = (
        UniqueConstraint("brand_id", "event_id"),
        Index("ix_sales_events_sku_id_day", "sku_id", "day", "kind", "quantity"),
        Index("ix_sales_events_order", "brand_id", "order_id", "sku_id"),
        CheckConstraint("kind IN ('sale', 'cancellation', 'return')", name="kind_known"),
        CheckConstraint("quantity BETWEEN 1 AND 1000000", name="quantity_bounded"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    event_id: Mapped[str] = mapped_column(String(64))
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    kind: Mapped[str] = mapped_column(String(12))
    quantity: Mapped[int] = mapped_column(Integer)
    occurred_at: Mapped[datetime] = mapped_column(UtcTime)
    day: Mapped[date] = mapped_column(Day)
    unit_price: Mapped[Decimal | None] = mapped_column(Money)
    channel: Mapped[str | None] = mapped_column(String(64))
    order_id: Mapped[str | None] = mapped_column(String(64))
