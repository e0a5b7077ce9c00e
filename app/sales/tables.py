"""Sales events, what is known of their ids, and the months that were taken out."""

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

from app.database.base import ONLY_ON, Base, Day, Money, UtcTime


class SalesRow(Base):
    """One event as it was posted; `day` is its calendar day in the brand's zone.

    On PostgreSQL partitioned by the month of `day` (`months.py`), where no unique key can span
    the partitions: there `EventId` lets an event count once. `id` is the key of each partition.
    """

    __tablename__ = "sales_events"
    __table_args__ = (
        UniqueConstraint("brand_id", "event_id", info={ONLY_ON: "sqlite"}),
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


class EventId(Base):
    """The id of an event, whose own row may have been taken out; `digest` tells its content.

    No foreign keys: each row is written by the statement that writes its event.
    """

    __tablename__ = "sales_event_ids"
    __table_args__ = ({"info": {ONLY_ON: "postgresql"}},)

    brand_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[int] = mapped_column(BigInteger)


class ClosedMonth(Base):
    """A month whose events were taken out into a table of their own; what they came to."""

    __tablename__ = "closed_months"
    __table_args__ = ({"sqlite_strict": True},)

    month: Mapped[date] = mapped_column(Day, primary_key=True)
    table_name: Mapped[str] = mapped_column(String(63))
    events: Mapped[int] = mapped_column(BigInteger)
    units: Mapped[int] = mapped_column(BigInteger)
    closed_at: Mapped[datetime] = mapped_column(UtcTime)
