"""Engines: how connections to SQLite and to PostgreSQL are opened, kept and waited for.

What a statement was given stays out of its errors, which are logged: secrets are among it.
"""

import time
from pathlib import Path
from sqlite3 import SQLITE_BUSY
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteOperationalError

import psycopg
from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event

from app.database.lost import replace_lost
from app.errors import SetupError

BUSY_TIMEOUT_MS = 10_000
CACHE_KIB = 128 * 1024
"""Of SQLite, for each connection, once that much was read. Of 10 million events half of it held the
catalog and what is due no more: an event took 1.53 times as long as among a million, now 1.47."""

POOL_WAIT_SECONDS = 1.5
"""Whoever waits for a connection is told within 2 seconds to come again."""

LOCK_WAIT_SECONDS = 30
"""Of a statement on PostgreSQL; writers that wait for each other do so for a second or two."""

SILENCE_SECONDS = 20
"""After which the connection to a machine that is gone is given up; by default it is 2 hours."""


def sqlite_engine(url: URL) -> Engine:
    """Return the engine of a SQLite file, in WAL mode.

    Raises:
        SetupError: If the file's folder does not exist.
    """
    if url.database:
        folder = Path(url.database).expanduser().resolve().parent
        if not folder.is_dir():
            raise SetupError(f"the folder of the database does not exist: {folder}")
    in_memory = url.database in {None, "", ":memory:"}
    engine = create_engine(
        url,
        # The last one back is the next one out: what one writes, the others have to read anew.
        **({} if in_memory else {"pool_use_lifo": True}),
        hide_parameters=True,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: SqliteConnection, _record: object) -> None:
        connection.isolation_level = None
        _write_ahead(connection)
        for pragma in (
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            f"cache_size=-{CACHE_KIB}",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _write_ahead(connection: SqliteConnection) -> None:
    """Let the file be in WAL mode, where several open a new one at once as well.

    Whoever is second to change the mode is told that the file is locked, whatever the busy
    timeout: SQLite does not wait there.
    """
    latest = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except SqliteOperationalError as error:
            if error.sqlite_errorcode & 0xFF != SQLITE_BUSY or time.monotonic() > latest:
                raise
            time.sleep(0.01)
        else:
            return


def postgres_engine(url: URL, pool_size: int) -> Engine:
    """Return the engine of a PostgreSQL database with at most so many connections."""
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        connect_args={
            "connect_timeout": 5,
            "options": f"-c timezone=UTC -c lock_timeout={LOCK_WAIT_SECONDS}s",
            "keepalives_idle": SILENCE_SECONDS // 4,
            "keepalives_interval": SILENCE_SECONDS // 4,
            "keepalives_count": 3,
            "tcp_user_timeout": SILENCE_SECONDS * 1000,
        },
    )
    replace_lost(engine)
    event.listen(engine, "handle_error", _forget_values)
    return engine


def _forget_values(context: ExceptionContext) -> None:
    """Leave in an error what PostgreSQL says first: what follows quotes the row, or its key."""
    error = context.original_exception
    said = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    if said is None:
        return
    whole = str(error)
    error.args = (said,)
    if context.sqlalchemy_exception is not None:
        text, *others = context.sqlalchemy_exception.args
        context.sqlalchemy_exception.args = (text.replace(whole, said), *others)
