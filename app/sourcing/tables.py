"""Offers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, Day, Json, Money, UtcTime


class Offer(Base):
    """A factory's terms for making a brand's styles one way."""

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("factory_id", "code"),
        Index("ix_offers_brand_id", "brand_id"),
        CheckConstraint("mode IN ('on_demand', 'small_batch', 'large_batch')", name="mode_known"),
        CheckConstraint("price_break_kind IN ('all_units', 'incremental')", name="breaks_known"),
        CheckConstraint("yield_rate > 0 AND yield_rate <= 1", name="yield_rate"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    code: Mapped[str] = mapped_column(String(64))
    styles: Mapped[list[str] | None] = mapped_column(Json)
    mode: Mapped[str] = mapped_column(String(16))
    made_to_order: Mapped[bool] = mapped_column(Boolean)
    currency: Mapped[str] = mapped_column(String(3))
    price_break_kind: Mapped[str] = mapped_column(String(16))
    price_breaks: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    setup_cost: Mapped[Decimal] = mapped_column(Money)
    colorway_setup_cost: Mapped[Decimal] = mapped_column(Money)
    setup_hours: Mapped[float] = mapped_column(Float)
    setup_loss_units: Mapped[int] = mapped_column(Integer)
    tooling_cost: Mapped[Decimal] = mapped_column(Money)
    freight_per_unit: Mapped[Decimal] = mapped_column(Money)
    freight_per_run: Mapped[Decimal] = mapped_column(Money)
    moq_run: Mapped[int] = mapped_column(Integer)
    moq_colorway: Mapped[int] = mapped_column(Integer)
    moq_sku: Mapped[int] = mapped_column(Integer)
    order_multiple: Mapped[int] = mapped_column(Integer)
    max_quantity: Mapped[int | None] = mapped_column(Integer)
    lead_time_days_mean: Mapped[float] = mapped_column(Float)
    lead_time_days_sd: Mapped[float] = mapped_column(Float)
    yield_rate: Mapped[float] = mapped_column(Float)
    capacity_per_week: Mapped[int | None] = mapped_column(Integer)
    valid_from: Mapped[date | None] = mapped_column(Day)
    valid_to: Mapped[date | None] = mapped_column(Day)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)
