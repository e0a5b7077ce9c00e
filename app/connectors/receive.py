"""Take a delivery: who sent it, whether it came before, what it says, what could not be used."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from anyio import to_thread

from app.clock.time import now
from app.connectors.news import Headers, News, Platform
from app.connectors.platforms import PLATFORMS
from app.connectors.queries import connection_with_public_id, delivered
from app.connectors.reading import Unreadable
from app.connectors.tables import Connection, Delivery
from app.connectors.taking import Taken, Told, marks_of, take_all
from app.database.database import Database
from app.database.inserting import insert_new
from app.errors import Unauthenticated, Unavailable
from app.parties.queries import brand_with_id
from app.web.limits import Limits
from app.web.together import Together

LONGEST_NAME = 100
REMEMBERED_SECONDS = 0.5
"""As long as an API key is: a removed connection is refused that much later by other processes."""

MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class Incoming:
    """A delivery as it came in, and from where."""

    platform: str
    public_id: str
    address: str
    headers: Headers
    body: bytes


class Deliveries:
    """Takes what comes to the webhook addresses of one process.

    What comes to one connection while a transaction is on its way is taken in the next one, all of
    it at once: with 8 at a time that takes half the work of a transaction for each.
    """

    def __init__(self, database: Database, limits: Limits, *, sandbox: bool) -> None:
        """Take in deliveries to this database, and bad signatures up to these limits."""
        self._database, self._limits, self._sandbox = database, limits, sandbox
        self._known: dict[str, tuple[float, Connection]] = {}
        self._together: dict[str, Together[Told, Taken]] = {}

    async def receive(self, incoming: Incoming) -> Taken:
        """Take a delivery, in one transaction with all that follows from it; say what became of it.

        Raises:
            Unauthenticated: If its signature is not the connection's, or there is no such one.
            TooManyRequests: If too many came with bad signatures from that address.
        """
        platform = PLATFORMS[incoming.platform]
        if platform.is_ping(incoming.body):
            return "ping"
        told = await to_thread.run_sync(self._authentic, platform, incoming)
        together = self._together.get(incoming.public_id)
        if together is None:
            take_in = partial(self._take_in, incoming.public_id)
            together = Together(take_in, marks=marks_of, apart=(Unavailable, Unauthenticated))
            self._together[incoming.public_id] = together
        return await together.do(told)

    def forget(self) -> None:
        """Look every connection up again: one of them changed."""
        self._known = {}

    def _authentic(self, platform: Platform, incoming: Incoming) -> Told:
        """Read what a connection signed, and refuse what it did not.

        Failures are counted by address and connection: platforms send for all shops from the same
        addresses, and one with a wrong secret must not hold up the others.
        """
        found = self._connection(incoming.public_id)
        is_ours = found is not None and found.platform == incoming.platform
        failing = f"{incoming.address} {incoming.public_id if is_ours else ''}"
        self._limits.check_failures(failing)
        secrets = found.secrets if found is not None and is_ours else []
        if not platform.is_authentic(incoming.body, incoming.headers, secrets, self._clocks()):
            self._limits.count_failure(failing)
            raise _not_authentic()
        return _read(platform, incoming)

    def _connection(self, public_id: str) -> Connection | None:
        remembered = self._known.get(public_id)
        asked = time.monotonic()
        if remembered is not None and remembered[0] >= asked:
            return remembered[1]
        with self._database.read() as session:
            found = connection_with_public_id(session, public_id)
        if found is not None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known = {}
            self._known[public_id] = (asked + REMEMBERED_SECONDS, found)
        return found

    def _clocks(self) -> list[datetime]:
        """Return the times to which a signed one must be near: the machine's, the sandbox's."""
        if not self._sandbox:
            return [datetime.now(UTC)]
        with self._database.read() as session:
            return [datetime.now(UTC), now(session, sandbox=True)]

    def _take_in(self, public_id: str, told: Sequence[Told]) -> list[Taken]:
        with self._database.write() as session:
            connection = connection_with_public_id(session, public_id)
            if connection is None:  # removed a moment ago
                raise _not_authentic()
            brand = brand_with_id(session, connection.brand_id)
            assert brand is not None, "a connection names a stored brand"
            at = now(session, sandbox=self._sandbox)
            before = delivered(session, connection.id, [one.delivery_id for one in told])
            fresh = [one for one in told if one.delivery_id not in before]
            taken = dict(
                zip(fresh, take_all(session, brand, connection, fresh, at=at), strict=True)
            )
            rows = [
                {
                    "connection_id": connection.id,
                    "delivery_id": one.delivery_id,
                    "topic": one.topic,
                    "outcome": outcome,
                    "received_at": at,
                }
                for one, outcome in taken.items()
            ]
            insert_new(session, Delivery, rows, key=("connection_id", "delivery_id"))
        return [taken.get(one, "duplicate") for one in told]


def _not_authentic() -> Unauthenticated:
    return Unauthenticated("the signature is not that of this connection")


def _read(platform: Platform, incoming: Incoming) -> Told:
    topic = _short(platform.topic(incoming.headers))
    delivery_id = platform.delivery_id(incoming.headers)
    if not delivery_id:
        said = hashlib.sha256(topic.encode() + b"\0" + incoming.body).hexdigest()
        delivery_id = f"sha256:{said}"
    news: Sequence[News] = ()
    issue = None
    try:
        news = platform.read(topic, incoming.body)
    except Unreadable as error:
        issue = error.issue
    return Told(_short(delivery_id), topic, news, issue, incoming.body)


def _short(name: str) -> str:
    """Return a name from a header as it can be stored."""
    said = name.encode("ascii", "replace").decode()
    if len(said) <= LONGEST_NAME:
        return said
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
