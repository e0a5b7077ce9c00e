"""Keep what could not be used, say why, and let go of it once it can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.connectors.reading import Issue
from app.connectors.tables import Connection, Quarantined, Wanted
from app.database.inserting import insert_new
from app.ids import new_id

MOST_ISSUES = 20
SubjectKind = Literal["order", "item", "delivery", "topic", "fetch"]


@dataclass(frozen=True)
class Subject:
    """What something in quarantine is about."""

    kind: SubjectKind
    key: str

    def __str__(self) -> str:
        """Write it as it is stored."""
        return f"{self.kind}:{self.key}"

    @classmethod
    def parse(cls, stored: str) -> "Subject":
        """Read what is stored."""
        kind, _, key = stored.partition(":")
        return cls(cast("SubjectKind", kind), key)


def hold(
    session: Session,
    connection: Connection,
    subject: Subject,
    issues: Sequence[Issue],
    *,
    topic: str,
    at: datetime,
    body: bytes | None = None,
) -> None:
    """Let a subject wait, with what is wrong now; there is one entry a subject, however often."""
    errors = [issue.document() for issue in issues[:MOST_ISSUES]]
    news = {"status": "waiting", "topic": topic, "errors": errors, "body": body, "last_at": at}
    row = {
        "id": new_id("qua"),
        "brand_id": connection.brand_id,
        "connection_id": connection.id,
        "subject": str(subject),
        "first_at": at,
        "resolved_at": None,
        **news,
    }
    if not insert_new(session, Quarantined, [row], key=("connection_id", "subject")):
        session.execute(
            update(Quarantined)
            .where(Quarantined.connection_id == connection.id, Quarantined.subject == str(subject))
            .values(**news, resolved_at=None)
        )
    _forget_wanted(session, connection, subject)
    wanted = {("item", name) for issue in issues for name in issue.items}
    wanted |= {("sku", name) for issue in issues for name in issue.skus}
    rows = [
        {"connection_id": connection.id, "subject": str(subject), "kind": kind, "name": name}
        for kind, name in wanted
    ]
    for kind in ("item", "sku"):  # the key varies in its last part
        of_kind = [row for row in rows if row["kind"] == kind]
        insert_new(session, Wanted, of_kind, key=("connection_id", "subject", "kind", "name"))


def release(session: Session, connection: Connection, subject: Subject, *, at: datetime) -> None:
    """Let go of a subject that waits no longer."""
    session.execute(
        update(Quarantined)
        .where(
            Quarantined.connection_id == connection.id,
            Quarantined.subject == str(subject),
            Quarantined.status == "waiting",
        )
        .values(status="resolved", errors=[], body=None, last_at=at, resolved_at=at)
    )
    _forget_wanted(session, connection, subject)


def _forget_wanted(session: Session, connection: Connection, subject: Subject) -> None:
    session.execute(
        delete(Wanted).where(Wanted.connection_id == connection.id, Wanted.subject == str(subject))
    )
