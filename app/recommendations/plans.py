"""What stands for styles now, as their next decision sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import Session

from app.database.upsert import json_member, one_of
from app.recommendations.tables import STANDING, DecisionRow, Recommendation


@dataclass(frozen=True, slots=True)
class StandingPlan:
    """A draft or open recommendation of a style: whose offer, how many units by SKU code.

    `lead_time_days` tells apart the ways in which one offer can be had.
    """

    factory_id: int
    offer: str
    lead_time_days: int
    units: dict[str, int]
    total_cost: Decimal


def standing_plans(session: Session, style_ids: Sequence[int]) -> dict[int, list[StandingPlan]]:
    """Return the draft and open recommendations of each style that has any, oldest first."""
    query = (
        select(
            Recommendation.style_id,
            Recommendation.factory_id,
            Recommendation.offer,
            Recommendation.lead_time_days,
            Recommendation.lines,
            Recommendation.total_cost,
        )
        .where(
            one_of(session, Recommendation.style_id, style_ids),
            Recommendation.status.in_(("draft", "open")),
        )
        .order_by(Recommendation.id)
    )
    found: dict[int, list[StandingPlan]] = {}
    for row in session.execute(query):
        units = {line["sku"]: int(line["quantity"]) for line in row.lines}
        plan = StandingPlan(row.factory_id, row.offer, row.lead_time_days, units, row.total_cost)
        found.setdefault(row.style_id, []).append(plan)
    return found


def countered_cost(session: Session, style_ids: Sequence[int]) -> dict[int, Decimal]:
    """Return the money that countered recommendations of each style would tie up as asked."""
    query = (
        select(Recommendation.style_id, func.sum(Recommendation.total_cost))
        .where(
            one_of(session, Recommendation.style_id, style_ids),
            Recommendation.status == "countered",
        )
        .group_by(Recommendation.style_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def stands_besides(session: Session, style_ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that one stands, and is no draft or open one of these styles."""
    stands = Recommendation.status.in_(STANDING)
    if not style_ids:
        return stands
    replaced = and_(
        one_of(session, Recommendation.style_id, style_ids),
        Recommendation.status.in_(("draft", "open")),
    )
    return and_(stands, not_(replaced))


def last_verdicts(session: Session, style_ids: Sequence[int]) -> dict[int, str]:
    """Return what the newest decision of each of these styles said of its trial, if it did."""
    if not style_ids:
        return {}
    newest = (
        select(func.max(DecisionRow.id))
        .where(one_of(session, DecisionRow.style_id, style_ids))
        .group_by(DecisionRow.style_id)
    )
    query = select(DecisionRow.style_id, json_member(session, DecisionRow.body, "test_verdict"))
    rows = session.execute(query.where(DecisionRow.id.in_(newest)))
    return {style: shown["verdict"] for style, shown in rows if shown}


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
