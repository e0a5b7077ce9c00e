"""Offers; materials, whom they are reserved for, and which runs use them."""

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

from app.database.base import Base, Day, Json, Measure, Money, UtcTime


class Offer(Base):
    """A factory's terms for making a brand's styles one way.

    `material_lead_time_days_mean` and `_sd` hold while the material is at hand. Offers older than
    a column have None in it, which means that nothing was said.
    """

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
    material_lead_time_days_mean: Mapped[float | None] = mapped_column(Float)
    material_lead_time_days_sd: Mapped[float | None] = mapped_column(Float)
    yield_rate: Mapped[float] = mapped_column(Float)
    yield_sd: Mapped[float | None] = mapped_column(Float)
    early_run_units: Mapped[int | None] = mapped_column(Integer)
    early_run_yield: Mapped[float | None] = mapped_column(Float)
    capacity_per_week: Mapped[int | None] = mapped_column(Integer)
    valid_from: Mapped[date | None] = mapped_column(Day)
    valid_to: Mapped[date | None] = mapped_column(Day)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class Material(Base):
    """What a factory reports of a material it makes styles from, in its own unit.

    `on_hand` counts everything up to and including `as_of`, and `arriving` is what it expects
    after: a list of `{"quantity": "120.5", "due_date": "2026-03-09"}` by date.
    """

    __tablename__ = "materials"
    __table_args__ = (
        UniqueConstraint("factory_id", "code"),
        CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"))
    code: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(20))
    on_hand: Mapped[Decimal] = mapped_column(Measure)
    as_of: Mapped[datetime] = mapped_column(UtcTime)
    arriving: Mapped[list[dict[str, str]]] = mapped_column(Json)
    returns: Mapped[bool] = mapped_column(Boolean)
    replenishment_lead_time_days: Mapped[float | None] = mapped_column(Float)
    minimum_buy: Mapped[Decimal | None] = mapped_column(Measure)
    currency: Mapped[str | None] = mapped_column(String(3))
    unit_cost: Mapped[Decimal | None] = mapped_column(Money)
    scrap_value: Mapped[Decimal | None] = mapped_column(Money)
    season_end: Mapped[date | None] = mapped_column(Day)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class MaterialReservation(Base):
    """How much of a material is kept for one brand, up to and including the day `until`.

    It is part of what is on hand and arriving, and counted like that: before the brand's runs
    that are not cut by `as_of`. `reserved_by` is the role of the key that wrote it.
    """

    __tablename__ = "material_reservations"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        {"sqlite_strict": True},
    )

    material_id: Mapped[int] = mapped_column(ForeignKey("materials.id"), primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"), primary_key=True, index=True)
    quantity: Mapped[Decimal] = mapped_column(Measure)
    until: Mapped[date] = mapped_column(Day)
    as_of: Mapped[datetime] = mapped_column(UtcTime)
    reserved_by: Mapped[str] = mapped_column(String(8))
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class MaterialUse(Base):
    """What an accepted run takes of a material, reported or not, in the unit the style names.

    `cut_at` is when it is gone from the factory's shelf: the first sign of work on the run, at the
    latest the day the run is due. A report as of then or later has it counted already.
    """

    __tablename__ = "material_uses"
    __table_args__ = (
        Index("ix_material_uses_factory_id_material", "factory_id", "material", "cut_at"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        {"sqlite_strict": True},
    )

    run: Mapped[str] = mapped_column(String(40), primary_key=True)
    material: Mapped[str] = mapped_column(String(64), primary_key=True)
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    quantity: Mapped[Decimal] = mapped_column(Measure)
    cut_at: Mapped[datetime] = mapped_column(UtcTime)
