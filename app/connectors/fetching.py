"""Fetch the orders that deliveries only named: in the worker, with retries, then book them.

An order asked for by many deliveries is fetched once. Due times and leases follow the machine's
clock, because platforms live in real time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.orm import Session

from app.clock.time import now
from app.connectors.news import Asked, News
from app.connectors.platforms import PLATFORMS, api_of
from app.connectors.quarantine import Subject, hold, release
from app.connectors.queries import connection_codes, next_fetch
from app.connectors.reading import Issue, Unreadable
from app.connectors.shop_api import AskLater, Refused
from app.connectors.tables import Connection, OrderFetch
from app.connectors.taking import take_news
from app.database.database import Database
from app.parties.queries import brand_with_id

LEASE = timedelta(minutes=2)
"""A fetch is a few requests of at most 10 s each."""

PAUSES = [timedelta(seconds=seconds) for seconds in (2, 10, 60, 300, 1800, 3600, 3600)]
"""Between two tries; after the last one it waits in quarantine."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Claimed:
    """An order that is being fetched."""

    connection: Connection
    order: str
    generation: int
    attempts: int


class Fetches:
    """A worker's side: `step` fetches the order that waits longest."""

    def __init__(self, database: Database, *, sandbox: bool) -> None:
        """Work on this database."""
        self.database, self.sandbox = database, sandbox

    def step(self) -> bool:
        """Fetch one order; say whether there was any to fetch."""
        claimed = self._claim()
        if claimed is None:
            return False
        try:
            news = _fetched(claimed)
        except AskLater as later:
            self._again(claimed, later)
        except Refused as refused:
            self._give_up(claimed, Issue("", "fetch_failed", str(refused)))
        except Unreadable as unreadable:
            self._give_up(claimed, unreadable.issue)
        except Exception as error:
            log.exception("fetch_failed", connection=claimed.connection.code)
            said = f"something went wrong here: {type(error).__name__}"
            self._give_up(claimed, Issue("", "fetch_failed", said))
        else:
            self._book(claimed, news)
        return True

    def _claim(self) -> Claimed | None:
        wall = datetime.now(UTC)
        with self.database.read() as session:
            if next_fetch(session, at=wall, wall=wall) is None:
                return None
        with self.database.write() as session:
            found = next_fetch(session, at=wall, wall=wall)
            if found is None:
                return None
            found.lease_until, found.attempts = wall + LEASE, found.attempts + 1
            connection = connection_codes(session, [found.connection_id])[found.connection_id]
            return Claimed(connection, found.order_key, found.generation, found.attempts)

    def _book(self, claimed: Claimed, news: Sequence[News]) -> None:
        connection = claimed.connection
        with self.database.write() as session:
            at = now(session, sandbox=self.sandbox)
            brand = brand_with_id(session, connection.brand_id)
            assert brand is not None, "a connection names a stored brand"
            for one in news:
                take_news(session, brand, connection, one, topic="fetched", at=at)
            release(session, connection, Subject("fetch", claimed.order), at=at)
            _finish(session, claimed)

    def _again(self, claimed: Claimed, later: AskLater) -> None:
        if claimed.attempts > len(PAUSES):
            self._give_up(claimed, Issue("", "fetch_failed", str(later)))
            return
        pause = PAUSES[claimed.attempts - 1]
        if later.seconds is not None:
            pause = min(max(timedelta(seconds=later.seconds), timedelta(seconds=1)), PAUSES[-1])
        log.info("fetch_later", connection=claimed.connection.code, reason=str(later))
        with self.database.write() as session:
            session.execute(
                update(OrderFetch)
                .where(*_of(claimed))
                .values(due_at=datetime.now(UTC) + pause, lease_until=None)
            )

    def _give_up(self, claimed: Claimed, issue: Issue) -> None:
        subject = Subject("fetch", claimed.order)
        with self.database.write() as session:
            at = now(session, sandbox=self.sandbox)
            hold(session, claimed.connection, subject, [issue], topic="fetched", at=at)
            _finish(session, claimed)


def _fetched(claimed: Claimed) -> Sequence[News]:
    platform = PLATFORMS[claimed.connection.platform]
    if not isinstance(platform, Asked):
        raise Refused("a system of its own cannot be asked")
    api = api_of(claimed.connection)
    try:
        return platform.fetch(api, claimed.order)
    finally:
        api.close()


def _finish(session: Session, claimed: Claimed) -> None:
    """Fetch it no more, unless a delivery asked again meanwhile."""
    session.execute(
        delete(OrderFetch).where(*_of(claimed), OrderFetch.generation == claimed.generation)
    )
    session.execute(update(OrderFetch).where(*_of(claimed)).values(lease_until=None, attempts=0))


def _of(claimed: Claimed) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        OrderFetch.connection_id == claimed.connection.id,
        OrderFetch.order_key == claimed.order,
    )
