"""Demand that a brand knows of, and what stays of the demand of months that were taken out."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, Day, UtcTime


class KnownDemand(Base):
    """Units of a SKU that somebody will want by a day, with the probability that it comes so."""

    __tablename__ = "known_demand"
    __table_args__ = (
        UniqueConstraint("brand_id", "reference", "sku_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), index=True)
    reference: Mapped[str] = mapped_column(String(64))
    quantity: Mapped[int] = mapped_column(Integer)
    due_date: Mapped[date] = mapped_column(Day)
    probability: Mapped[float] = mapped_column(Float)


class ClosedDay(Base):
    """Units of a SKU on a day of a closed month, between two reports of its stock.

    `day` is the day they count on, `told_on` that of the events (a cancellation counts on its
    sale's), `last_at` the instant of the last of them.
    """

    __tablename__ = "closed_days"
    __table_args__ = ({"sqlite_strict": True},)

    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    told_on: Mapped[date] = mapped_column(Day, primary_key=True)
    last_at: Mapped[datetime] = mapped_column(UtcTime, primary_key=True)
    sold: Mapped[int] = mapped_column(BigInteger)
    cancelled: Mapped[int] = mapped_column(BigInteger)
    returned: Mapped[int] = mapped_column(BigInteger)
    orders: Mapped[int] = mapped_column(Integer)
    largest: Mapped[int] = mapped_column(Integer)


class ClosedOrder(Base):
    """The day of a sale of a closed month that an event of another month takes back."""

    __tablename__ = "closed_orders"
    __table_args__ = ({"sqlite_strict": True},)

    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"), primary_key=True)
    order_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Day)
