"""Try again what waits in quarantine: after a style or a mapping was added."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.connectors.booking import take_order
from app.connectors.levels import report_item
from app.connectors.news import OrderNews, OrderToFetch
from app.connectors.orders import OrderState
from app.connectors.platforms import PLATFORMS, can_be_asked
from app.connectors.quarantine import Subject, hold, release
from app.connectors.queries import connection_codes, quarantined_of
from app.connectors.reading import Unreadable
from app.connectors.tables import Connection, Quarantined
from app.connectors.taking import Told, take, take_news
from app.errors import NotFound
from app.parties.refs import BrandRef


def replay(session: Session, brand: BrandRef, quarantined_id: str, *, at: datetime) -> Quarantined:
    """Use what can be used now; return the entry as it then is.

    Raises:
        NotFound: If the brand has nothing of that id in quarantine.
    """
    entry = quarantined_of(session, brand.id, quarantined_id)
    if entry is None:
        raise no_quarantined()
    if entry.status == "waiting":
        connection = connection_codes(session, [entry.connection_id])[entry.connection_id]
        _try_again(session, brand, connection, entry, at=at)
    session.flush()
    session.refresh(entry)
    return entry


def _try_again(
    session: Session, brand: BrandRef, connection: Connection, entry: Quarantined, *, at: datetime
) -> None:
    subject, topic = Subject.parse(entry.subject), entry.topic
    if subject.kind == "order":
        nothing_new = OrderNews(subject.key, OrderState())
        take_order(session, brand, connection, nothing_new, topic=topic, at=at)
    elif subject.kind == "item":
        issues = report_item(session, brand, connection, subject.key, at=at)
        if issues:
            hold(session, connection, subject, issues, topic=topic, at=at)
        else:
            release(session, connection, subject, at=at)
    elif subject.kind == "fetch":
        if can_be_asked(connection):
            release(session, connection, subject, at=at)
        asked = OrderToFetch(subject.key)
        take_news(session, brand, connection, asked, topic=topic, at=at)
    elif subject.kind == "topic":  # noted: the next one of it comes back
        release(session, connection, subject, at=at)
    else:
        _read_again(session, brand, connection, entry, at=at)


def _read_again(
    session: Session, brand: BrandRef, connection: Connection, entry: Quarantined, *, at: datetime
) -> None:
    """Read a delivery again that could not be read: by now we may know how."""
    assert entry.body is not None
    subject = Subject.parse(entry.subject)
    try:
        news = PLATFORMS[connection.platform].read(entry.topic, entry.body)
    except Unreadable:
        return
    told = Told(subject.key, entry.topic, news, None, entry.body)
    release(session, connection, subject, at=at)
    take(session, brand, connection, told, at=at)


def no_quarantined() -> NotFound:
    """Return the one refusal for what is not in quarantine, or is somebody else's."""
    return NotFound("there is no such thing in quarantine")
