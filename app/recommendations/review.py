"""The brand's side: release a draft, withdraw, review a counter."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.catalog.signals import styles_changed
from app.clock.time import local_day
from app.errors import Conflict, NotOpen
from app.ids import new_id
from app.parties.refs import BrandRef
from app.recommendations.answer import conclude
from app.recommendations.change import expire_rows, move, release_counter, show_successor
from app.recommendations.counter import counter_of
from app.recommendations.draft import respond_by
from app.recommendations.feed import append, news
from app.recommendations.pricing import with_counter
from app.recommendations.queries import lock_styles, of_brand
from app.recommendations.recheck import refuse_changed_terms
from app.recommendations.tables import Recommendation


def release(
    session: Session, brand: BrandRef, recommendation_id: str, *, at: datetime
) -> Recommendation:
    """Let a draft out to its factory, if the terms it was priced on still hold.

    Raises:
        NotFound: If it is not this brand's.
        Conflict: If it is not a draft (`not_draft`), its time is over, or its factory would no
            longer make it on these terms (`refuse_changed_terms`).
    """
    row = _held(session, brand, recommendation_id)
    if row.status == "draft":
        if row.expires_at <= at:
            raise NotOpen(row.id, "expired")
        refuse_changed_terms(session, brand, row, day=local_day(at, brand.timezone))
    until = respond_by(brand, row.expires_at, at=at)
    opened = move(session, row.id, froms=("draft",), status="open", opened_at=at, respond_by=until)
    if opened is None:
        raise Conflict(f"recommendation {row.id} is {row.status}, not a draft", code="not_draft")
    show_successor(session, opened)
    append(session, news("recommendation.issued", opened, at=at))
    return opened


def withdraw(
    session: Session, brand: BrandRef, recommendation_id: str, *, at: datetime
) -> Recommendation:
    """Take back an open or countered one; its offer rests until the next review (`declined.py`).

    Raises:
        NotFound: If it is not this brand's.
        NotOpen: If it is neither.
    """
    row = _held(session, brand, recommendation_id)
    was = row.status
    said = {"decision": "withdraw", "at": at.isoformat()}
    ended = move(session, row.id, froms=("open", "countered"), status="withdrawn", review=said)
    if ended is None:
        raise NotOpen(row.id, was)
    if was == "countered":
        release_counter(session, ended, at=at)
    else:
        # What was decided before knew nothing of it, and may not bring it back.
        styles_changed(session, brand.id, [ended.style_id], at=at, supply=True)
    append(session, news("recommendation.withdrawn", ended, at=at))
    return ended


def accept_counter(
    session: Session,
    brand: BrandRef,
    recommendation_id: str,
    *,
    reason: str | None,
    at: datetime,
    seen: int | None = None,
) -> Recommendation:
    """Agree to what the factory countered with: the run starts on those terms.

    `seen` is the number of the counter that is agreed to: a factory may have replaced it since.

    Raises:
        NotFound: If it is not this brand's.
        Conflict: If it is not countered (`not_countered`), by another counter than was seen
            (`counter_changed`), its time is over, or it ties up more than was recommended and
            than the brand may (`open_to_buy`).
    """
    row = _countered(session, brand, recommendation_id, seen)
    if row.expires_at <= at:
        raise NotOpen(row.id, "expired")
    review = _review("accept", reason, row)
    accepted = move(
        session,
        row.id,
        froms=("countered",),
        status="accepted",
        run=new_id("run"),
        answered_at=at,
        review=review,
    )
    if accepted is None:
        raise _not_countered(row)
    conclude(session, accepted, counter_of(accepted.answer or {}), at=at)
    return accepted


def decline_counter(
    session: Session,
    brand: BrandRef,
    recommendation_id: str,
    *,
    reason: str | None,
    at: datetime,
    seen: int | None = None,
) -> Recommendation:
    """Turn the counter down: the recommendation is open again as it was, or expired by now.

    Raises:
        NotFound: If it is not this brand's.
        Conflict: If it is not countered (`not_countered`), or by another counter than was seen
            (`counter_changed`).
    """
    row = _countered(session, brand, recommendation_id, seen)
    review = _review("decline", reason, row)
    reopened = move(
        session,
        row.id,
        froms=("countered",),
        status="open",
        answer=None,
        answered_at=None,
        economics=with_counter(row.economics, None),
        review=review,
    )
    if reopened is None:
        raise _not_countered(row)
    release_counter(session, reopened, at=at)
    told = news("counter.declined", reopened, at=at)
    if reopened.expires_at <= at:
        told += expire_rows(session, [reopened], at=at)
    append(session, told)
    return reopened


def _held(session: Session, brand: BrandRef, recommendation_id: str) -> Recommendation:
    """Take the style and return the row as it stands then."""
    lock_styles(session, [of_brand(session, brand.id, recommendation_id).style_id])
    return of_brand(session, brand.id, recommendation_id)


def _countered(
    session: Session, brand: BrandRef, recommendation_id: str, seen: int | None
) -> Recommendation:
    row = _held(session, brand, recommendation_id)
    if row.status != "countered":
        raise _not_countered(row)
    if seen is not None and seen != row.counters:
        raise Conflict(f"the counter is number {row.counters} by now", code="counter_changed")
    return row


def _not_countered(row: Recommendation) -> Conflict:
    return Conflict(f"recommendation {row.id} is {row.status}, not countered", code="not_countered")


def _review(decision: str, reason: str | None, row: Recommendation) -> dict[str, Any]:
    """Keep what was decided, and on which terms: a later counter replaces the answer."""
    said: dict[str, Any] = {"decision": decision, "counter": row.answer}
    return said | ({"reason": reason} if reason else {})
