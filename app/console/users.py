"""Add and remove the people who may open the console."""

import re
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.audit.record import Act, Actor, record
from app.console.passwords import hashed
from app.console.queries import user_named
from app.console.tables import ConsoleLink, ConsoleSession, ConsoleUser
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.ids import new_id
from app.parties.queries import brand_named

_NAME = re.compile(r"[a-z0-9._~@+-]{1,64}", re.ASCII)


def called(name: str) -> str:
    """Return a user's name as it is stored: case says nothing."""
    return name.strip().lower()


def add_user(
    session: Session,
    actor: Actor,
    name: str,
    *,
    role: str,
    brand: str | None,
    password: str | None,
    at: datetime,
) -> ConsoleUser:
    """Let somebody open the console: of one brand (`brand`), or of all (`ops`).

    Raises:
        Invalid: If the name, the password or the brand will not do.
        Conflict: If the name is taken, be it by somebody removed: the audit log speaks of them.
    """
    if _NAME.fullmatch(called(name)) is None:
        raise _invalid("name", "a name has 1 to 64 letters, digits or any of . _ ~ @ + -")
    if (role == "brand") != (brand is not None):
        raise _invalid("brand", "a user of role brand, and no other, names a brand")
    found = brand_named(session, brand) if brand is not None else None
    if brand is not None and found is None:
        raise _invalid("brand", f"there is no brand {brand}")
    if user_named(session, called(name)) is not None:
        raise Conflict(f"there is, or was, a user {called(name)}", code="user_exists")
    user = ConsoleUser(
        id=new_id("usr"),
        name=called(name),
        role=role,
        brand_id=found.id if found else None,
        password_hash=None if password is None else hashed(password),
        created_at=at,
        removed_at=None,
    )
    session.add(user)
    session.flush()
    record(session, actor, _act("console.user_added", user), at=at)
    return user


def set_password(session: Session, actor: Actor, name: str, password: str, *, at: datetime) -> None:
    """Give a user another password, and end every session and link that they have.

    Raises:
        NotFound: If there is no such user.
        Invalid: If the password will not do.
    """
    user = current_user(session, name)
    user.password_hash = hashed(password)
    _end_all(session, user)
    record(session, actor, _act("console.password_set", user), at=at)


def remove_user(session: Session, actor: Actor, name: str, *, at: datetime) -> None:
    """Let somebody in no longer; what they have open ends with their next click.

    Raises:
        NotFound: If there is no such user.
    """
    user = current_user(session, name)
    user.removed_at = at
    _end_all(session, user)
    record(session, actor, _act("console.user_removed", user), at=at)


def current_user(session: Session, name: str) -> ConsoleUser:
    """Return a user who was not removed.

    Raises:
        NotFound: If there is none.
    """
    user = user_named(session, called(name))
    if user is None or user.removed_at is not None:
        raise NotFound(f"there is no user {called(name)}")
    return user


def _end_all(session: Session, user: ConsoleUser) -> None:
    session.flush()
    for table in (ConsoleSession, ConsoleLink):
        session.execute(delete(table).where(table.user_id == user.id))


def _act(action: str, user: ConsoleUser) -> Act:
    details = {"role": user.role, "name": user.name}
    return Act(action, user.id, brand_id=user.brand_id, details=details)


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, errors=[FieldError(f"/{field}", "invalid", message)])
