"""Wait for news of a feed: neither thread nor connection is held, however many wait."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager

import structlog

from app.database.changes import changes
from app.database.database import Database
from app.errors import Unavailable
from app.recommendations.feed import CHANNEL
from app.recommendations.heads import heads_of
from app.recommendations.metrics import WAITING

AGAIN_SECONDS = 0.2
"""When the database was away at a look, it is asked again after this long."""

MOST_WAITING = 10_000
"""Each takes some 20 KiB until its time is over, even when its caller has left."""

log = structlog.get_logger()


class Waiter:
    """Somebody who follows a feed; told of what is committed from the time it was made."""

    __slots__ = ("_beyond", "_is_let_go", "_newest", "_woken")

    def __init__(self) -> None:
        self._newest = 0
        self._beyond = 0
        self._is_let_go = False
        self._woken: asyncio.Future[None] | None = None

    def tell(self, seq: int) -> None:
        """Take note that the feed reached a position."""
        self._newest = max(self._newest, seq)
        if self._newest > self._beyond:
            self._wake()

    def let_go(self) -> None:
        """Wait no longer, news or not."""
        self._is_let_go = True
        self._wake()

    def _wake(self) -> None:
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)

    async def news(self, *, beyond: int, seconds: float) -> bool:
        """Say whether the feed goes beyond a position, as soon as it does or the time is over."""
        if self._newest <= beyond and not self._is_let_go:
            self._beyond = beyond
            self._woken = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(seconds):
                    await self._woken
            except TimeoutError:
                return False
        return self._newest > beyond


class FeedWatch:
    """Hears of commits in the whole database, and wakes those whose feed moved.

    Used on the event loop that it was made on.
    """

    def __init__(
        self,
        database: Database,
        *,
        most_waiting: int = MOST_WAITING,
        on_news: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._on_news = on_news
        self._room = most_waiting
        self._is_ending = False
        self._waiters: dict[int, set[Waiter]] = {}
        self._watching: asyncio.Task[None] | None = None

    @property
    def has_room(self) -> bool:
        """Whether one more may wait; else it is answered at once."""
        return self._room > 0 and not self._is_ending

    @contextmanager
    def following(self, factory_id: int) -> Iterator[Waiter]:
        """Follow a feed. Read it after that: what is committed later wakes the waiter."""
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        waiter = Waiter()
        self._waiters.setdefault(factory_id, set()).add(waiter)
        self._room -= 1
        WAITING.inc()
        try:
            yield waiter
        finally:
            self._room += 1
            WAITING.dec()
            others = self._waiters[factory_id]
            others.discard(waiter)
            if not others:
                del self._waiters[factory_id]

    def let_go(self) -> None:
        """Answer all who wait with what there is, and let nobody wait from now on."""
        self._is_ending = True
        for waiters in self._waiters.values():
            for waiter in waiters:
                waiter.let_go()

    async def _watch(self) -> None:
        """Hear for ever: whatever fails, those who wait must not be left to their time."""
        while True:
            try:
                await self._hear()
            except Exception:
                log.exception("feed_watch_failed")
            await asyncio.sleep(AGAIN_SECONDS)

    async def _hear(self) -> None:
        async with aclosing(changes(self._database, CHANNEL)) as source:
            async for told in source:
                self._on_news()
                if told is None:
                    await self._look()
                else:
                    factory_id, _, seq = told.partition(":")
                    self._tell(int(factory_id), int(seq))

    async def _look(self) -> None:
        """Ask where all feeds stand that somebody follows."""
        while self._waiters:
            try:
                heads = await asyncio.to_thread(self._last_seqs, sorted(self._waiters))
            except Unavailable:
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            for factory_id, seq in heads.items():
                self._tell(factory_id, seq)
            return

    def _last_seqs(self, factory_ids: list[int]) -> dict[int, int]:
        with self._database.read() as session:
            heads = heads_of(session, factory_ids)
        return {factory_id: head.last_seq for factory_id, head in heads.items()}

    def _tell(self, factory_id: int, seq: int) -> None:
        for waiter in self._waiters.get(factory_id, ()):
            waiter.tell(seq)
