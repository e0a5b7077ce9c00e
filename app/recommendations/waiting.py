"""Wait for news of a feed: one short SELECT a look for all who wait, however many they are."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from app.database.database import Database
from app.errors import Unavailable
from app.recommendations.reading import head_seqs

LOOK_SECONDS = 0.15


@dataclass(eq=False)
class _Reader:
    """Somebody who read up to `seq` and waits for more."""

    factory_id: int
    seq: int
    woken: asyncio.Future[None]


class FeedWatch:
    """Looks at the heads of the feeds that somebody waits for, and wakes whom it concerns.

    Runs only while somebody waits, on the event loop that it was made on.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._readers: set[_Reader] = set()
        self._looking: asyncio.Task[None] | None = None

    async def news(self, factory_id: int, *, beyond: int, seconds: float) -> bool:
        """Say whether the feed moved from position `beyond` within the time."""
        reader = _Reader(factory_id, beyond, asyncio.get_running_loop().create_future())
        self._readers.add(reader)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            async with asyncio.timeout(seconds):
                await reader.woken
        except TimeoutError:
            return False
        finally:
            self._readers.discard(reader)
        return True

    async def _look(self) -> None:
        while self._readers:
            await asyncio.sleep(LOOK_SECONDS)
            factories = {reader.factory_id for reader in self._readers}
            try:
                heads = await asyncio.to_thread(self._heads, factories)
            except Unavailable:
                continue
            for reader in self._readers:
                if heads.get(reader.factory_id, 0) != reader.seq and not reader.woken.done():
                    reader.woken.set_result(None)

    def _heads(self, factory_ids: Iterable[int]) -> dict[int, int]:
        with self.database.read() as session:
            return head_seqs(session, sorted(factory_ids))


_watches: WeakKeyDictionary[asyncio.AbstractEventLoop, FeedWatch] = WeakKeyDictionary()


def watch_of(database: Database) -> FeedWatch:
    """Return the watch of this process for its database, made when first needed."""
    loop = asyncio.get_running_loop()
    watch = _watches.get(loop)
    if watch is None or watch.database is not database:
        watch = _watches[loop] = FeedWatch(database)
    return watch
