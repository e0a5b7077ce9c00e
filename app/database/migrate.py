"""Bring a database to the head of the one migration history, once, whoever starts first."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.database.database import Database
from app.database.upsert import lock_for_migration
from app.errors import SetupError, Unavailable

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration: our scripts, and the caller's connection."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    if connection is not None:
        made.attributes["connection"] = connection
    return made


def head() -> str:
    """Return the newest revision that this code knows."""
    found = ScriptDirectory.from_config(config()).get_current_head()
    assert found is not None, "the project ships at least one migration"
    return found


def known_revisions() -> set[str]:
    """Return every revision that this code can read, or bring to the head."""
    scripts = ScriptDirectory.from_config(config())
    return {script.revision for script in scripts.walk_revisions()}


def current(connection: Connection) -> str | None:
    """Return the revision a database stands at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(database: Database) -> str:
    """Upgrade to the head under a lock; say where it stands now.

    Raises:
        SetupError: If the database is newer than this code, away, or not a database.
    """
    try:
        with database.write() as session:
            lock_for_migration(session)
            return _upgrade(session)
    except Unavailable as error:
        raise SetupError(f"cannot open the database: {_cause(error)}") from error
    except DBAPIError as error:
        raise SetupError(f"cannot use the database: {error.orig}") from error


def _upgrade(session: Session) -> str:
    connection = session.connection()
    standing, newest = current(connection), head()
    if standing == newest:
        return newest
    if standing is not None and standing not in known_revisions():
        raise SetupError(
            f"the database is at revision {standing}, newer than this version of shortrun;"
            " upgrade the program"
        )
    command.upgrade(config(connection), "head")
    if standing is None and connection.dialect.name == "sqlite":
        session.execute(text("PRAGMA optimize"))
    return newest


def _cause(error: Unavailable) -> str:
    cause = error.__cause__
    original = getattr(cause, "orig", None) or cause or error
    return str(original).strip().splitlines()[0]
