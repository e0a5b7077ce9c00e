"""Keep a lease while the work it covers goes on: a thread prolongs it, however long a batch takes.

A process that is stopped or killed prolongs nothing: its lease runs out, another worker takes the
batch, and what the first one then tries to publish is fenced by the lease's name.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.database.database import Database
from app.database.upsert import one_of, skip_locked
from app.errors import Unavailable
from app.jobs.tables import DueWork
from app.jobs.work import Claim

PROLONGED_PER_LEASE = 3
"""Two attempts may fail, on a busy database, before the lease is lost."""

LONGEST_HOLD = timedelta(hours=1)
"""A batch this old hangs: the lease is let go, and claiming each key alone finds the culprit."""

log = structlog.get_logger()


@contextmanager
def kept(database: Database, claimed: Claim, *, lease_seconds: int) -> Iterator[None]:
    """Prolong the claim's lease every third of it while the block runs.

    Args:
        database: Where the lease is.
        claimed: What was claimed.
        lease_seconds: How long the lease lasts from each time that it is prolonged.
    """
    ended = threading.Event()

    def prolong_on() -> None:
        while not ended.wait(lease_seconds / PROLONGED_PER_LEASE):
            wall = datetime.now(UTC)
            if wall - claimed.wall > LONGEST_HOLD:
                log.error("batch_hangs", group_id=claimed.group_id, keys=len(claimed.generations))
                return
            try:
                with database.write() as session:
                    if not prolong(session, claimed, until=wall + timedelta(seconds=lease_seconds)):
                        return
            except Unavailable as error:
                log.warning("lease_not_prolonged", reason=error.detail)
            except Exception:
                log.exception("lease_not_prolonged")

    within = copy_context()  # its lines are about the same work
    keeper = threading.Thread(target=within.run, args=(prolong_on,), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()


def prolong(session: Session, claimed: Claim, *, until: datetime) -> bool:
    """Hold until a later time what the claim still holds; False when it holds nothing any more.

    A key that somebody has locked at this moment keeps its time and is prolonged the next time:
    waiting for it here could close a circle with whoever marks many keys.
    """
    claimed_keys = one_of(session, DueWork.key, list(claimed.generations))
    ours = (claimed_keys, DueWork.lease == claimed.lease)
    keys = session.scalars(
        skip_locked(session, select(DueWork.key).where(*ours).order_by(DueWork.key))
    ).all()
    session.execute(
        update(DueWork)
        .where(one_of(session, DueWork.key, keys), DueWork.lease == claimed.lease)
        .values(lease_until=until)
    )
    return session.scalar(select(DueWork.key).where(*ours).limit(1)) is not None
