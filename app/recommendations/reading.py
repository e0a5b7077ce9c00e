"""Read a page of a factory's feed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database.upsert import one_of
from app.errors import Gone
from app.recommendations.cursor import decode, encode
from app.recommendations.feed import BEFORE_ALL
from app.recommendations.tables import FeedEvent, FeedHead


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
        Gone: If this feed never reached it, or held another event there.
    """
    head = head_seqs(session, [factory_id]).get(factory_id, 0)
    seq, chained = _position(session, factory_id, head, after)
    rows = session.execute(
        select(FeedEvent.seq, FeedEvent.hash, FeedEvent.body)
        .where(FeedEvent.factory_id == factory_id, FeedEvent.seq > seq)
        .where(FeedEvent.seq <= head)
        .order_by(FeedEvent.seq)
        .limit(limit)
    ).all()
    events = [
        f'{{"seq":{row.seq},"cursor":"{encode(row.seq, row.hash)}",{row.body[1:]}' for row in rows
    ]
    if rows:
        seq, chained = rows[-1].seq, rows[-1].hash
    more = "true" if seq < head else "false"
    page = f'{{"data":[{",".join(events)}],"has_more":{more},"next_cursor":"'
    return FeedPage(f'{page}{encode(seq, chained)}"}}'.encode(), not rows, head)


def head_seqs(session: Session, factory_ids: Sequence[int]) -> dict[int, int]:
    """Return the position of the newest event of each feed; feeds without any are left out."""
    query = select(FeedHead.factory_id, FeedHead.last_seq).where(
        one_of(session, FeedHead.factory_id, factory_ids)
    )
    return {row.factory_id: row.last_seq for row in session.execute(query)}


def _position(session: Session, factory_id: int, head: int, after: str | None) -> tuple[int, str]:
    if after is None:
        return 0, BEFORE_ALL
    asked = decode(after)
    chained: str | None = BEFORE_ALL
    if asked.seq > 0:
        chained = session.scalar(
            select(FeedEvent.hash).where(
                FeedEvent.factory_id == factory_id, FeedEvent.seq == min(asked.seq, head + 1)
            )
        )
    if chained is None or not chained.startswith(asked.hash_prefix):
        raise Gone(
            "this feed does not continue from that cursor; read it again from restart_at",
            restart_at=encode(0, BEFORE_ALL),
        )
    return asked.seq, chained
