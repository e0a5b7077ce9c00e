"""Sign in and out: by password or by a one-time link, kept as the hash of a random token.

Sessions live by the machine's clock: a sandbox's may stand still for ever.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.audit.record import Act, Actor, record
from app.console.passwords import matches
from app.console.queries import link_user, session_with, user_named
from app.console.tables import ConsoleLink, ConsoleSession, ConsoleUser
from app.console.users import called, current_user
from app.parties.refs import BrandRef

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
"""A working day; OWASP's session cheat sheet asks for both an idle and an absolute end."""

LINK_LASTS = timedelta(minutes=15)

SEEN_EVERY = timedelta(minutes=1)
"""So precisely is it written down when a session was last used."""


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in; as an actor in the audit log, `key_id` names the user.

    Attributes:
        csrf: What their forms carry: it follows from the session's token and is stored nowhere.
        is_due: Whether it should be written down that the session was used.
    """

    key_id: str
    name: str
    role: str
    brand: BrandRef | None
    csrf: str
    digest: str
    is_due: bool

    @property
    def is_ops(self) -> bool:
        """Whether they see every brand, and what belongs to none."""
        return self.role == "ops"


def digest_of(token: str) -> str:
    """Return what is stored of a token. It holds 256 random bits: a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_of(token: str) -> str:
    """Return what a form of this session carries."""
    return hashlib.sha256(b"csrf\0" + token.encode()).hexdigest()


def new_token() -> str:
    """Return a new token; nobody but its browser ever has it."""
    return secrets.token_urlsafe(32)


def visitor_with(session: Session, token: str, *, at: datetime) -> Visitor | None:
    """Return who shows this token, if they are still signed in."""
    found = session_with(session, digest_of(token))
    if found is None:
        return None
    known, user, brand = found
    if known.expires_at <= at or known.seen_at + IDLE <= at:
        return None
    return Visitor(
        key_id=user.id,
        name=user.name,
        role=user.role,
        brand=BrandRef.of(brand) if brand else None,
        csrf=csrf_of(token),
        digest=known.digest,
        is_due=known.seen_at + SEEN_EVERY <= at,
    )


def seen(session: Session, visitor: Visitor, *, at: datetime) -> None:
    """Write down that a session was used: its idle time begins anew."""
    session.execute(
        update(ConsoleSession).where(ConsoleSession.digest == visitor.digest).values(seen_at=at)
    )


def user_with_password(session: Session, name: str, password: str) -> ConsoleUser | None:
    """Return the user whose name and password these are; every no takes as long as a yes."""
    user = user_named(session, called(name))
    is_there = user is not None and user.removed_at is None
    good = matches(user.password_hash if user is not None and is_there else None, password)
    return user if good else None


def open_session(session: Session, user: ConsoleUser, *, by: str, at: datetime) -> str:
    """Sign a user in and return their token; sessions that are over are swept away.

    Args:
        by: `password` or `link`, for the audit log.
    """
    token = new_token()
    over = (ConsoleSession.expires_at <= at) | (ConsoleSession.seen_at <= at - IDLE)
    session.execute(delete(ConsoleSession).where(over))
    session.execute(delete(ConsoleLink).where(ConsoleLink.expires_at <= at))
    session.add(
        ConsoleSession(
            digest=digest_of(token),
            user_id=user.id,
            created_at=at,
            seen_at=at,
            expires_at=at + LONGEST,
        )
    )
    session.flush()
    act = Act("console.signed_in", user.id, brand_id=user.brand_id, details={"by": by})
    record(session, SignedIn(user.role, user.id), act, at=at)
    return token


def close_session(session: Session, visitor: Visitor) -> None:
    """Sign somebody out, here; what they have open elsewhere stays."""
    session.execute(delete(ConsoleSession).where(ConsoleSession.digest == visitor.digest))


def make_link(session: Session, actor: Actor, name: str, *, at: datetime) -> str:
    """Return a token that signs a user in once, within 15 minutes.

    Raises:
        NotFound: If there is no such user.
    """
    user = current_user(session, name)
    token = new_token()
    session.add(ConsoleLink(digest=digest_of(token), user_id=user.id, expires_at=at + LINK_LASTS))
    session.flush()
    act = Act("console.link_made", user.id, brand_id=user.brand_id, details={"name": user.name})
    record(session, actor, act, at=at)
    return token


def use_link(session: Session, token: str, *, at: datetime) -> str | None:
    """Sign the link's user in and return the session's token; None: it was used, or is over.

    Of two who follow it at once one deletes it, and is let in.
    """
    user = link_user(session, digest_of(token), at=at)
    gone = session.scalar(
        delete(ConsoleLink)
        .where(ConsoleLink.digest == digest_of(token))
        .returning(ConsoleLink.digest)
    )
    if user is None or gone is None:
        return None
    return open_session(session, user, by="link", at=at)


@dataclass(frozen=True)
class SignedIn:
    """A user as an actor at the moment they sign in."""

    role: str
    key_id: str
