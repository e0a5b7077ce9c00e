"""Refreshes that somebody asked for, and how far each of their styles is."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, UtcTime


class Refresh(Base):
    """One request to refresh styles now."""

    __tablename__ = "refreshes"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'running', 'done', 'failed')", name="status_known"),
        {"sqlite_strict": True},
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brands.id"))
    status: Mapped[str] = mapped_column(String(8))
    requested_at: Mapped[datetime] = mapped_column(UtcTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    wall_started_at: Mapped[datetime] = mapped_column(UtcTime)
    seconds: Mapped[float | None] = mapped_column(Float)


class RefreshStyle(Base):
    """One style of a refresh: waiting, done or failed."""

    __tablename__ = "refresh_styles"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'done', 'failed')", name="status_known"),
        Index(
            "ix_refresh_styles_style_id_status",
            "style_id",
            "status",
        ),
        {"sqlite_strict": True},
    )

    refresh_id: Mapped[str] = mapped_column(ForeignKey("refreshes.id"), primary_key=True)
    style_id: Mapped[int] = mapped_column(ForeignKey("styles.id"), primary_key=True)
    status: Mapped[str] = mapped_column(String(8))
    error: Mapped[str | None] = mapped_column(String(500))
