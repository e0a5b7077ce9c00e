"""Pages of feeds, kept as the bytes that go out; where the feed stands is asked each time."""

import asyncio
from functools import partial

from app.database.database import Database
from app.recommendations.heads import Heads
from app.recommendations.reading import FeedPage, page_after
from app.recommendations.rendered import Rendered

MOST_BYTES = 64 * 1024 * 1024

Question = tuple[int, str | None, int]
"""A factory, the cursor its reader goes on from, and how many events at most."""


class FeedPages:
    """Answers from memory as long as the feed stands where it stood; else reads, once for all.

    A page is as new as what `Heads` says of where its feed stands: asked for `now`, it is compared
    with the head that was read after the question came, by which every event committed before is
    counted.
    """

    def __init__(self, database: Database, heads: Heads, *, most_bytes: int = MOST_BYTES) -> None:
        self._database = database
        self._heads = heads
        self._rendered = Rendered[Question, FeedPage](most_bytes)
        self._reading: dict[Question, asyncio.Task[FeedPage]] = {}

    async def page(
        self, factory_id: int, *, after: str | None, limit: int, now: bool = False
    ) -> FeedPage:
        """Return up to `limit` events behind a cursor, from the oldest without one.

        Raises:
            Malformed: If the cursor is not one.
            Gone: If the feed does not go on from it.
            Unavailable: If the database is away or busy.
        """
        question = (factory_id, after, limit)
        head = await self._heads.of(factory_id, now=now)
        kept = self._rendered.get(question)
        if kept is not None and kept.head == head:
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
            self._rendered.keep(question, reading.result())

    async def _look_up(self, question: Question) -> FeedPage:
        return await asyncio.to_thread(self._select, question, self._rendered.get(question))

    def _select(self, question: Question, kept: FeedPage | None) -> FeedPage:
        factory_id, after, limit = question
        with self._database.read() as session:
            return page_after(session, factory_id, after=after, limit=limit, kept=kept)
