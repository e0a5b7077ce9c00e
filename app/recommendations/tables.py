"""Decisions, recommendations, and the feed with its heads."""

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
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, Day, Json, Money, UtcTime

STANDING = ("draft", "open", "countered")

BEFORE_ALL = "0" * 64
"""The chained hash before the first event of a feed."""


class DecisionRow(Base):
    """What was decided for a style at a time; the newest is the one that counts."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_style_id", "style_id", "id"),
        {"sqlite_strict": True},
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    style_id: Mapped[int] = mapped_column(ForeignKey("styles.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    action: Mapped[str] = mapped_column(String(12))
    final: Mapped[bool] = mapped_column(Boolean)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    inputs: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(String(80))
    forecast_id: Mapped[str | None] = mapped_column(ForeignKey("forecasts.id"), index=True)


class Recommendation(Base):
    """A costed proposal to one factory; an order only once accepted, frozen from then on.

    Its factory knows it from `opened_at` on: never before, and forever after. `seen_supersedes`
    and `seen_superseded_by` are the links as the factory may see them, which skip what stayed a
    draft. `answer` is the factory's last one, `review` what the brand said to a counter.
    """

    __tablename__ = "recommendations"
    __table_args__ = (
        CheckConstraint(
            "status IN ('draft', 'open', 'countered', 'accepted', 'declined', 'superseded',"
            " 'withdrawn', 'expired')",
            name="status_known",
        ),
        Index(
            "uq_recommendations_standing",
            "brand_id",
            "style_id",
            "factory_id",
            unique=True,
            sqlite_where=text("status IN ('draft', 'open', 'countered')"),
            postgresql_where=text("status IN ('draft', 'open', 'countered')"),
        ),
        Index("ix_recommendations_factory_id_status", "factory_id", "status", "id"),
        Index("ix_recommendations_brand_id_status", "brand_id", "status", "id"),
        Index("ix_recommendations_style_id", "style_id", "id"),
        # What a brand's work ties up and how factories answered it: asked for by each batch, and
        # read from the rows themselves 17 times as long where 100,000 stand.
        Index(
            "ix_recommendations_account",
            "brand_id",
            "status",
            "opened_at",
            "factory_id",
            "style_id",
            "total_cost",
        ),
        # How each factory answered: its card reads a year of it.
        Index(
            "ix_recommendations_answered",
            "brand_id",
            "factory_id",
            "opened_at",
            "answered_at",
            "status",
            "counters",
            "quantity",
            "id",
        ),
        # How much stands, how late, and where: the console counts it on each view of Today.
        Index(
            "ix_recommendations_standing",
            "brand_id",
            "status",
            "respond_by",
            "factory",
            sqlite_where=text("status IN ('draft', 'open', 'countered')"),
            postgresql_where=text("status IN ('draft', 'open', 'countered')"),
        ),
        Index(
            "ix_recommendations_expiry",
            "expires_at",
            sqlite_where=text("status IN ('draft', 'open', 'countered')"),
            postgresql_where=text("status IN ('draft', 'open', 'countered')"),
        ),
        {"sqlite_strict": True},
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"))
    style_id: Mapped[int] = mapped_column(ForeignKey("styles.id"))
    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.id"), index=True)
    brand: Mapped[str] = mapped_column(String(64))
    factory: Mapped[str] = mapped_column(String(64))
    style: Mapped[str] = mapped_column(String(64))
    offer: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12))
    mode: Mapped[str] = mapped_column(String(16))
    final: Mapped[bool] = mapped_column(Boolean)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    quantity: Mapped[int] = mapped_column(Integer)
    currency: Mapped[str] = mapped_column(String(3))
    unit_cost: Mapped[Decimal] = mapped_column(Money)
    setup_cost: Mapped[Decimal] = mapped_column(Money)
    freight_cost: Mapped[Decimal] = mapped_column(Money)
    tooling_cost: Mapped[Decimal] = mapped_column(Money)
    total_cost: Mapped[Decimal] = mapped_column(Money)
    lead_time_days: Mapped[int] = mapped_column(Integer)
    expected_good_share: Mapped[float] = mapped_column(Float)
    order_by: Mapped[date] = mapped_column(Day)
    need_by: Mapped[date] = mapped_column(Day)
    respond_by: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    supersedes: Mapped[str | None] = mapped_column(String(40))
    superseded_by: Mapped[str | None] = mapped_column(String(40))
    seen_supersedes: Mapped[str | None] = mapped_column(String(40))
    seen_superseded_by: Mapped[str | None] = mapped_column(String(40))
    run: Mapped[str | None] = mapped_column(String(40))
    signal_at: Mapped[datetime | None] = mapped_column(UtcTime)
    issued_at: Mapped[datetime] = mapped_column(UtcTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    answer: Mapped[dict[str, Any] | None] = mapped_column(Json)
    counters: Mapped[int] = mapped_column(Integer, default=0)
    review: Mapped[dict[str, Any] | None] = mapped_column(Json)
    economics: Mapped[dict[str, Any]] = mapped_column(Json)
    alternatives: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(String(80))


class FeedHead(Base):
    """Where the feed of a factory ends and begins; its row lock orders the feed's writers.

    Events up to and including the floor were pruned; its hash still chains what comes after.
    """

    __tablename__ = "feed_heads"
    __table_args__ = {"sqlite_strict": True}

    factory_id: Mapped[int] = mapped_column(
        ForeignKey("factories.id"), primary_key=True, autoincrement=False
    )
    last_seq: Mapped[int] = mapped_column(BigInteger)
    last_hash: Mapped[str] = mapped_column(String(64))
    floor_seq: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    floor_hash: Mapped[str] = mapped_column(
        String(64), default=BEFORE_ALL, server_default=BEFORE_ALL
    )


class FeedEvent(Base):
    """One event of a factory's feed: append-only but for pruning, gapless, chained by hash."""

    __tablename__ = "feed_events"
    __table_args__ = {"sqlite_strict": True}

    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcTime)
    recommendation_id: Mapped[str] = mapped_column(ForeignKey("recommendations.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
