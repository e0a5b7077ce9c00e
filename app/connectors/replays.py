"""Use what waited for a SKU or a mapping once it is there: in the worker, by itself."""

import time

import structlog

from app.clock.time import now
from app.connectors.queries import found_by_now
from app.connectors.replay import replay
from app.database.database import Database
from app.errors import Unavailable
from app.parties.queries import brand_with_id

PAUSE_SECONDS = 1.0
"""Between two looks: each asks of every name that is waited for whether it is known."""

ENTRIES_A_LOOK = 100

log = structlog.get_logger()


class Replays:
    """A worker's side: `step` tries again what waited for a name that is known by now."""

    def __init__(self, database: Database, *, sandbox: bool) -> None:
        """Work on this database."""
        self._database, self._sandbox = database, sandbox
        self._next_look = 0.0

    def step(self) -> bool:
        """Try again up to a hundred, each in its own transaction; say whether there was any."""
        if time.monotonic() < self._next_look:
            return False
        with self._database.read() as session:
            found = found_by_now(session, limit=ENTRIES_A_LOOK)
        if len(found) < ENTRIES_A_LOOK:
            self._next_look = time.monotonic() + PAUSE_SECONDS
        for entry, brand_id in found:
            self._try_again(entry, brand_id)
        return bool(found)

    def _try_again(self, entry: str, brand_id: int) -> None:
        """Try one again; one that cannot be tried keeps no other from it."""
        try:
            with self._database.write() as session:
                brand = brand_with_id(session, brand_id)
                assert brand is not None, "what waits is a stored brand's"
                row = replay(session, brand, entry, at=now(session, sandbox=self._sandbox))
                log.info("replayed", entry=entry, status=row.status)
        except Unavailable:
            raise
        except Exception:
            log.exception("replay_failed", entry=entry)
