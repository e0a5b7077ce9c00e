"""Backtests that somebody asked for, and what they found."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, Day, Json, UtcTime


class Backtest(Base):
    """One backtest: what was asked, how far it is, who works on it, what it found.

    `lease` names the worker's hold of it, until `lease_until` on the machine's clock, and `holder`
    its process; `attempts` counts holds, so that one that ends its workers is given up. `terms` are
    the economics and offers to try, as they were sent.
    """

    __tablename__ = "backtests"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'running', 'done', 'failed')", name="status_known"),
        CheckConstraint("progress BETWEEN 0 AND 1", name="progress_share"),
        Index("ix_backtests_status_requested_at", "status", "requested_at"),
        Index("ix_backtests_brand_id_status", "brand_id", "status"),
        {"sqlite_strict": True},
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    status: Mapped[str] = mapped_column(String(8))
    until: Mapped[date] = mapped_column(Day)
    weeks: Mapped[int] = mapped_column(Integer)
    styles: Mapped[int] = mapped_column(Integer)
    terms: Mapped[dict[str, Any] | None] = mapped_column(Json)
    progress: Mapped[float] = mapped_column(Float)
    requested_at: Mapped[datetime] = mapped_column(UtcTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    seconds: Mapped[float | None] = mapped_column(Float)
    error_code: Mapped[str | None] = mapped_column(String(40))
    error: Mapped[str | None] = mapped_column(String(500))
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    lease: Mapped[str | None] = mapped_column(String(40))
    holder: Mapped[str | None] = mapped_column(String(140))
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    attempts: Mapped[int] = mapped_column(Integer)
