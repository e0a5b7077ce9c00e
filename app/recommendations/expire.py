"""Expire what nobody answered in time."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.catalog.signals import styles_changed
from app.recommendations.change import expire_rows
from app.recommendations.feed import append
from app.recommendations.queries import lock_styles, past_their_time, with_ids
from app.recommendations.tables import STANDING, Recommendation


def expire(session: Session, *, at: datetime) -> int:
    """Expire every draft, open and countered one whose time is over; return how many.

    Their styles are due again, and the factories that knew of them are told. Called by the
    worker between its batches, and by the clock of the sandbox before it answers.
    """
    rows = _past_due(session, at)
    told = expire_rows(session, rows, at=at)
    for row in rows:
        styles_changed(session, row.brand_id, [row.style_id], at=at)
    append(session, told)
    return len(rows)


def _past_due(session: Session, at: datetime) -> list[Recommendation]:
    """Lock the styles of everything past its time, and return what still is."""
    found = past_their_time(session, at)
    lock_styles(session, [style_id for _, style_id in found])
    rows = with_ids(session, [recommendation_id for recommendation_id, _ in found])
    due = [row for row in rows if row.status in STANDING and row.expires_at <= at]
    return sorted(due, key=lambda row: (row.style_id, row.id))
