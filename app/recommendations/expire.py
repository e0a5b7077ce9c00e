"""Expire what nobody answered in time."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.catalog.signals import styles_changed
from app.database.database import Database
from app.recommendations.change import expire_rows
from app.recommendations.feed import append
from app.recommendations.queries import lock_styles, past_their_time, with_ids
from app.recommendations.tables import STANDING, Recommendation

EXPIRED_TOGETHER = 500
"""Of what a night issued much ends at one instant: so many at a time are held in memory, and nobody
who sells waits for longer."""


def expire(session: Session, *, at: datetime, most: int | None = None) -> int:
    """Expire every draft, open and countered one whose time is over; return how many.

    Their styles are due again, and the factories that knew of them are told. Called by the
    worker between its batches, and by the clock of the sandbox before it answers.

    Args:
        session: In a write transaction.
        at: The service's time.
        most: How many at most, those first whose time was over first; None: all.
    """
    rows = _past_due(session, at, most)
    told = expire_rows(session, rows, at=at)
    for row in rows:
        styles_changed(session, row.brand_id, [row.style_id], at=at)
    append(session, told)
    return len(rows)


def expire_all(database: Database, *, at: datetime) -> None:
    """Expire everything whose time is over, some in each transaction."""
    is_more = True
    while is_more:
        with database.write() as session:
            is_more = expire(session, at=at, most=EXPIRED_TOGETHER) == EXPIRED_TOGETHER


def _past_due(session: Session, at: datetime, most: int | None) -> list[Recommendation]:
    """Lock the styles of what is past its time, and return what still is."""
    found = past_their_time(session, at, most=most)
    lock_styles(session, [style_id for _, style_id in found])
    rows = with_ids(session, [recommendation_id for recommendation_id, _ in found])
    due = [row for row in rows if row.status in STANDING and row.expires_at <= at]
    return sorted(due, key=lambda row: (row.style_id, row.id))
