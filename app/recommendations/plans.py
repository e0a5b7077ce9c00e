"""What stands for styles now, as their next decision sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database.upsert import one_of
from app.recommendations.tables import STANDING, Recommendation


@dataclass(frozen=True, slots=True)
class StandingPlan:
    """The draft or open recommendation of a style: whose offer, how many units by SKU code."""

    factory_id: int
    offer: str
    units: dict[str, int]


def standing_plans(session: Session, style_ids: Sequence[int]) -> dict[int, StandingPlan]:
    """Return the newest draft or open recommendation of each style that has one."""
    query = (
        select(
            Recommendation.style_id,
            Recommendation.factory_id,
            Recommendation.offer,
            Recommendation.lines,
        )
        .where(
            one_of(session, Recommendation.style_id, style_ids),
            Recommendation.status.in_(("draft", "open")),
        )
        .order_by(Recommendation.id)
    )
    return {
        row.style_id: StandingPlan(
            row.factory_id,
            row.offer,
            {line["sku"]: int(line["quantity"]) for line in row.lines},
        )
        for row in session.execute(query)
    }


def is_any_past_due(session: Session, *, at: datetime) -> bool:
    """Say whether anything stands whose time is over: what `expire` would then find."""
    query = select(Recommendation.id).where(
        Recommendation.status.in_(STANDING), Recommendation.expires_at <= at
    )
    return session.scalar(query.limit(1)) is not None


def dearest(
    session: Session, *, brand_id: int | None, status: str, limit: int
) -> tuple[list[Recommendation], int, Decimal]:
    """Return the dearest recommendations of a status, how many there are, and their total cost."""
    wanted = [Recommendation.status == status]
    if brand_id is not None:
        wanted.append(Recommendation.brand_id == brand_id)
    rows = session.scalars(
        select(Recommendation)
        .where(*wanted)
        .order_by(Recommendation.total_cost.desc(), Recommendation.id)
        .limit(limit)
    ).all()
    count, total = session.execute(
        select(func.count(), func.sum(Recommendation.total_cost)).where(*wanted)
    ).one()
    return list(rows), count, total or Decimal(0)
