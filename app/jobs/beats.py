"""Which workers live."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.database.upsert import upsert
from app.jobs.process import own_name
from app.jobs.tables import WorkerBeat

BEAT_LASTS = timedelta(seconds=60)
"""A worker that has not said for this long that it lives counts as gone."""

FORGOTTEN_AFTER = timedelta(days=1)
"""Long enough to see in the table what ended overnight."""

MOST_SHOWN = 100
"""Workers named one by one in the metrics: each is a time series of its own."""


def beat(
    session: Session, worker: str, wall: datetime, refreshed_at: datetime | None = None
) -> None:
    """Say that a worker is alive, and when it last brought styles to an end."""
    row = {"worker": worker, "at": wall, "process": own_name(), "refreshed_at": refreshed_at}
    upsert(session, WorkerBeat, [row], key=("worker",))


def last_beat(session: Session) -> datetime | None:
    """Return when any worker last said that it is alive."""
    return session.scalar(select(func.max(WorkerBeat.at)))


def living(session: Session, wall: datetime) -> list[WorkerBeat]:
    """Return the workers that said lately that they live, the youngest first."""
    query = select(WorkerBeat).where(WorkerBeat.at > wall - BEAT_LASTS)
    return list(session.scalars(query.order_by(WorkerBeat.worker.desc()).limit(MOST_SHOWN)))


def forget_the_gone(session: Session, wall: datetime) -> None:
    """Drop what workers said that are gone for long: every start of one adds a row."""
    session.execute(delete(WorkerBeat).where(WorkerBeat.at < wall - FORGOTTEN_AFTER))
