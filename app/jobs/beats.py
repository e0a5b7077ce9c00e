"""Which workers live."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database.upsert import upsert
from app.jobs.tables import WorkerBeat


def beat(session: Session, worker: str, wall: datetime) -> None:
    """Say that a worker is alive."""
    upsert(session, WorkerBeat, [{"worker": worker, "at": wall}], key=("worker",))


def last_beat(session: Session) -> datetime | None:
    """Return when any worker last said that it is alive."""
    return session.scalar(select(func.max(WorkerBeat.at)))
