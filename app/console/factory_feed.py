"""How far a factory's feed has come, and how far behind its systems are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.parties.tables import ApiKey
from app.recommendations.heads import head_of
from app.recommendations.tables import FeedEvent, Recommendation

EVENTS_SEARCHED = 5_000
"""The factory's newest events, among which the brand's are looked for: a feed may hold millions."""

EVENTS_READ = 200
EVENTS_SHOWN = 8


@dataclass(frozen=True)
class Told:
    """An event of the feed."""

    type: str
    at: datetime
    style: str


@dataclass(frozen=True)
class FeedSeen:
    """How far a factory's feed has come, and how far behind its systems are.

    Attributes:
        position: The number of its newest event, those of other brands too.
        called_at: When a key of the factory was used last, to a minute or two, or an answer of it
            was taken; None: never.
        behind: The brand's events since then.
        is_more: There may be more of them: beyond those read, or beyond those searched.
        last: The brand's newest events, newest first.
    """

    position: int
    called_at: datetime | None
    behind: int
    is_more: bool
    last: Sequence[Told]


def feed_seen(session: Session, brand_id: int, factory_id: int) -> FeedSeen:
    """Read the brand's part of a factory's feed."""
    called_at = _called_at(session, brand_id, factory_id)
    position = head_of(session, factory_id).last_seq
    query = (
        select(FeedEvent.type, FeedEvent.at, Recommendation.style)
        .join(Recommendation, Recommendation.id == FeedEvent.recommendation_id)
        .where(
            FeedEvent.factory_id == factory_id,
            FeedEvent.seq > position - EVENTS_SEARCHED,
            Recommendation.brand_id == brand_id,
        )
        .order_by(FeedEvent.seq.desc())
        .limit(EVENTS_READ)
    )
    last = [Told(*row) for row in session.execute(query)]
    behind = sum(called_at is None or one.at > called_at for one in last)
    return FeedSeen(
        position=position,
        called_at=called_at,
        behind=behind,
        is_more=behind == EVENTS_READ or _are_unsearched(session, factory_id, position, called_at),
        last=last[:EVENTS_SHOWN],
    )


def _are_unsearched(
    session: Session, factory_id: int, position: int, called_at: datetime | None
) -> bool:
    """Say whether events before those searched came after the factory's last call."""
    newest = select(FeedEvent.at).where(
        FeedEvent.factory_id == factory_id, FeedEvent.seq == position - EVENTS_SEARCHED
    )
    at = session.scalar(newest)
    return at is not None and (called_at is None or at > called_at)


def _called_at(session: Session, brand_id: int, factory_id: int) -> datetime | None:
    used = select(func.max(ApiKey.last_used_at)).where(ApiKey.factory_id == factory_id)
    answered = select(func.max(Recommendation.answered_at)).where(
        Recommendation.factory_id == factory_id,
        Recommendation.brand_id == brand_id,
        Recommendation.review.is_(None),  # else it may have been the brand's own
    )
    return max(
        (at for at in (session.scalar(used), session.scalar(answered)) if at is not None),
        default=None,
    )
