"""Demand that a brand knows of."""

from datetime import date

from sqlalchemy import CheckConstraint, Float, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, Day


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
