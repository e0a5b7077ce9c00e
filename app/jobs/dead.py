"""Give back at once what workers held that were killed on this machine."""

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.database.database import Database
from app.database.upsert import one_of, skip_locked
from app.jobs.process import is_surely_dead
from app.jobs.tables import DueWork, WorkerBeat

log = structlog.get_logger()


def free_what_the_dead_hold(database: Database) -> None:
    """Free the keys of every worker that beat and has died here; the attempt counts as theirs."""
    with database.read() as session:
        named = session.scalars(select(WorkerBeat.process).where(WorkerBeat.process.is_not(None)))
        dead = [process for process in named if process and is_surely_dead(process)]
    for process in dead:
        with database.write() as session:
            freed = _free(session, process)
        log.warning("worker_died", process=process, freed_styles=freed)


def _free(session: Session, process: str) -> int:
    """Free what nobody has locked at this moment; the next time the rest."""
    held = (DueWork.holder == process, DueWork.lease.is_not(None))
    keys = session.scalars(
        skip_locked(session, select(DueWork.key).where(*held).order_by(DueWork.key))
    ).all()
    session.execute(
        update(DueWork)
        .where(one_of(session, DueWork.key, keys), DueWork.holder == process)
        .values(lease=None, lease_until=None, holder=None)
    )
    if session.scalar(select(DueWork.key).where(*held).limit(1)) is None:
        session.execute(delete(WorkerBeat).where(WorkerBeat.process == process))
    return len(keys)
