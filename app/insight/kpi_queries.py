"""What the figures of runs and recommendations are counted from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.insight.period import Asked
from app.recommendations.tables import Recommendation
from app.runs.tables import Run, RunEvent


@dataclass(frozen=True, slots=True)
class AcceptedRun:
    """A run accepted in the period, with what its recommendation says of its economics."""

    style_id: int
    quantity: int
    currency: str
    total_cost: Decimal
    setup_cost: Decimal
    accepted_at: datetime
    economics: Mapping[str, Any]


def accepted_runs(session: Session, asked: Asked) -> list[AcceptedRun]:
    """Return the runs accepted in the period, oldest first."""
    query = (
        select(
            Run.style_id,
            Run.quantity,
            Run.currency,
            Run.total_cost,
            Recommendation.setup_cost,
            Run.accepted_at,
            Recommendation.economics,
        )
        .join(Recommendation, Recommendation.id == Run.recommendation_id)
        .where(*asked.of(Run), Run.accepted_at >= asked.since, Run.accepted_at <= asked.until)
        .order_by(Run.id)
    )
    return [AcceptedRun(*row) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Timed:
    """When a recommendation was called for, issued and answered."""

    is_superseded: bool
    signal_at: datetime | None
    issued_at: datetime
    answered_at: datetime | None


def issued(session: Session, asked: Asked) -> list[Timed]:
    """Return the recommendations issued in the period that their factory could see.

    Where a brand reviewed a counter, its review counts as the answer: it ended the waiting.
    """
    query = select(
        Recommendation.status == "superseded",
        Recommendation.signal_at,
        Recommendation.issued_at,
        Recommendation.answered_at,
    ).where(
        *asked.of(Recommendation),
        Recommendation.opened_at.is_not(None),
        Recommendation.issued_at >= asked.since,
        Recommendation.issued_at <= asked.until,
    )
    return [Timed(*row) for row in session.execute(query)]


def first_accepted(session: Session, asked: Asked) -> dict[int, datetime]:
    """Return when the first run ever of each style was accepted, whoever made it."""
    assert asked.brand is not None, "only a brand's styles are asked for"
    query = (
        select(Run.style_id, func.min(Run.accepted_at))
        .where(Run.brand_id == asked.brand.id)
        .group_by(Run.style_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def markets_reached(session: Session, asked: Asked) -> list[float]:
    """Return the days from a style's first recommendation to its first units, where in the period.

    Styles count whose first units ever received from a run came in it.
    """
    first_units = (
        select(Run.style_id, func.min(RunEvent.occurred_at).label("at"))
        .join(RunEvent, RunEvent.run_id == Run.id)
        .where(*asked.of(Run), RunEvent.kind == "received")
        .group_by(Run.style_id)
        .subquery("first_units")
    )
    first_issued = (
        select(Recommendation.style_id, func.min(Recommendation.issued_at).label("at"))
        .where(*asked.of(Recommendation))
        .group_by(Recommendation.style_id)
        .subquery("first_issued")
    )
    query = (
        select(first_issued.c.at, first_units.c.at)
        .join(first_units, first_units.c.style_id == first_issued.c.style_id)
        .where(first_units.c.at >= asked.since, first_units.c.at <= min(asked.until, asked.at))
        .order_by(first_units.c.style_id)
    )
    return [(came - begun).total_seconds() / 86_400 for begun, came in session.execute(query)]
