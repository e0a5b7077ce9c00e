"""The machine and the database, before anything in it is read."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database.database import Database
from app.database.migrate import current, head, standing
from app.doctor.advice import Advice, broken, hint, ok
from app.errors import Unavailable
from app.settings import DEFAULT_DATABASE, Settings

LEAST_FREE_BYTES = 1 << 30
OLDEST_POSTGRESQL = 15
MOST_SKEW = timedelta(seconds=5)
"""Keys expire and workers are told alive or dead by clocks of several machines."""


def settings_in_force(settings: Settings) -> Iterator[Advice]:
    """Look at what the operator set."""
    if settings.sandbox:
        yield hint(
            "settings", "SHORTRUN_SANDBOX is on: the clock stands still", "unset it to serve"
        )
    elif not settings.production:
        yield hint(
            "settings",
            "not in production mode",
            "SHORTRUN_PRODUCTION=1 where it is for real: it refuses defaults nobody meant",
        )
    else:
        yield ok("settings", "production mode")


def database_present(database: Database, settings: Settings) -> Iterator[Advice]:
    """Look for the database, without making one."""
    where = database.url.render_as_string(hide_password=True)
    if database.is_sqlite and not Path(database.url.database or "").is_file():
        yield broken("database", f"{where} does not exist yet", "shortrun serve makes it")
        return
    try:
        with database.read() as session:
            yield ok("database", where)
            yield from _server(session) if not database.is_sqlite else _disk(database, settings)
            yield _revision(session)
    except Unavailable as error:
        cause = str(getattr(error.__cause__, "orig", error)).strip().splitlines()[0]
        yield broken("database", f"{where}: {cause}", "start it, or correct SHORTRUN_DATABASE_URL")


def _server(session: Session) -> Iterator[Advice]:
    version = int(session.scalar(text("SHOW server_version_num")) or 0) // 10_000
    if version < OLDEST_POSTGRESQL:
        remedy = f"upgrade to {OLDEST_POSTGRESQL} or newer"
        yield broken("database", f"PostgreSQL {version}", remedy)
    else:
        yield ok("database", f"PostgreSQL {version}")
    there = session.scalar(text("SELECT clock_timestamp()"))
    skew = abs(there - datetime.now(UTC)) if there else timedelta()
    if skew > MOST_SKEW:
        said = f"its clock and this machine's are {skew.total_seconds():.0f} s apart"
        yield hint("database", said, "run NTP on both")


def _disk(database: Database, settings: Settings) -> Iterator[Advice]:
    folder = Path(database.url.database or "").resolve().parent
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        said = f"{free // 1_000_000} MB left in {folder}"
        yield hint("disk", said, "make room: posts are refused when it is full")
    if settings.database_url == DEFAULT_DATABASE:
        said = "SQLite in the folder the command was started in"
        yield hint("database", said, "SHORTRUN_DATABASE_URL names a fixed place, or PostgreSQL")


def _revision(session: Session) -> Advice:
    revision, newest = current(session.connection()), head()
    found = standing(session)
    if found == "ok":
        return ok("tables", f"revision {newest}")
    if found == "behind":
        return broken("tables", f"revision {revision}, not {newest}", "shortrun migrate")
    said = f"revision {revision} is newer than this program"
    if found == "ahead":
        return hint("tables", f"{said}, which can work with it", "upgrade the program soon")
    return broken("tables", said, "upgrade the program")
