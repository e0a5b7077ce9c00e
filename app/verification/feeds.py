"""Every feed is gapless, and its hashes chain up to its head."""

from collections.abc import Generator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.parties.tables import Factory
from app.recommendations.feed import chain
from app.recommendations.heads import Head, head_of
from app.recommendations.tables import FeedEvent, FeedHead
from app.verification.finding import Finding

EVENTS_READ_TOGETHER = 1_000


def broken_feeds(session: Session) -> Generator[Finding]:
    """Find, in each feed, the first event that is missing, moved or changed."""
    feeds = session.execute(
        select(Factory.id, Factory.code)
        .join(FeedHead, FeedHead.factory_id == Factory.id)
        .order_by(Factory.id)
    ).all()
    for factory_id, code in feeds:
        found = _first_break(session, factory_id, head_of(session, factory_id))
        if found is not None:
            yield Finding("feeds", code, found)


def _first_break(session: Session, factory_id: int, head: Head) -> str | None:
    query = (
        select(FeedEvent.seq, FeedEvent.body, FeedEvent.hash)
        .where(FeedEvent.factory_id == factory_id)
        .order_by(FeedEvent.seq)
        .execution_options(yield_per=EVENTS_READ_TOGETHER)
    )
    before, chained = head.floor_seq, head.floor_hash
    with session.execute(query) as events:
        for seq, body, stored in events:
            if seq != before + 1:
                return f"no event {before + 1}, the next is {seq}"
            chained = chain(chained, seq, body)
            if chained != stored:
                return f"event {seq} is not the one that was told"
            before = seq
    if (before, chained) != (head.last_seq, head.last_hash):
        return f"ends at {before}, its head at {head.last_seq}"
    return None
