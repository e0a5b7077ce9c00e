"""Where feeds stand."""

import asyncio
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


class Heads:
    """Asks the database where feeds stand, for whoever asks on this event loop.

    The question is put after it came: what was committed before, its answer counts.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = quick_rows(database, FeedHead, "factory_id", Head._fields)

    async def of(self, factory_id: int) -> Head:
        """Return where a feed stands now.

        Raises:
            Unavailable: If the database is away or busy.
        """
        try:
            row = await self._rows.row(factory_id)
        except Unavailable:
            return await asyncio.to_thread(self._read, factory_id)
        return NO_EVENTS if row is None else Head(*row)

    def _read(self, factory_id: int) -> Head:
        with self._database.read() as session:
            return head_of(session, factory_id)
