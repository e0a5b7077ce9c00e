"""Brands, factories, which factories a brand lists, and API keys."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, Json, Money, UtcTime


class Brand(Base):
    """A brand: sells, and decides by its own calendar, currency and rules of release."""

    __tablename__ = "brands"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("release IN ('auto', 'manual')", name="release_known"),
        CheckConstraint("review_period_days BETWEEN 1 AND 365", name="review_bounded"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64))
    currency: Mapped[str] = mapped_column(String(3))
    review_period_days: Mapped[int] = mapped_column(Integer)
    release: Mapped[str] = mapped_column(String(8))
    release_limit: Mapped[Decimal | None] = mapped_column(Money)
    counter_tolerance: Mapped[Decimal] = mapped_column(Money)
    respond_within_hours: Mapped[int] = mapped_column(Integer)
    open_to_buy: Mapped[Decimal | None] = mapped_column(Money)
    share_forecast: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Factory(Base):
    """A factory: offers ways of making, and pulls what it is asked to make."""

    __tablename__ = "factories"
    __table_args__ = (UniqueConstraint("code"), {"sqlite_strict": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64))
    setup_matrix: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class BrandFactory(Base):
    """A factory whose offers a brand takes; to any other the brand does not exist."""

    __tablename__ = "brand_factories"
    __table_args__ = {"sqlite_strict": True}

    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"), primary_key=True)
    factory_id: Mapped[int] = mapped_column(
        ForeignKey("factories.id"), primary_key=True, index=True
    )


class ApiKey(Base):
    """A key: its role, whom it acts for, and until when; never the key itself."""

    __tablename__ = "api_keys"
    __table_args__ = (
        UniqueConstraint("digest"),
        CheckConstraint("role IN ('ops', 'brand', 'factory')", name="role_known"),
        CheckConstraint(
            "(role = 'brand') = (brand_id IS NOT NULL)"
            " AND (role = 'factory') = (factory_id IS NOT NULL)",
            name="bound_to_one_party",
        ),
        {"sqlite_strict": True},
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(8))
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brands.id"), index=True)
    factory_id: Mapped[int | None] = mapped_column(ForeignKey("factories.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    hint: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcTime)
