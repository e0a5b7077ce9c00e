"""Styles and SKUs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
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


class Style(Base):
    """A design with its economics and life dates; `supply_version` counts changes of supply.

    A decision is published only while the version is the one it saw: an answer, a receipt or a
    withdrawal in between raises it, and the decision is made again.
    """

    __tablename__ = "styles"
    __table_args__ = (
        UniqueConstraint("brand_id", "code"),
        Index("ix_styles_brand_id_successor", "brand_id", "successor"),
        CheckConstraint("planning IN ('active', 'paused', 'ended')", name="planning_known"),
        CheckConstraint("return_rate IS NULL OR return_rate BETWEEN 0 AND 1", name="return_rate"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    code: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    category: Mapped[str | None] = mapped_column(String(100))
    attributes: Mapped[dict[str, str]] = mapped_column(Json)
    planning: Mapped[str] = mapped_column(String(8))
    test: Mapped[dict[str, Any] | None] = mapped_column(Json)
    launch_date: Mapped[date | None] = mapped_column(Day)
    end_of_life_date: Mapped[date | None] = mapped_column(Day)
    successor: Mapped[str | None] = mapped_column(String(64))
    like: Mapped[list[str]] = mapped_column(Json)
    materials: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    currency: Mapped[str] = mapped_column(String(3))
    price: Mapped[Decimal] = mapped_column(Money)
    salvage_value: Mapped[Decimal] = mapped_column(Money)
    holding_cost_per_unit_week: Mapped[Decimal] = mapped_column(Money)
    lost_sale_cost: Mapped[Decimal] = mapped_column(Money)
    backorder_share: Mapped[float] = mapped_column(Float)
    return_rate: Mapped[float | None] = mapped_column(Float)
    resalable_share: Mapped[float] = mapped_column(Float)
    supply_version: Mapped[int] = mapped_column(BigInteger, default=0)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class Sku(Base):
    """A size of a colorway: the unit that is sold and planned. Inactive ones keep their past.

    `added_at` is when it was added to a style that was already there; None: with its style.
    """

    __tablename__ = "skus"
    __table_args__ = (UniqueConstraint("brand_id", "code"), {"sqlite_strict": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    style_id: Mapped[int] = mapped_column(ForeignKey("styles.id"), index=True)
    code: Mapped[str] = mapped_column(String(100))
    colorway: Mapped[str] = mapped_column(String(100))
    size: Mapped[str] = mapped_column(String(100))
    position: Mapped[int] = mapped_column(Integer)
    active: Mapped[bool] = mapped_column(Boolean)
    added_at: Mapped[datetime | None] = mapped_column(UtcTime)
