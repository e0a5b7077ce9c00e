"""The real API on a real port, in a thread of this process: stopped and started as one wishes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from sqlalchemy import delete, select, update

from app.client import Retries, ShortrunClient
from app.clock.time import set_now
from app.database.database import Database
from app.main import create_app
from app.recommendations.tables import FeedEvent, FeedHead
from app.serving import listen
from app.settings import Settings
from tests.recommendations.scene import AT, Scene, decide, run_of

QUICK = Retries(attempts=2, first_delay=0.01, longest_delay=0.05)
"""Soon again: a service of these tests is away for tenths of a second."""


@dataclass
class LiveService:
    """A service on a port of its own, on a sandbox clock that stands."""

    database: Database
    port: int = 0
    _server: uvicorn.Server = field(init=False)
    _thread: threading.Thread = field(init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, key: str) -> ShortrunClient:
        return ShortrunClient(self.url, key, retries=QUICK)

    def start(self) -> None:
        """Listen on the port it had before, if it had one."""
        listening = listen("127.0.0.1", self.port)
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(
            create_app(Settings(sandbox=True), self.database),
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listening],))
        self._thread.start()

    def stop(self) -> None:
        """Break off what is running, as a crash would."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()


@contextmanager
def live(database: Database) -> Iterator[LiveService]:
    with database.write() as session:
        set_now(session, AT)
    service = LiveService(database)
    service.start()
    try:
        yield service
    finally:
        service.stop()


def change(database: Database, scene: Scene, times: int) -> None:
    """Supersede the standing recommendation; two events each time but the first."""
    for _ in range(times):
        with database.read() as session:
            events = session.scalar(select(FeedHead.last_seq)) or 0
        decide(database, scene, run_of(scene, medium=80 + 40 * (events % 3 + 1)))


def restore(database: Database, seq: int) -> None:
    """Bring the feed back to what it was at an earlier event, as a restored backup does."""
    with database.write() as session:
        kept = session.scalars(select(FeedEvent).where(FeedEvent.seq == seq)).one()
        session.execute(delete(FeedEvent).where(FeedEvent.seq > seq))
        session.execute(update(FeedHead).values(last_seq=seq, last_hash=kept.hash))
