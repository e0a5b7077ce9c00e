"""When keys were last used: noted in memory at each look-up, written together now and then.

A request never waits for it, and a key is written at most once a minute however many processes
it is shown to. A process that dies forgets what it had not written: under half a minute.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog
from anyio import to_thread
from sqlalchemy import or_, select, update

from app.clock.time import now
from app.database.database import Database
from app.database.upsert import one_of, skip_locked
from app.errors import Unavailable
from app.parties.tables import ApiKey

WRITTEN_EVERY = timedelta(minutes=1)
PAUSE_SECONDS = 20.0

log = structlog.get_logger("shortrun.parties")


class KeyUse:
    """The keys that were used since they were last written down."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._used: set[str] = set()
        self._written: dict[str, float] = {}
        self._lock = threading.Lock()

    def note(self, key_id: str) -> None:
        """Note that a key was used."""
        since = self._clock() - WRITTEN_EVERY.total_seconds()
        with self._lock:
            if self._written.get(key_id, since) <= since:
                self._used.add(key_id)

    def write(self, database: Database, *, sandbox: bool) -> None:
        """Write down when the noted keys were used; when the database is away, next time."""
        with self._lock:
            used, self._used = self._used, set()
        if not used:
            return
        try:
            _store(database, sorted(used), sandbox=sandbox)
        except Unavailable as error:
            log.warning("key_use_not_written", reason=error.detail)
            with self._lock:
                self._used |= used
            return
        at = self._clock()
        long_ago = at - WRITTEN_EVERY.total_seconds()
        with self._lock:
            recent = {key: then for key, then in self._written.items() if then > long_ago}
            self._written = recent | dict.fromkeys(used, at)

    async def write_on(self, database: Database, *, sandbox: bool) -> None:
        """Write again and again, until cancelled."""
        while True:
            await asyncio.sleep(PAUSE_SECONDS)
            try:
                await to_thread.run_sync(partial(self.write, database, sandbox=sandbox))
            except Exception:
                log.exception("key_use_failed")


def _store(database: Database, used: list[str], *, sandbox: bool) -> None:
    """Update the rows that nobody holds: two processes must not wait for each other here."""
    with database.write() as session:
        at = now(session, sandbox=sandbox)
        stale = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at <= at - WRITTEN_EVERY)
        query = select(ApiKey.id).where(one_of(session, ApiKey.id, used), stale)
        free = list(session.scalars(skip_locked(session, query.order_by(ApiKey.id))))
        if free:
            session.execute(
                update(ApiKey)
                .where(one_of(session, ApiKey.id, free))
                .values(last_used_at=at)
                .execution_options(synchronize_session=False)
            )
