"""Read a page of a factory's feed."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Gone
from app.recommendations.cursor import Position, decode, encode
from app.recommendations.heads import Head, head_of
from app.recommendations.tables import FeedEvent


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page as it goes out, and the head of the feed it was read at."""

    body: bytes
    is_empty: bool
    head_seq: int


def page_after(session: Session, factory_id: int, *, after: str | None, limit: int) -> FeedPage:
    """Return up to `limit` events behind a cursor, from the oldest without one.

    The events are the stored bytes, so a page is the same whenever it is read.

    Raises:
        Malformed: If the cursor is not one.
        Gone: If this feed never reached it, held another event there, or was pruned beyond it.
    """
    head = head_of(session, factory_id)
    seq, chained = _position(session, factory_id, head, None if after is None else decode(after))
    rows = session.execute(
        select(FeedEvent.seq, FeedEvent.hash, FeedEvent.body)
        .where(FeedEvent.factory_id == factory_id, FeedEvent.seq > seq)
        .where(FeedEvent.seq <= head.last_seq)
        .order_by(FeedEvent.seq)
        .limit(limit)
    ).all()
    events = [
        f'{{"seq":{row.seq},"cursor":"{encode(row.seq, row.hash)}",{row.body[1:]}' for row in rows
    ]
    if rows:
        seq, chained = rows[-1].seq, rows[-1].hash
    more = "true" if seq < head.last_seq else "false"
    page = f'{{"data":[{",".join(events)}],"has_more":{more},"next_cursor":"'
    return FeedPage(f'{page}{encode(seq, chained)}"}}'.encode(), not rows, head.last_seq)


def _position(
    session: Session, factory_id: int, head: Head, asked: Position | None
) -> tuple[int, str]:
    if asked is None:
        return head.floor_seq, head.floor_hash
    chained = None
    if asked.seq == head.floor_seq:
        chained = head.floor_hash
    elif head.floor_seq < asked.seq <= head.last_seq:
        chained = _hash_at(session, factory_id, asked.seq)
    if chained is None or not chained.startswith(asked.hash_prefix):
        raise Gone(
            "this feed does not go on from that cursor: read the standing list and go on from its"
            " feed_cursor, or from restart_at, before the oldest event that is kept",
            restart_at=head.floor_cursor,
        )
    return asked.seq, chained


def _hash_at(session: Session, factory_id: int, seq: int) -> str | None:
    return session.scalar(
        select(FeedEvent.hash).where(FeedEvent.factory_id == factory_id, FeedEvent.seq == seq)
    )
