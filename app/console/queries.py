"""Every SELECT about users of the console and their sessions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.console.tables import ConsoleLink, ConsoleSession, ConsoleUser
from app.database.upsert import one_of
from app.parties.tables import ApiKey, Brand


def user_named(session: Session, name: str) -> ConsoleUser | None:
    """Return the user of that name, removed or not."""
    return session.scalar(select(ConsoleUser).where(ConsoleUser.name == name))


def users(session: Session) -> Sequence[tuple[ConsoleUser, str | None]]:
    """Return every user by name, with the code of the brand they are bound to."""
    query = (
        select(ConsoleUser, Brand.code)
        .outerjoin(Brand, Brand.id == ConsoleUser.brand_id)
        .order_by(ConsoleUser.name)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def names_of(session: Session, actor_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of those of the ids that are users or API keys."""
    users = select(ConsoleUser.id, ConsoleUser.name)
    keys = select(ApiKey.id, ApiKey.name)
    found = {
        row.id: row.name
        for row in session.execute(users.where(one_of(session, ConsoleUser.id, actor_ids)))
    }
    asked = keys.where(one_of(session, ApiKey.id, actor_ids))
    return found | {row.id: row.name for row in session.execute(asked)}


def session_with(
    session: Session, digest: str
) -> tuple[ConsoleSession, ConsoleUser, Brand | None] | None:
    """Return a session, whose it is, and the brand they are bound to."""
    row = session.execute(
        select(ConsoleSession, ConsoleUser, Brand)
        .join(ConsoleUser, ConsoleUser.id == ConsoleSession.user_id)
        .outerjoin(Brand, Brand.id == ConsoleUser.brand_id)
        .where(ConsoleSession.digest == digest, ConsoleUser.removed_at.is_(None))
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def link_user(session: Session, digest: str, *, at: datetime) -> ConsoleUser | None:
    """Return whom a link still signs in."""
    return session.scalar(
        select(ConsoleUser)
        .join(ConsoleLink, ConsoleLink.user_id == ConsoleUser.id)
        .where(
            ConsoleLink.digest == digest,
            ConsoleLink.expires_at > at,
            ConsoleUser.removed_at.is_(None),
        )
    )


def brand_codes(session: Session) -> list[tuple[str, str]]:
    """Return code and name of every brand, by name."""
    rows = session.execute(select(Brand.code, Brand.name).order_by(Brand.name, Brand.code))
    return [(row.code, row.name) for row in rows]
