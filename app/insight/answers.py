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
class Answered:
    """One answer of a factory.

    Attributes:
        hours: From when it could be seen to its answer; None where the brand's review of a
            counter has taken that time's place.
        asked_units: As recommended.
        countered_units: What the counter that was given last would make; None: no counter, or
            none with other units is kept.
    """

    pair: Pair
    hours: float | None
    asked_units: int
    countered_units: int | None


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


def answers(session: Session, mine: ColumnElement[bool], *, since: datetime) -> list[Answered]:
    """Return the answers to what was opened since then, the newest `MOST_ANSWERS`."""
    query = (
        select(
            Recommendation.brand_id,
            Recommendation.factory_id,
            Recommendation.status,
            Recommendation.counters,
            Recommendation.opened_at,
            Recommendation.answered_at,
            Recommendation.quantity,
        )
        .where(mine, Recommendation.opened_at >= since, Recommendation.answered_at.is_not(None))
        .order_by(Recommendation.id.desc())
        .limit(MOST_ANSWERS)
    )
    return [
        Answered(
            pair=(row.brand_id, row.factory_id),
            hours=(row.answered_at - row.opened_at).total_seconds() / 3600
            if row.counters == 0 or row.status == "countered"
            else None,
            asked_units=row.quantity,
            countered_units=None,
        )
        for row in session.execute(query)
    ]


def counters(session: Session, mine: ColumnElement[bool], *, since: datetime) -> list[Answered]:
    """Return the counters that are still kept, of what was opened since then."""
    query = (
        select(
            Recommendation.brand_id,
            Recommendation.factory_id,
            Recommendation.quantity,
            Recommendation.lines,
            Recommendation.answer,
        )
        .where(mine, Recommendation.opened_at >= since, Recommendation.counters > 0)
        .order_by(Recommendation.id.desc())
        .limit(MOST_ANSWERS)
    )
    return [
        Answered((row.brand_id, row.factory_id), None, row.quantity, _units(row.lines, row.answer))
        for row in session.execute(query)
        if row.answer is not None and row.answer["decision"] == "counter"
    ]


def _units(lines: Iterable[Mapping[str, Any]], answer: Mapping[str, Any]) -> int:
    """Return the units that a counter comes to; what it does not name stays as recommended."""
    if answer.get("deliveries"):
        return sum(int(line["quantity"]) for one in answer["deliveries"] for line in one["lines"])
    named = {line["sku"]: int(line["quantity"]) for line in answer.get("lines") or ()}
    return sum(named.get(line["sku"], int(line["quantity"])) for line in lines)
