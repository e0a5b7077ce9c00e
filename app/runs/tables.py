"""Runs, their lines, their events."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, Day, Json, Money, UtcTime


class Run(Base):
    """An accepted recommendation: its terms never change."""

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("recommendation_id"),
        CheckConstraint(
            "status IN ('planned', 'in_production', 'shipped', 'received', 'closed')",
            name="status_known",
        ),
        Index("ix_runs_brand_id", "brand_id", "id"),
        Index("ix_runs_factory_id", "factory_id", "id"),
        {"sqlite_strict": True},
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    recommendation_id: Mapped[str] = mapped_column(String(40))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"))
    style_id: Mapped[int] = mapped_column(ForeignKey("styles.id"), index=True)
    brand: Mapped[str] = mapped_column(String(64))
    factory: Mapped[str] = mapped_column(String(64))
    style: Mapped[str] = mapped_column(String(64))
    offer: Mapped[str] = mapped_column(String(64))
    mode: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    quantity: Mapped[int] = mapped_column(Integer)
    currency: Mapped[str] = mapped_column(String(3))
    unit_cost: Mapped[Decimal] = mapped_column(Money)
    total_cost: Mapped[Decimal] = mapped_column(Money)
    expected_good_share: Mapped[float] = mapped_column(Float)
    need_by: Mapped[date] = mapped_column(Day)
    due_date: Mapped[date] = mapped_column(Day)
    accepted_at: Mapped[datetime] = mapped_column(UtcTime)


class RunLine(Base):
    """The units of one SKU in a run, and how far they are."""

    __tablename__ = "run_lines"
    __table_args__ = {"sqlite_strict": True}

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), primary_key=True)
    sku: Mapped[str] = mapped_column(String(100))
    colorway: Mapped[str] = mapped_column(String(100))
    size: Mapped[str] = mapped_column(String(100))
    quantity: Mapped[int] = mapped_column(Integer)
    produced: Mapped[int] = mapped_column(Integer, default=0)
    rejected: Mapped[int] = mapped_column(Integer, default=0)
    shipped: Mapped[int] = mapped_column(Integer, default=0)
    received: Mapped[int] = mapped_column(Integer, default=0)


class RunEvent(Base):
    """One progress event as it was posted."""

    __tablename__ = "run_events"
    __table_args__ = (
        UniqueConstraint("run_id", "event_id"),
        CheckConstraint(
            "kind IN ('started', 'produced', 'rejected', 'shipped', 'received', 'complained',"
            " 'closed')",
            name="kind_known",
        ),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    event_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(12))
    sku: Mapped[str | None] = mapped_column(String(100))
    quantity: Mapped[int | None] = mapped_column(Integer)
    occurred_at: Mapped[datetime] = mapped_column(UtcTime)
    posted_by: Mapped[str] = mapped_column(String(8))


class ChangeRequest(Base):
    """Something one side asks to change about a run; the run itself stays as it was accepted."""

    __tablename__ = "run_change_requests"
    __table_args__ = {"sqlite_strict": True}

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), index=True)
    requested_by: Mapped[str] = mapped_column(String(8))
    change: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcTime)
