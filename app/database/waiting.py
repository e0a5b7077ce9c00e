"""How long a transaction may keep others waiting, and which of two migrations goes first.

SQLite has one writer, and its busy timeout.
"""

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.database.upsert import is_sqlite


def lock_for_migration(session: Session) -> None:
    """Let one process migrate at a time; held to the end of the transaction."""
    if not is_sqlite(session):
        session.execute(text("SELECT pg_advisory_xact_lock(7203117)"))


def limit_waiting(
    session: Session, *, lock_seconds: float, statement_seconds: float | None = None
) -> None:
    """Bound, to the end of the transaction, how long statements wait for locks, and run."""
    limits = {"lock_timeout": lock_seconds, "statement_timeout": statement_seconds}
    for name, seconds in limits.items():
        if seconds is not None and not is_sqlite(session):
            value = f"{round(seconds * 1000)}ms"
            session.execute(select(func.set_config(name, value, True)))  # noqa: FBT003  local
