"""One database handle: `read()` and `write()` are the only ways to a session.

SQLite runs in WAL mode with `synchronous=FULL`. Its writers take one lock in the process and
`BEGIN IMMEDIATE`: with several writers on 5,000 small writes the slowest fell from seconds to
0.25 s. Other processes wait `busy_timeout`.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session

from app.database.engines import postgres_engine, sqlite_engine
from app.errors import SetupError, Unavailable

READ_ONLY = "25006"
"""PostgreSQL's word for it, after a failover for example."""

WHEN_COMMITTED = "when_committed"


class Database:
    """An engine and the two kinds of transaction on it."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        """Open nothing yet; the first transaction connects.

        Raises:
            SetupError: If the URL is not one of a supported database.
        """
        parsed = parse_url(url)
        self.url = parsed
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.engine = (
            sqlite_engine(parsed) if self.is_sqlite else postgres_engine(parsed, pool_size)
        )
        self._at_once = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        self._writer: AbstractContextManager[Any] = (
            threading.Lock() if self.is_sqlite else nullcontext()
        )
        self.last_write = object()
        """Another one after each writing transaction of this handle, kept or not, before whoever
        wrote goes on; never one that was there before."""

    @contextmanager
    def read(self, steady: type[DeclarativeBase] | None = None) -> Iterator[Session]:
        """A consistent snapshot; nothing written in it is kept, what was loaded stays usable.

        Args:
            steady: A table whose partitions stay as they are while the snapshot is looked at.
                Without it one that is taken out meanwhile is missing from the snapshot, and so
                is what was written beside it, later: https://www.postgresql.org/docs/current/mvcc-caveats.html

        Raises:
            Unavailable: If the database is away or no connection became free in time.
        """
        with _translated(), Session(self.engine, autoflush=False) as session:
            if self.is_sqlite:
                session.connection().exec_driver_sql("BEGIN")
            else:
                connection = session.connection(
                    execution_options={"isolation_level": "REPEATABLE READ"}
                )
                if steady is not None:  # before the snapshot, which the first SELECT takes
                    lock = f"LOCK TABLE ONLY {steady.__tablename__} IN ACCESS SHARE MODE"
                    connection.exec_driver_sql(lock)
            yield session
            session.expunge_all()
            session.rollback()

    @contextmanager
    def write(self, *, at_once: bool = False) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Args:
            at_once: The block writes by a single statement. PostgreSQL commits that as it ends,
                and answers every other one as things stand then: BEGIN and COMMIT are two round
                trips of four.

        Raises:
            Unavailable: If the database is away or was busy for too long.
        """
        engine = self._at_once if at_once else self.engine
        with _translated(), self._writer, Session(engine, expire_on_commit=False) as session:
            if self.is_sqlite:
                session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield session
                session.commit()
            finally:
                self.last_write = object()
        for told in session.info.get(WHEN_COMMITTED, ()):
            told()

    @contextmanager
    def outside_transactions(self) -> Iterator[Connection]:
        """A connection for what outlasts a transaction; it is closed when the block ends.

        Raises:
            Unavailable: If the database is away or no connection became free in time.
        """
        with _translated(), self.engine.connect() as connection:
            try:
                yield connection.execution_options(isolation_level="AUTOCOMMIT")
            finally:
                connection.invalidate()  # and so gives back every lock that it holds

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def when_committed(session: Session, told: Callable[[], None]) -> None:
    """Call this once the session's `write()` block has committed; never if it did not."""
    session.info.setdefault(WHEN_COMMITTED, []).append(told)


def take_back(session: Session) -> None:
    """Undo what the session's `write()` block did so far; nobody is told of it."""
    session.rollback()
    session.info.pop(WHEN_COMMITTED, None)


def is_read_only(session: Session) -> bool:
    """Say whether nothing can be written: PostgreSQL follows another server, or was told so."""
    if session.get_bind().dialect.name == "sqlite":
        return False
    said = session.scalar(text("SELECT current_setting('transaction_read_only')"))
    return bool(said == "on")


def parse_url(url: str) -> URL:
    """Read a database URL; `postgresql://` means psycopg 3.

    Raises:
        SetupError: If it is not a URL of SQLite or PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise SetupError("SHORTRUN_DATABASE_URL is not a database URL") from None
    backend = parsed.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return parsed
    raise SetupError(f"SHORTRUN_DATABASE_URL: {backend} is not supported; use sqlite or postgresql")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn "the database is away" into our own word; leave every other error alone."""
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable("no database connection became free in time") from error
    except OperationalError as error:
        raise Unavailable("the database is away or busy") from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == READ_ONLY:
            raise Unavailable("the database can only be read") from error
        if error.connection_invalidated:
            raise Unavailable("the database connection was lost") from error
        raise
