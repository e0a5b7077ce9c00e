"""Take a delivery: who sent it, whether it came before, what it says, what could not be used."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.clock.time import now
from app.connectors.news import Headers, News, Platform
from app.connectors.platforms import PLATFORMS
from app.connectors.queries import connection_with_public_id, was_delivered
from app.connectors.reading import Unreadable
from app.connectors.tables import Connection, Delivery
from app.connectors.taking import Taken, Told, take
from app.database.database import Database
from app.database.upsert import insert_new
from app.errors import Unauthenticated
from app.parties.queries import brand_with_id

LONGEST_NAME = 100


@dataclass(frozen=True)
class Incoming:
    """A delivery as it came in."""

    platform: str
    public_id: str
    headers: Headers
    body: bytes


def receive(database: Database, incoming: Incoming, *, sandbox: bool) -> Taken:
    """Take a delivery, in one transaction with all that follows from it; say what became of it.

    Raises:
        Unauthenticated: If its signature is not the connection's, or there is no such connection:
            both after the same work.
    """
    platform = PLATFORMS[incoming.platform]
    if platform.is_ping(incoming.body):
        return "ping"
    connection = _authentic(database, platform, incoming, sandbox=sandbox)
    told = _read(platform, incoming)
    with database.write() as session:
        if was_delivered(session, connection.id, told.delivery_id):
            return "duplicate"
        brand = brand_with_id(session, connection.brand_id)
        assert brand is not None, "a connection names a stored brand"
        at = now(session, sandbox=sandbox)
        taken = take(session, brand, connection, told, at=at)
        row = {
            "connection_id": connection.id,
            "delivery_id": told.delivery_id,
            "topic": told.topic,
            "outcome": taken,
            "received_at": at,
        }
        insert_new(session, Delivery, [row], key=("connection_id", "delivery_id"))
    return taken


def _authentic(
    database: Database, platform: Platform, incoming: Incoming, *, sandbox: bool
) -> Connection:
    with database.read() as session:
        found = connection_with_public_id(session, incoming.public_id)
        clocks = [datetime.now(UTC), *([now(session, sandbox=True)] if sandbox else [])]
    is_ours = found is not None and found.platform == incoming.platform
    secrets = found.secrets if found is not None and is_ours else []
    authentic = platform.is_authentic(incoming.body, incoming.headers, secrets, clocks)
    if found is None or not is_ours or not authentic:
        raise Unauthenticated("the signature is not that of this connection")
    return found


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
