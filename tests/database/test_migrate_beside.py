"""A migration beside whoever uses the database: nobody queues behind it, nothing is half done."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from app.database.database import Database
from app.database.migrate import Patience, current, migrate
from app.errors import SetupError
from tests.database.revisions import with_one_more

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
BRIEF = Patience(lock_seconds=0.3, attempts=2, pause_seconds=0.1)


def revision_of(database: Database) -> str | None:
    with database.read() as session:
        return current(session.connection())


@on_postgresql
def test_a_table_in_long_use_makes_a_migration_give_up_instead_of_all_others_wait(
    database: Database, tmp_path: Path
) -> None:
    scripts, waits = with_one_more(tmp_path), []
    with database.read() as report, ThreadPoolExecutor(1) as pool:
        report.execute(text("SELECT count(*) FROM styles"))

        migrating = pool.submit(migrate, database, BRIEF, scripts)
        while not migrating.done():
            began = time.monotonic()
            with database.read() as session:
                session.execute(text("SELECT count(*) FROM styles"))
            waits.append(time.monotonic() - began)

        with pytest.raises(SetupError, match="tables were locked at 2 attempts"):
            migrating.result()
    assert max(waits) < 2  # as long as one attempt may wait, and a busy machine
    assert revision_of(database) != "next"


@on_postgresql
def test_it_is_tried_again_and_done_once_the_table_is_free(
    database: Database, tmp_path: Path
) -> None:
    scripts = with_one_more(tmp_path)
    patient = Patience(lock_seconds=0.1, attempts=100, pause_seconds=0.05)
    with database.read() as report, ThreadPoolExecutor(1) as pool:
        report.execute(text("SELECT count(*) FROM styles"))
        migrating = pool.submit(migrate, database, patient, scripts)
        time.sleep(0.5)
        was_waiting = not migrating.done()
        report.rollback()

        assert migrating.result() == "next"
    assert was_waiting


@on_postgresql
def test_a_statement_that_takes_too_long_is_ended_with_what_to_do(
    database: Database, tmp_path: Path
) -> None:
    scripts = with_one_more(tmp_path)
    revision = scripts / "versions" / "next_colours.py"
    revision.write_text(f'{revision.read_text()}    op.execute("SELECT pg_sleep(30)")\n')

    with pytest.raises(SetupError, match=r"within 0\.2 s .* --statement-seconds N"):
        migrate(database, Patience(statement_seconds=0.2), scripts)

    assert revision_of(database) != "next"


def test_of_several_that_migrate_at_once_one_does(database: Database, tmp_path: Path) -> None:
    scripts = with_one_more(tmp_path)
    together = threading.Barrier(4)

    def start(_: int) -> str:
        together.wait()
        return migrate(database, scripts=scripts)

    with ThreadPoolExecutor(4) as pool:
        heads = list(pool.map(start, range(4)))

    assert heads == ["next"] * 4
