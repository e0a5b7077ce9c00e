"""Pages of feeds, kept as the bytes that go out; where the feed stands is asked each time."""

import asyncio
from collections import OrderedDict
from functools import partial

from app.database.database import Database
from app.recommendations.heads import Heads
from app.recommendations.reading import FeedPage, page_after

MOST_BYTES = 64 * 1024 * 1024
ENTRY_BYTES = 1024
"""What an empty page takes with its key and its place, rounded up."""

Question = tuple[int, str | None, int]
"""A factory, the cursor its reader goes on from, and how many events at most."""


class FeedPages:
    """Answers from memory as long as the feed stands where it stood; else reads, once for all.

    A page is as new as the question: it is compared with the head that was read after the
    question came, by which every event committed before is counted.
    """

    def __init__(self, database: Database, heads: Heads, *, most_bytes: int = MOST_BYTES) -> None:
        self._database = database
        self._heads = heads
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[Question, FeedPage] = OrderedDict()
        self._reading: dict[Question, asyncio.Task[FeedPage]] = {}

    async def page(self, factory_id: int, *, after: str | None, limit: int) -> FeedPage:
        """Return up to `limit` events behind a cursor, from the oldest without one.

        Raises:
            Malformed: If the cursor is not one.
            Gone: If the feed does not go on from it.
            Unavailable: If the database is away or busy.
        """
        question = (factory_id, after, limit)
        head = await self._heads.of(factory_id)
        kept = self._kept.get(question)
        if kept is not None and kept.head == head:
            self._kept.move_to_end(question)
            return kept
        page = await self._read(question)
        if page.head.last_seq < head.last_seq:
            # It was being read already when the question came.
            page = await self._read(question)
        return page

    async def _read(self, question: Question) -> FeedPage:
        reading = self._reading.get(question)
        if reading is None:
            reading = asyncio.create_task(self._look_up(question))
            self._reading[question] = reading
            reading.add_done_callback(partial(self._ended, question))
        return await asyncio.shield(reading)

    def _ended(self, question: Question, reading: asyncio.Task[FeedPage]) -> None:
        del self._reading[question]
        if not reading.cancelled() and reading.exception() is None:
            self._keep(question, reading.result())

    async def _look_up(self, question: Question) -> FeedPage:
        return await asyncio.to_thread(self._select, question, self._kept.get(question))

    def _select(self, question: Question, kept: FeedPage | None) -> FeedPage:
        factory_id, after, limit = question
        with self._database.read() as session:
            return page_after(session, factory_id, after=after, limit=limit, kept=kept)

    def _keep(self, question: Question, page: FeedPage) -> None:
        before = self._kept.pop(question, None)
        if before is not None:
            self._bytes -= len(before.body) + ENTRY_BYTES
        self._kept[question] = page
        self._bytes += len(page.body) + ENTRY_BYTES
        while self._bytes > self._most_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.body) + ENTRY_BYTES
