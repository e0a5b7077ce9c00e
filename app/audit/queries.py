"""Every SELECT of the room."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.tables import AuditEntry


def entries_page(
    session: Session,
    *,
    brand_id: int | None,
    factory_id: int | None,
    skipped: int,
    limit: int,
) -> Sequence[AuditEntry]:
    """Return a tenant's entries in their order, after so many of its own; None and None: all.

    Entries are only added, and behind the others, so a count is as steady as a key; and unlike
    the number of an entry it does not tell a tenant how much all others do.
    """
    query = select(AuditEntry).order_by(AuditEntry.seq).offset(skipped).limit(limit)
    if brand_id is not None:
        query = query.where(AuditEntry.brand_id == brand_id)
    if factory_id is not None:
        query = query.where(AuditEntry.factory_id == factory_id)
    return session.scalars(query).all()


def latest_entries(
    session: Session, *, brand_id: int | None, before: int, limit: int
) -> Sequence[AuditEntry]:
    """Return a brand's entries before one, the newest first; None: everybody's."""
    query = select(AuditEntry).where(AuditEntry.seq < before)
    if brand_id is not None:
        query = query.where(AuditEntry.brand_id == brand_id)
    return session.scalars(query.order_by(AuditEntry.seq.desc()).limit(limit)).all()
