"""Signals about many keys at once: noted together on SQLite, and marked due before any is claimed.

Marked one by one, 1,000 keys of 100,000 lie on pages of their own, of the table and of its index:
of 2,240 pages that a call of 1,000 sales wrote on SQLite 1,040 were due work's, and they alone grew
with the fleet. A note is one row for all keys; several notes marked in one transaction write each
page once. PostgreSQL's writers would wait for each other's notes: there keys are marked at once.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, delete, exists, func, insert, select
from sqlalchemy.orm import Session

from app.database.upsert import is_sqlite
from app.jobs.tables import DueSignal, DueWork
from app.jobs.work import mark_due

FEW = 100
"""Up to so many keys are marked at once: that takes a millisecond."""

NOTES_AT_MOST = 8
"""The last one marks them all, so that no transaction has more to mark, whoever claims or not."""


def signal(session: Session, group_id: int, keys: Iterable[int], *, at: datetime) -> None:
    """Make keys due at once because of news that came in, as `mark_due` does or will do.

    What is noted is as safe as what is marked: `take_in` marks it in the transaction that ends the
    note. A worker that finishes such a key meanwhile does not end the signal: it comes after.
    """
    ordered = sorted(set(keys))
    if not is_sqlite(session) or len(ordered) <= FEW:
        mark_due(session, group_id, ordered, at=at, signal_at=at)
        return
    session.execute(insert(DueSignal).values(group_id=group_id, at=at, keys=ordered))
    if (session.scalar(select(func.count()).select_from(DueSignal)) or 0) >= NOTES_AT_MOST:
        take_in(session)


def take_in(session: Session) -> None:
    """Mark due what was noted, in the order it came; before keys are claimed or moved in time."""
    if not is_sqlite(session):
        return
    notes = session.execute(
        select(DueSignal.id, DueSignal.group_id, DueSignal.at, DueSignal.keys).order_by(
            DueSignal.id
        )
    ).all()
    for _, group_id, at, keys in notes:
        mark_due(session, group_id, keys, at=at, signal_at=at)
    if notes:
        session.execute(delete(DueSignal).where(DueSignal.id <= notes[-1].id))


def noted(session: Session, at: datetime) -> tuple[int, datetime | None]:
    """Return how many keys are due by notes alone, and since when the oldest note waits.

    For who only reads: whoever claims takes the notes in first.
    """
    if not is_sqlite(session):
        return 0, None
    oldest = session.scalar(select(func.min(DueSignal.at)).where(DueSignal.at <= at))
    if oldest is None:
        return 0, None
    key = func.json_each(DueSignal.keys).table_valued("value", joins_implicitly=True).c.value
    marked = exists().where(DueWork.key == key, DueWork.due_at <= at)
    count = select(func.count(func.distinct(key))).where(DueSignal.at <= at, ~marked)
    return session.scalar(count) or 0, oldest


def noted_keys() -> Select[int]:
    """Return the question, for SQLite alone, which keys are noted."""
    key = func.json_each(DueSignal.keys).table_valued("value", joins_implicitly=True).c.value
    return select(key).select_from(DueSignal)
