"""Stored forecasts (what a draw needs, not the paths) and the priors of each day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, Day, Json, UtcTime


class ForecastRow(Base):
    """One forecast of a style; drawing from `numbers` with `seed` gives its paths again."""

    __tablename__ = "forecasts"
    __table_args__ = (
        Index("ix_forecasts_style_id_id", "style_id", "id"),
        {"sqlite_strict": True},
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    style_id: Mapped[int] = mapped_column(ForeignKey("styles.id"))
    origin: Mapped[date] = mapped_column(Day)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    horizon: Mapped[int] = mapped_column(Integer)
    seed: Mapped[int] = mapped_column(BigInteger)
    numbers: Mapped[dict[str, Any]] = mapped_column(Json)


class PriorsRow(Base):
    """What a brand's styles had taught by a day; every forecast of that day learns from it."""

    __tablename__ = "brand_priors"
    __table_args__ = {"sqlite_strict": True}

    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    numbers: Mapped[dict[str, Any]] = mapped_column(Json)
