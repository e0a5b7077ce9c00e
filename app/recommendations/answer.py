"""A factory's answer: accept, decline, counter. Of two that race, one wins."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.catalog.signals import styles_changed
from app.clock.time import local_day
from app.errors import Conflict, NotOpen
from app.ids import new_id
from app.parties.refs import BrandRef
from app.recommendations.change import move
from app.recommendations.counter import Counter, check
from app.recommendations.feed import append, news
from app.recommendations.material import refuse_beyond_material
from app.recommendations.pricing import ANSWERABLE, MOST_COUNTERS, PricedCounter, with_counter
from app.recommendations.queries import brand_of, lock_styles, of_factory
from app.recommendations.reserve import money_allows, refuse_beyond_budget
from app.recommendations.tables import DecisionRow, Recommendation
from app.recommendations.terms import agreed, rates_of
from app.recommendations.tolerance import is_tolerated, leeway
from app.runs.start import AgreedTerms, start_run
from app.stock.ledger import expect, forget

ANSWERED = ("accepted", "declined", "countered")


def accept(
    session: Session, recommendation_id: str, factory_id: int, *, at: datetime
) -> Recommendation:
    """Accept as recommended: the run starts, and its units count as supply.

    Raises:
        NotFound: If it is not this factory's.
        NotOpen: If it was answered otherwise, replaced, withdrawn, or its time is over.
        Conflict: If the material for it is gone by now (`material_short`).
    """
    stored = {"decision": "accept"}
    row = _answerable(session, recommendation_id, factory_id, stored, at)
    if row.answer == stored:
        return row
    return _accept(session, row, stored, None, with_counter(row.economics, None), at=at)


def decline(
    session: Session, recommendation_id: str, factory_id: int, *, reason: str, at: datetime
) -> Recommendation:
    """Decline for good, with the reason.

    Raises:
        NotFound: If it is not this factory's.
        NotOpen: If it was answered otherwise, replaced, withdrawn, or its time is over.
    """
    stored = {"decision": "decline", "reason": reason}
    row = _answerable(session, recommendation_id, factory_id, stored, at)
    if row.answer == stored:
        return row
    economics = with_counter(row.economics, None)
    declined = _move(session, row, at, status="declined", answer=stored, economics=economics)
    forget(session, row.brand_id, source="counter", reference=row.id)
    _tell(session, "recommendation.declined", declined, at=at)
    return declined


def counter(
    session: Session,
    recommendation_id: str,
    factory_id: int,
    *,
    terms: Counter,
    at: datetime,
    price: PricedCounter | None = None,
) -> Recommendation:
    """Offer other terms; they wait for the brand, unless it loses no more than it tolerates.

    What it tolerates is counted over a review period (`leeway`). Beyond what the brand's work may
    tie up they wait as well. The units countered count as supply meanwhile. A new counter replaces
    the one before. `price` is what the terms were found to be worth before this transaction, where
    they could be priced.

    Raises:
        NotFound: If it is not this factory's.
        NotOpen: If it was answered otherwise, replaced, withdrawn, or its time is over.
        Conflict: If it was countered three times already (`counter_limit`).
        Invalid: If the terms do not fit the recommendation.
    """
    stored = terms.stored()
    row = _answerable(session, recommendation_id, factory_id, stored, at)
    if row.answer == stored:
        return row
    brand = brand_of(session, row)
    check(terms, row, today=local_day(at, brand.timezone))
    if row.counters >= MOST_COUNTERS:
        raise Conflict(f"it was countered {MOST_COUNTERS} times already", code="counter_limit")
    economics = with_counter(row.economics, price)
    left = leeway(session, row, brand, at=at)
    if is_tolerated(row, terms, brand, price, left) and _is_affordable(session, row, terms, at):
        try:
            with session.begin_nested():
                return _accept(session, row, stored, terms, economics, at=at)
        except Conflict as error:
            # Another run took the money meanwhile: the brand looks at it, its factory does not.
            if error.refusal_code != "open_to_buy":
                raise
    return _await_review(session, row, brand, terms, economics, at=at)


def _await_review(
    session: Session,
    row: Recommendation,
    brand: BrandRef,
    terms: Counter,
    economics: Mapping[str, Any],
    *,
    at: datetime,
) -> Recommendation:
    """Let a counter wait for its brand; its units count as supply meanwhile."""
    is_allowed = Recommendation.counters < MOST_COUNTERS
    raised = Recommendation.counters + 1
    countered = _move(
        session,
        row,
        at,
        is_allowed,
        status="countered",
        answer=terms.stored(),
        economics=economics,
        counters=raised,
        review=None,
    )
    offered = agreed(countered, terms, timezone=brand.timezone, at=at)
    expect(
        session,
        row.brand_id,
        source="counter",
        reference=row.id,
        due=offered.expected_by_day(),
    )
    _tell(session, "recommendation.countered", countered, at=at)
    return countered


def _answerable(
    session: Session,
    recommendation_id: str,
    factory_id: int,
    stored: Mapping[str, Any],
    at: datetime,
) -> Recommendation:
    """Take the style and return the row: answerable, or answered in just this way already."""
    lock_styles(session, [of_factory(session, factory_id, recommendation_id).style_id])
    row = of_factory(session, factory_id, recommendation_id)
    if row.status in ANSWERABLE and row.expires_at <= at:
        raise NotOpen(row.id, "expired")
    if row.status in ANSWERED and row.answer == stored:
        return row
    if row.status not in ANSWERABLE:
        raise NotOpen(row.id, row.status)
    return row


def _accept(
    session: Session,
    row: Recommendation,
    stored: Mapping[str, Any],
    terms: Counter | None,
    economics: Mapping[str, Any],
    *,
    at: datetime,
) -> Recommendation:
    accepted = _move(
        session,
        row,
        at,
        status="accepted",
        answer=stored,
        run=new_id("run"),
        economics=economics,
        review=None,
    )
    conclude(session, accepted, terms, at=at)
    return accepted


def conclude(
    session: Session, accepted: Recommendation, terms: Counter | None, *, at: datetime
) -> None:
    """Start the run of a recommendation that was just accepted, on its terms or the countered.

    Raises:
        Conflict: If it ties up more than was recommended, and more than the brand may
            (`open_to_buy`), or its factory lacks the material (`material_short`).
    """
    forget(session, accepted.brand_id, source="counter", reference=accepted.id)
    final = _final_terms(session, accepted, terms, at)
    start_run(session, accepted.run or "", final, at=at)
    styles_changed(session, accepted.brand_id, [accepted.style_id], at=at, supply=True)
    if final.total_cost > accepted.total_cost:
        refuse_beyond_budget(session, accepted.brand_id)
    decision = session.get_one(DecisionRow, accepted.decision_id)
    refuse_beyond_material(session, final, accepted, decision.inputs)
    append(session, news("recommendation.accepted", accepted, at=at))


def _final_terms(
    session: Session, row: Recommendation, terms: Counter | None, at: datetime
) -> AgreedTerms:
    """Return what is agreed if the recommendation, or a counter to it, is accepted at `at`."""
    zone = brand_of(session, row).timezone
    decision = session.get_one(DecisionRow, row.decision_id)
    rates = rates_of(decision.inputs, row)
    return agreed(row, terms, timezone=zone, at=at, rates=rates)


def _is_affordable(session: Session, row: Recommendation, terms: Counter, at: datetime) -> bool:
    """Say whether a counter ties up no more than was recommended, or than the brand may."""
    more = _final_terms(session, row, terms, at).total_cost - row.total_cost
    return more <= 0 or money_allows(session, row.brand_id, more=more)


def _move(
    session: Session,
    row: Recommendation,
    at: datetime,
    *conditions: ColumnElement[bool],
    **values: Any,
) -> Recommendation:
    """Answer in one conditional statement: whoever comes second finds it no longer open."""
    in_time = Recommendation.expires_at > at
    moved = move(session, row.id, in_time, *conditions, froms=ANSWERABLE, answered_at=at, **values)
    if moved is None:
        raise NotOpen(row.id, of_factory(session, row.factory_id, row.id).status)
    return moved


def _tell(session: Session, kind: str, row: Recommendation, *, at: datetime) -> None:
    styles_changed(session, row.brand_id, [row.style_id], at=at, supply=True)
    append(session, news(kind, row, at=at))
