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
