"""Stock levels, expected supply, receipts."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, Day, UtcTime


class StockLevel(Base):
    """On hand as reported; counts everything up to and including `as_of`."""

    __tablename__ = "stock_levels"
    __table_args__ = (
        CheckConstraint("on_hand BETWEEN 0 AND 1000000000", name="on_hand_bounded"),
        {"sqlite_strict": True},
    )

    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), primary_key=True)
    as_of: Mapped[datetime] = mapped_column(UtcTime, primary_key=True)
    on_hand: Mapped[int] = mapped_column(Integer)


class Supply(Base):
    """Units of a SKU still expected on a day, from one source.

    `source`: `inbound` (ordered outside the service), `run` (accepted), `counter` (countered and
    waiting for the brand). `quantity` is what is still to come in good units; 0 rows are removed.
    """

    __tablename__ = "supply"
    __table_args__ = (
        UniqueConstraint("brand_id", "source", "reference", "sku_id"),
        CheckConstraint("source IN ('inbound', 'run', 'counter')", name="source_known"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), index=True)
    source: Mapped[str] = mapped_column(String(8))
    reference: Mapped[str] = mapped_column(String(64))
    quantity: Mapped[int] = mapped_column(Integer)
    due_date: Mapped[date] = mapped_column(Day)


class Receipt(Base):
    """Good units of a SKU that came in at an instant, from one source."""

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("brand_id", "source", "reference", "sku_id"),
        Index("ix_receipts_sku_id_at", "sku_id", "at"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    source: Mapped[str] = mapped_column(String(8))
    reference: Mapped[str] = mapped_column(String(140))
    quantity: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcTime)
