"""Bring a database to the head of the one migration history, while older processes go on.

One process migrates at a time; each revision is a transaction of its own. On PostgreSQL a
statement that does not get its lock at once gives up and is tried again: while it waited, every
query of that table would wait behind it. A revision that only adds leaves older code running; one
that takes something away says `breaks_older = True`, or the one dialect for which it does, and
code that does not know it stops.
"""

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.database.database import Database
from app.database.tables import SchemaState
from app.database.waiting import limit_waiting, lock_for_migration
from app.errors import SetupError, Unavailable

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED, QUERY_CANCELED = "55P03", "40P01", "57014"
"""PostgreSQL's codes for a lock, and a statement, that took longer than allowed; and for locks of
several tables that others wanted in another order."""

Standing = Literal["ok", "ahead", "behind", "too_new"]
"""How a database stands to this code: `ahead` is newer, and works with it all the same."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Patience:
    """How long a migration may take and keep others waiting; SQLite has its own busy timeout.

    Attributes:
        lock_seconds: That a statement waits for a lock, and everybody else behind it.
        statement_seconds: That a statement runs, holding its locks.
        attempts: How often a lock is asked for.
        pause_seconds: Between two attempts; who waited in the meantime is served.
        turn_seconds: That another migrating process is waited for.
    """

    lock_seconds: float = 2.0
    statement_seconds: float = 60.0
    attempts: int = 20
    pause_seconds: float = 1.0
    turn_seconds: float = 600.0


USUAL = Patience()


def config(connection: Connection | None = None, scripts: Path = MIGRATIONS) -> Config:
    """Return Alembic's configuration: our scripts, and the caller's connection."""
    made = Config()
    made.set_main_option("script_location", str(scripts))
    if connection is not None:
        made.attributes["connection"] = connection
    return made


@cache
def head(scripts: Path = MIGRATIONS) -> str:
    """Return the newest revision that this code knows."""
    found = ScriptDirectory.from_config(config(scripts=scripts)).get_current_head()
    assert found is not None, "the project ships at least one migration"
    return found


@cache
def known_revisions(scripts: Path = MIGRATIONS) -> frozenset[str]:
    """Return every revision that this code can read, or bring to the head.

    As they were when the process began: its files may be replaced by a newer version's.
    """
    found = ScriptDirectory.from_config(config(scripts=scripts))
    return frozenset(script.revision for script in found.walk_revisions())


def current(connection: Connection) -> str | None:
    """Return the revision a database stands at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def standing(session: Session, scripts: Path = MIGRATIONS) -> Standing:
    """Say how the database stands to this code."""
    revision, known = current(session.connection()), known_revisions(scripts)
    if revision == head(scripts):
        return "ok"
    if revision is None or revision in known:
        return "behind"
    readable_from = session.scalar(select(SchemaState.readable_from))
    return "ahead" if readable_from in known else "too_new"


def require(database: Database) -> None:
    """Refuse a database that this code cannot work with as it is.

    Raises:
        SetupError: Says what to do.
    """
    with database.read() as session:
        found, revision = standing(session), current(session.connection())
    if found == "behind":
        raise SetupError(
            f"the database is at revision {revision}, older than this version's {head()};"
            " run shortrun migrate"
        )
    if found == "too_new":
        raise _too_new(revision)


def migrate(database: Database, patience: Patience = USUAL, scripts: Path = MIGRATIONS) -> str:
    """Upgrade to the head, one process at a time; say where it stands now.

    A newer database whose tables this code can work with stays as it is.

    Raises:
        SetupError: If the database is too new, locked, away, or not a database.
    """
    failed = 0
    while True:
        try:
            revision = _step(database, patience, scripts)
        except Unavailable as error:
            failed += 1
            is_locked = _code(error) in {LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED}
            if not is_locked or failed >= patience.attempts:
                raise SetupError(_words(error, patience)) from error
            log.warning("migration_waits", attempt=failed, reason="a table is locked")
            time.sleep(patience.pause_seconds)
        except DBAPIError as error:
            raise SetupError(f"cannot use the database: {error.orig}") from error
        else:
            if revision is not None:
                return revision


def _step(database: Database, patience: Patience, scripts: Path) -> str | None:
    """Apply the next revision, all of them to an empty database; return where it ends."""
    newest = head(scripts)
    with database.write() as session:
        connection = session.connection()
        if current(connection) == newest:
            return newest  # most processes start so, and take no turns
        limit_waiting(session, lock_seconds=patience.turn_seconds)
        lock_for_migration(session)
        revision = current(connection)
        if revision is not None and (found := standing(session, scripts)) != "behind":
            if found == "too_new":
                raise _too_new(revision)
            return revision
        limit_waiting(
            session,
            lock_seconds=patience.lock_seconds,
            statement_seconds=patience.statement_seconds,
        )
        command.upgrade(config(connection, scripts), "head" if revision is None else "+1")
        if revision is None and connection.dialect.name == "sqlite":
            session.execute(text("PRAGMA optimize"))
    return None


def _too_new(revision: str | None) -> SetupError:
    return SetupError(
        f"the database is at revision {revision}, newer than this version of shortrun;"
        " upgrade the program"
    )


def _words(error: Unavailable, patience: Patience) -> str:
    if _code(error) in {LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED}:
        return (
            f"the database could not be migrated: its tables were locked at {patience.attempts}"
            " attempts; end what holds them (pg_stat_activity) and run shortrun migrate"
        )
    if _code(error) == QUERY_CANCELED:
        return (
            f"the database could not be migrated within {patience.statement_seconds:g} s a"
            " statement; run shortrun migrate --statement-seconds N when few use it"
        )
    return f"cannot open the database: {_cause(error)}"


def _code(error: Unavailable) -> str | None:
    return getattr(getattr(error.__cause__, "orig", None), "sqlstate", None)


def _cause(error: Unavailable) -> str:
    cause = error.__cause__
    original = getattr(cause, "orig", None) or cause or error
    return str(original).strip().splitlines()[0]
