"""Where feeds stand."""

import asyncio
import time
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database.database import Database
from app.database.quick import quick_rows
from app.database.upsert import one_of
from app.errors import Unavailable
from app.recommendations.cursor import encode
from app.recommendations.tables import BEFORE_ALL, FeedHead


class Head(NamedTuple):
    """Where a feed ends and begins: its newest event, and the newest of those that were pruned."""

    last_seq: int
    last_hash: str
    floor_seq: int
    floor_hash: str

    @property
    def cursor(self) -> str:
        """The cursor behind the newest event."""
        return encode(self.last_seq, self.last_hash)

    @property
    def floor_cursor(self) -> str:
        """The cursor before the oldest event that is kept."""
        return encode(self.floor_seq, self.floor_hash)


NO_EVENTS = Head(0, BEFORE_ALL, 0, BEFORE_ALL)


def heads_of(session: Session, factory_ids: Collection[int]) -> dict[int, Head]:
    """Return where each feed stands; feeds without any event are left out."""
    query = select(
        FeedHead.factory_id,
        FeedHead.last_seq,
        FeedHead.last_hash,
        FeedHead.floor_seq,
        FeedHead.floor_hash,
    ).where(one_of(session, FeedHead.factory_id, sorted(factory_ids)))
    return {row[0]: Head(*row[1:]) for row in session.execute(query)}


def head_of(session: Session, factory_id: int) -> Head:
    """Return where a feed stands."""
    return heads_of(session, [factory_id]).get(factory_id, NO_EVENTS)


KNOWN_SECONDS = 0.02
"""A question to PostgreSQL takes 0.15 ms, as long as all the rest of a poll without news: who
polls every second asks it each time, and who polls without a pause asks it 50 times a second."""

MOST_KNOWN = 10_000


class _Known(NamedTuple):
    """Where a feed stood when it was asked for, and the last write of this process before."""

    head: Head
    last_write: object
    until: float

    def holds(self, last_write: object, at: float) -> bool:
        return self.last_write is last_write and at < self.until


class Heads:
    """Says where feeds stand, to whoever asks on this event loop.

    On PostgreSQL the next to ask within 20 ms may be told what the last one was, unless this
    process wrote anything since or heard of news: what a caller knows to be committed through this
    process is never missing, and what another process commits is missing for 20 ms at most. Asked
    for `now`, and on SQLite always, the question is put to the database after it came.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = quick_rows(database, FeedHead, "factory_id", Head._fields)
        self._known: dict[int, _Known] = {}
        self._heard = 0

    async def of(self, factory_id: int, *, now: bool = False) -> Head:
        """Return where a feed stands.

        Raises:
            Unavailable: If the database is away or busy.
        """
        known = self._known.get(factory_id)
        last_write = self._database.last_write
        at = time.monotonic()
        if known is not None and not now and known.holds(last_write, at):
            return known.head
        heard = self._heard
        try:
            row = await self._rows.row(factory_id)
        except Unavailable:
            return await asyncio.to_thread(self._read, factory_id)
        head = NO_EVENTS if row is None else Head(*row)
        if not self._database.is_sqlite and heard == self._heard:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[factory_id] = _Known(head, last_write, at + KNOWN_SECONDS)
        return head

    def doubt(self) -> None:
        """Take nothing for known any more: there are news of some feed."""
        self._heard += 1
        self._known.clear()

    def _read(self, factory_id: int) -> Head:
        with self._database.read() as session:
            return head_of(session, factory_id)
