"""Make, rotate and revoke keys."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.record import Act
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.ids import new_id
from app.parties.keys import digest_of, hint_of, new_key
from app.parties.queries import brand_named, factory_named
from app.parties.tables import ApiKey


@dataclass(frozen=True)
class Wanted:
    """A key to make: brand and factory by their codes."""

    role: str
    name: str
    brand: str | None = None
    factory: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Issued:
    """A stored key, and the key itself, which is stored nowhere."""

    row: ApiKey
    key: str


def issue_key(session: Session, wanted: Wanted, *, sandbox: bool, at: datetime) -> Issued:
    """Make a key.

    Raises:
        Invalid: If the role and the party do not go together, the party does not exist, or
            the key would be expired from the start.
    """
    _check(wanted, at)
    brand_id = _brand_id(session, wanted.brand) if wanted.brand else None
    factory_id = _factory_id(session, wanted.factory) if wanted.factory else None
    return _store(
        session,
        role=wanted.role,
        brand_id=brand_id,
        factory_id=factory_id,
        name=wanted.name,
        expires_at=wanted.expires_at,
        sandbox=sandbox,
        at=at,
    )


def rotate_key(
    session: Session, key_id: str, *, overlap: timedelta, sandbox: bool, at: datetime
) -> Issued:
    """Make a key like this one, which itself stops working after the overlap.

    Raises:
        NotFound: If there is no such key.
        Conflict: If it was revoked or has expired.
    """
    old = session.scalars(select(ApiKey).where(ApiKey.id == key_id).with_for_update()).one_or_none()
    if old is None:
        raise NotFound("there is no such key")
    expires_at = old.expires_at
    if old.revoked_at is not None or (expires_at is not None and expires_at <= at):
        raise Conflict("the key is revoked or has expired", code="key_not_active")
    if overlap:
        old.expires_at = at + overlap if expires_at is None else min(expires_at, at + overlap)
    else:
        old.revoked_at = at
    return _store(
        session,
        role=old.role,
        brand_id=old.brand_id,
        factory_id=old.factory_id,
        name=old.name,
        expires_at=expires_at,
        sandbox=sandbox,
        at=at,
    )


def revoke_key(session: Session, key_id: str, *, at: datetime) -> ApiKey | None:
    """Stop a key now and return it; revoking it again changes nothing and returns None.

    Raises:
        NotFound: If there is no such key.
    """
    revoked = session.scalars(
        update(ApiKey)
        .where(ApiKey.id == key_id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(ApiKey)
    ).one_or_none()
    if revoked is None and session.get(ApiKey, key_id) is None:
        raise NotFound("there is no such key")
    return revoked


def act_on_key(action: str, row: ApiKey, *, replaces: str | None = None) -> Act:
    """Return what the audit log says of a key."""
    return Act(
        action,
        row.id,
        brand_id=row.brand_id,
        factory_id=row.factory_id,
        details={"role": row.role, "name": row.name} | ({"replaces": replaces} if replaces else {}),
    )


def _check(wanted: Wanted, at: datetime) -> None:
    for party in ("brand", "factory"):
        named = getattr(wanted, party) is not None
        if named and wanted.role != party:
            raise _invalid(party, "not_for_this_role", f"only a {party} key names a {party}")
        if not named and wanted.role == party:
            raise _invalid(party, "missing", f"a {party} key names its {party}")
    if wanted.expires_at is not None and wanted.expires_at <= at:
        raise _invalid("expires_at", "in_past", "must be in the future")


def _brand_id(session: Session, code: str) -> int:
    found = brand_named(session, code)
    if found is None:
        raise _invalid("brand", "unknown_brand", "there is no such brand")
    return found.id


def _factory_id(session: Session, code: str) -> int:
    found = factory_named(session, code)
    if found is None:
        raise _invalid("factory", "unknown_factory", "there is no such factory")
    return found.id


def _store(
    session: Session,
    *,
    role: str,
    brand_id: int | None,
    factory_id: int | None,
    name: str,
    expires_at: datetime | None,
    sandbox: bool,
    at: datetime,
) -> Issued:
    key = new_key(sandbox=sandbox)
    row = ApiKey(
        id=new_id("key"),
        digest=digest_of(key),
        role=role,
        brand_id=brand_id,
        factory_id=factory_id,
        name=name,
        hint=hint_of(key),
        created_at=at,
        expires_at=expires_at,
        revoked_at=None,
    )
    session.add(row)
    session.flush()
    return Issued(row, key)


def _invalid(field: str, code: str, message: str) -> Invalid:
    return Invalid("the key is not valid", errors=[FieldError(f"/{field}", code, message)])
