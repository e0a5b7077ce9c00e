"""Give back at once what workers held that were killed on this machine."""

from collections.abc import Sequence

import structlog
from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from app.database.database import Database
from app.database.upsert import Model, skip_locked, table_of
from app.jobs.process import is_surely_dead
from app.jobs.tables import WorkerBeat

log = structlog.get_logger()


def free_what_the_dead_hold(database: Database, *, leased: Sequence[Model]) -> None:
    """Free what every worker held that beat and has died here; the attempts count as theirs.

    Args:
        database: Where the leases are.
        leased: Tables of what a worker holds: each with `lease`, `lease_until` and `holder`.
    """
    with database.read() as session:
        named = session.scalars(select(WorkerBeat.process).where(WorkerBeat.process.is_not(None)))
        dead = [process for process in named if process and is_surely_dead(process)]
    for process in dead:
        with database.write() as session:
            tables = [table_of(model) for model in leased]
            freed = {table.name: _free(session, table, process) for table in tables}
            if not any(_holds(session, table, process) for table in tables):
                session.execute(delete(WorkerBeat).where(WorkerBeat.process == process))
        log.warning("worker_died", process=process, freed=freed)


def _free(session: Session, table: Table, process: str) -> int:
    """Free what nobody has locked at this moment; the next time the rest."""
    [key] = table.primary_key.columns
    held = (table.c.holder == process, table.c.lease.is_not(None))
    found = session.scalars(skip_locked(session, select(key).where(*held).order_by(key))).all()
    if found:
        session.execute(
            update(table)
            .where(key.in_(found), table.c.holder == process)
            .values(lease=None, lease_until=None, holder=None)
        )
    return len(found)


def _holds(session: Session, table: Table, process: str) -> bool:
    held = (table.c.holder == process, table.c.lease.is_not(None))
    return session.execute(select(table.c.holder).where(*held).limit(1)).first() is not None
