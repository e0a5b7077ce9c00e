"""Read a page of a factory's feed."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Gone
from app.recommendations.cursor import Position, decode, encode
from app.recommendations.heads import Head, head_of
from app.recommendations.tables import FeedEvent
from app.web.etag import etag_of


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page as it goes out, and what tells whether it would still be the same.

    Attributes:
        body: The bytes.
        etag: Their strong entity tag.
        head: Where the feed stood; as long as it stands there, the page is the same.
        begin: The position that it goes on from.
        end: The position of its last event, `begin` without one.
        end_hash: The hash chained up to there, which no other history has.
        is_full: Whether it holds all it may and there was more: then it never changes again.
    """

    body: bytes
    etag: str
    head: Head
    begin: int
    end: int
    end_hash: str
    is_full: bool

    @property
    def is_empty(self) -> bool:
        """Whether there was no news."""
        return self.begin == self.end


def page_after(
    session: Session,
    factory_id: int,
    *,
    after: str | None,
    limit: int,
    kept: FeedPage | None = None,
) -> FeedPage:
    """Return up to `limit` events behind a cursor, from the oldest without one.

    The events are the stored bytes, so a page is the same whenever it is read. `kept` is what
    the same question was answered with before: a full page of this history is not read again.

    Raises:
        Malformed: If the cursor is not one.
        Gone: If this feed never reached it, held another event there, or was pruned beyond it.
    """
    head = head_of(session, factory_id)
    asked = decode(after) if after is not None else None
    if kept is not None and _holds(session, factory_id, head, asked, kept):
        return replace(kept, head=head)
    begin, chained = _position(session, factory_id, head, asked)
    rows = session.execute(
        select(FeedEvent.seq, FeedEvent.hash, FeedEvent.body)
        .where(FeedEvent.factory_id == factory_id, FeedEvent.seq > begin)
        .where(FeedEvent.seq <= head.last_seq)
        .order_by(FeedEvent.seq)
        .limit(limit)
    ).all()
    events = [
        f'{{"seq":{row.seq},"cursor":"{encode(row.seq, row.hash)}",{row.body[1:]}' for row in rows
    ]
    end, chained = (rows[-1].seq, rows[-1].hash) if rows else (begin, chained)
    has_more = end < head.last_seq
    page = f'{{"data":[{",".join(events)}],"has_more":{"true" if has_more else "false"}'
    body = f'{page},"next_cursor":"{encode(end, chained)}"}}'.encode()
    is_full = has_more and len(rows) == limit
    return FeedPage(body, etag_of(body), head, begin, end, chained, is_full)


def _holds(
    session: Session, factory_id: int, head: Head, asked: Position | None, kept: FeedPage
) -> bool:
    """Say whether a full page is still what it would be: one hash proves all before it."""
    if not kept.is_full or kept.end >= head.last_seq:
        return False
    is_reached = kept.begin == head.floor_seq if asked is None else kept.begin >= head.floor_seq
    return is_reached and _hash_at(session, factory_id, kept.end) == kept.end_hash


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
