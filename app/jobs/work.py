"""Mark keys due, and claim a batch of them under a lease; `finish` gives them back.

Due times follow the service's clock; leases follow the machine's, because a worker that hangs
does so in real time. A key claimed twice is harmless: only the holder of the newest lease can
finish it, and a signal that came in between leaves it due.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.orm import Session

from app.database.base import UtcTime
from app.database.touching import given, given_values, touch, touching
from app.database.upsert import is_sqlite, one_of, skip_locked
from app.ids import new_id
from app.jobs.process import own_name
from app.jobs.tables import DueSignal, DueWork

LONGEST_WAIT = timedelta(days=2)
"""Every key is due again by the next midnight of its zone, however long that day is."""


SUSPECT_ATTEMPTS = 2
"""A key claimed this often without an end is claimed alone: it may be what ends its workers."""


@dataclass(frozen=True)
class Claim:
    """A leased batch: keys of one group; generation, oldest signal and attempts of each.

    `wall` is the machine's time of the claim: what was committed before it, the work sees.
    """

    lease: str
    group_id: int
    wall: datetime
    generations: Mapping[int, int]
    signals: Mapping[int, datetime | None]
    attempts: Mapping[int, int]

    @property
    def is_suspect(self) -> bool:
        """Say whether it is one key, claimed alone, that ended its workers before."""
        return any(attempts > SUSPECT_ATTEMPTS for attempts in self.attempts.values())


DUE, NEWS = given("due_at", UtcTime()), given("signal_at", UtcTime())
MARKED_AGAIN: tuple[tuple[str, ColumnElement[Any]], ...] = (
    ("generation", DueWork.generation + 1),
    ("due_at", case((DueWork.due_at < DUE, DueWork.due_at), else_=DUE)),
    ("signal_at", func.coalesce(DueWork.signal_at, NEWS)),
)
"""What becomes of a key that is due already: a signal is counted, the earlier times stay."""


def mark_due(
    session: Session,
    group_id: int,
    keys: Iterable[int],
    *,
    at: datetime,
    signal_at: datetime | None = None,
) -> None:
    """Make keys due at a time (or earlier, if they already were), and raise their generation.

    Marking touches the stored row even when it is due anyway: a worker may hold it claimed, and
    must see that the world moved. `signal_at` is when the news came in; the oldest one stays.
    """
    row = _new_row(group_id, at, signal_at)
    touch(session, DueWork, list(keys), key="key", row=row, values=MARKED_AGAIN)


def marking_due(keys: ColumnElement[int]) -> Any:
    """Return the part of another statement, on PostgreSQL, that marks due the keys it lists.

    It takes what `marks_due` returns.
    """
    others = tuple(_new_row(0, None, None))
    return touching(DueWork, keys, key="key", others=others, values=MARKED_AGAIN)


def marks_due(group_id: int, *, at: datetime, signal_at: datetime | None = None) -> dict[str, Any]:
    """Return the parameters of `marking_due`: what `mark_due` takes."""
    return given_values(_new_row(group_id, at, signal_at))


def _new_row(group_id: int, at: datetime | None, signal_at: datetime | None) -> dict[str, Any]:
    return {
        "group_id": group_id,
        "due_at": at,
        "signal_at": signal_at,
        "generation": 1,
        "attempts": 0,
    }


def claim(
    session: Session,
    *,
    at: datetime,
    wall: datetime,
    limit: int,
    lease_seconds: int,
    group_id: int | None = None,
) -> Claim | None:
    """Lease up to `limit` due keys of the group that waits longest; None when nothing is due.

    Args:
        group_id: Only this group.
    """
    oldest = longest_waiting(session, at=at, wall=wall) if group_id is None else group_id
    if oldest is None:
        return None
    query = (
        select(DueWork.key, DueWork.generation, DueWork.signal_at, DueWork.attempts)
        .where(DueWork.group_id == oldest, DueWork.due_at <= at, _is_free(wall))
        .order_by(DueWork.due_at, DueWork.group_id, DueWork.key)  # as the index has them
        .limit(limit)
    )
    rows = session.execute(skip_locked(session, query)).all()
    if not rows:
        return None
    harmless = [row for row in rows if row.attempts < SUSPECT_ATTEMPTS]
    rows = harmless or rows[:1]
    lease = new_id("lease")
    session.execute(
        update(DueWork)
        .where(one_of(session, DueWork.key, [row.key for row in rows]))
        .values(
            lease=lease,
            holder=own_name(),
            lease_until=wall + timedelta(seconds=lease_seconds),
            attempts=DueWork.attempts + 1,
        )
    )
    return Claim(
        lease,
        oldest,
        wall,
        {row.key: row.generation for row in rows},
        {row.key: row.signal_at for row in rows},
        {row.key: row.attempts + 1 for row in rows},
    )


def longest_waiting(session: Session, *, at: datetime, wall: datetime) -> int | None:
    """Return the group of the free key that has been due the longest; None when nothing is due."""
    query = (
        select(DueWork.group_id)
        .where(DueWork.due_at <= at, _is_free(wall))
        .order_by(DueWork.due_at, DueWork.group_id)
        .limit(1)
    )
    return session.scalar(skip_locked(session, query))


def due_groups(
    session: Session, group_ids: Iterable[int], *, at: datetime, wall: datetime, limit: int
) -> list[int]:
    """Return up to `limit` of these groups that have keys due and free, none of them suspect.

    Those that wait longest come first.
    """
    query = (
        select(DueWork.group_id)
        .where(
            one_of(session, DueWork.group_id, sorted(set(group_ids))),
            DueWork.due_at <= at,
            _is_free(wall),
            DueWork.attempts < SUSPECT_ATTEMPTS,
        )
        .group_by(DueWork.group_id)
        .order_by(func.min(DueWork.due_at), DueWork.group_id)
        .limit(limit)
    )
    return list(session.scalars(query))


def _is_free(wall: datetime) -> ColumnElement[bool]:
    return or_(DueWork.lease_until.is_(None), DueWork.lease_until < wall)


def bring_forward(session: Session, *, at: datetime) -> None:
    """Make due now what waits for later than anything marked at `at` would.

    The first time that a sandbox is set to may lie before the machine's, by which work was
    marked until then.
    """
    latest = at + LONGEST_WAIT
    session.execute(update(DueWork).where(DueWork.due_at > latest).values(due_at=at))


def is_due(session: Session, *, at: datetime, group_id: int | None = None) -> bool:
    """Say whether any key is due and free or leased, so that waiting for it makes sense."""
    query = select(DueWork.key).where(DueWork.due_at <= at)
    note = select(DueSignal.id).where(DueSignal.at <= at)
    if group_id is not None:
        query = query.where(DueWork.group_id == group_id)
        note = note.where(DueSignal.group_id == group_id)
    if session.scalar(query.limit(1)) is not None:
        return True
    return is_sqlite(session) and session.scalar(note.limit(1)) is not None
