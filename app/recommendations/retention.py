"""Forget the oldest events of feeds: whoever has not read them by then is told to start again."""

from datetime import datetime
from itertools import takewhile

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.database.database import Database
from app.recommendations.tables import FeedEvent, FeedHead

EVENTS_A_TRANSACTION = 1_000
"""A feed is locked for as long as one takes: 20 ms on SQLite."""


def prune_feeds(database: Database, *, before: datetime) -> int:
    """Delete the events from before a time; return how many. Writers go on meanwhile.

    The recommendations stay. A reader whose cursor lies before what is kept gets 410, reads the
    standing list, and goes on from the cursor that it names.
    """
    with database.read() as session:
        factory_ids = _with_events_from_before(session, before)
    pruned = 0
    for factory_id in factory_ids:
        gone = EVENTS_A_TRANSACTION
        while gone == EVENTS_A_TRANSACTION:
            with database.write() as session:
                gone = prune_feed(session, factory_id, before=before)
            pruned += gone
    return pruned


def prune_feed(session: Session, factory_id: int, *, before: datetime) -> int:
    """Move the floor of a feed up over events from before a time, a thousand at most."""
    floor = session.scalar(
        select(FeedHead.floor_seq).where(FeedHead.factory_id == factory_id).with_for_update()
    )
    oldest = session.execute(
        select(FeedEvent.seq, FeedEvent.hash, FeedEvent.at)
        .where(FeedEvent.factory_id == factory_id, FeedEvent.seq > floor)
        .order_by(FeedEvent.seq)
        .limit(EVENTS_A_TRANSACTION)
    )
    gone = list(takewhile(lambda event: event.at < before, oldest))
    if not gone:
        return 0
    newest = gone[-1]
    session.execute(
        update(FeedHead)
        .where(FeedHead.factory_id == factory_id)
        .values(floor_seq=newest.seq, floor_hash=newest.hash)
    )
    session.execute(
        delete(FeedEvent).where(FeedEvent.factory_id == factory_id, FeedEvent.seq <= newest.seq)
    )
    return len(gone)


def _with_events_from_before(session: Session, before: datetime) -> list[int]:
    """Return the factories whose oldest event is from before a time: one look-up a feed."""
    oldest = (FeedEvent.factory_id == FeedHead.factory_id) & (
        FeedEvent.seq == FeedHead.floor_seq + 1
    )
    query = select(FeedHead.factory_id).join(FeedEvent, oldest).where(FeedEvent.at < before)
    return list(session.scalars(query.order_by(FeedHead.factory_id)))
