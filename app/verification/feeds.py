"""Every feed is gapless, and its hashes chain up to its head."""

from collections.abc import Generator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.parties.tables import Factory
from app.recommendations.feed import BEFORE_ALL, chain
from app.recommendations.tables import FeedEvent, FeedHead
from app.verification.finding import Finding

EVENTS_READ_TOGETHER = 1_000


def broken_feeds(session: Session) -> Generator[Finding]:
    """Find, in each feed, the first event that is missing, moved or changed."""
    heads = session.execute(
        select(FeedHead.factory_id, FeedHead.last_seq, FeedHead.last_hash, Factory.code)
        .join(Factory, Factory.id == FeedHead.factory_id)
        .order_by(FeedHead.factory_id)
    ).all()
    for factory_id, last_seq, last_hash, code in heads:
        found = _first_break(session, factory_id, last_seq, last_hash)
        if found is not None:
            yield Finding("feeds", code, found)


def _first_break(session: Session, factory_id: int, last_seq: int, last_hash: str) -> str | None:
    query = (
        select(FeedEvent.seq, FeedEvent.body, FeedEvent.hash)
        .where(FeedEvent.factory_id == factory_id)
        .order_by(FeedEvent.seq)
        .execution_options(yield_per=EVENTS_READ_TOGETHER)
    )
    before, chained = 0, BEFORE_ALL
    with session.execute(query) as events:
        for seq, body, stored in events:
            if seq != before + 1:
                return f"no event {before + 1}, the next is {seq}"
            chained = chain(chained, seq, body)
            if chained != stored:
                return f"event {seq} is not the one that was told"
            before = seq
    if (before, chained) != (last_seq, last_hash):
        return f"ends at {before}, its head at {last_seq}"
    return None
