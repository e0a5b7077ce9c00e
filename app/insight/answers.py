"""How factories answered what brands asked them for: how soon, what they took and changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.recommendations.tables import Recommendation

Pair = tuple[int, int]
"""Ids of a brand and a factory."""

ENDED = ("accepted", "declined", "expired")

MOST_ANSWERS = 50_000
"""The newest speak for a factory; 20,000 were read in 0.3 s on two shared cores."""


@dataclass(frozen=True, slots=True)
class Countered:
    """One counter of a factory.

    Attributes:
        asked_units: As recommended.
        countered_units: What the counter that was given last would make.
    """

    asked_units: int
    countered_units: int


def outcomes(
    session: Session, mine: ColumnElement[bool], *, since: datetime
) -> dict[Pair, dict[str, int]]:
    """Return how many of what each pair's factory was asked for came to which end.

    What was superseded or withdrawn unanswered says nothing of the factory. `asked` counts all
    others, `countered` those that were countered at least once, whatever became of them.
    """
    is_countered = Recommendation.counters > 0
    query = (
        select(
            Recommendation.brand_id,
            Recommendation.factory_id,
            Recommendation.status,
            is_countered,
            func.count(),
        )
        .where(
            mine,
            Recommendation.opened_at >= since,
            or_(Recommendation.status.in_(ENDED), is_countered),
        )
        .group_by(
            Recommendation.brand_id, Recommendation.factory_id, Recommendation.status, is_countered
        )
    )
    found: dict[Pair, dict[str, int]] = {}
    for brand_id, factory_id, status, countered, count in session.execute(query):
        ends = found.setdefault((brand_id, factory_id), dict.fromkeys(("asked", "countered"), 0))
        ends["asked"] += count
        ends["countered"] += count if countered else 0
        if status in ENDED:
            ends[status] = ends.get(status, 0) + count
    return found


def response_hours(session: Session, mine: ColumnElement[bool], *, since: datetime) -> list[float]:
    """Return the hours from when it could be seen to its answer, of what was opened since then.

    The newest `MOST_ANSWERS` speak. Left out is what was countered and is no more: the brand's
    review has taken the answer's time.
    """
    query = (
        select(Recommendation.opened_at, Recommendation.answered_at)
        .where(
            mine,
            Recommendation.opened_at >= since,
            Recommendation.answered_at.is_not(None),
            or_(Recommendation.counters == 0, Recommendation.status == "countered"),
        )
        .order_by(Recommendation.id.desc())
        .limit(MOST_ANSWERS)
    )
    return [
        (answered - opened).total_seconds() / 3600
        for opened, answered in session.execute(query)
        if opened is not None and answered is not None
    ]


def counters(session: Session, mine: ColumnElement[bool], *, since: datetime) -> list[Countered]:
    """Return the counters that are still kept, of what was opened since then."""
    query = (
        select(Recommendation.quantity, Recommendation.lines, Recommendation.answer)
        .where(mine, Recommendation.opened_at >= since, Recommendation.counters > 0)
        .order_by(Recommendation.id.desc())
        .limit(MOST_ANSWERS)
    )
    return [
        Countered(row.quantity, _units(row.lines, row.answer))
        for row in session.execute(query)
        if row.answer is not None and row.answer["decision"] == "counter"
    ]


def _units(lines: Iterable[Mapping[str, Any]], answer: Mapping[str, Any]) -> int:
    """Return the units that a counter comes to; what it does not name stays as recommended."""
    if answer.get("deliveries"):
        return sum(int(line["quantity"]) for one in answer["deliveries"] for line in one["lines"])
    named = {line["sku"]: int(line["quantity"]) for line in answer.get("lines") or ()}
    return sum(named.get(line["sku"], int(line["quantity"])) for line in lines)
