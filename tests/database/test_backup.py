"""Backups of a database in use, and what may be put in its place."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.database.backup import back_up, restore
from app.database.database import Database
from app.database.migrate import migrate
from app.errors import SetupError
from app.jobs.beats import beat
from app.jobs.tables import WorkerBeat

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shortrun.db"


@pytest.fixture
def live(file: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{file}")
    migrate(database)
    yield database
    database.close()


def say(database: Database, *workers: str) -> None:
    for worker in workers:
        with database.write() as session:
            beat(session, worker, AT)


def said(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(WorkerBeat)) or 0


def test_a_backup_taken_while_others_write_restores_to_one_moment(
    live: Database, file: Path, tmp_path: Path
) -> None:
    ended = threading.Event()

    def keep_writing() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            say(live, f"w{number}")

    writer = threading.Thread(target=keep_writing)
    writer.start()
    size = back_up(live, tmp_path / "copy.db")
    ended.set()
    writer.join()
    after = said(live)
    live.close()
    restore(live, tmp_path / "copy.db")

    assert size == (tmp_path / "copy.db").stat().st_size
    assert 0 <= said(live) <= after
    say(live, "again")


def test_what_was_written_after_the_backup_is_gone_once_restored(
    live: Database, tmp_path: Path
) -> None:
    say(live, "a", "b")
    back_up(live, tmp_path / "copy.db")
    say(live, "c")
    live.close()

    restore(live, tmp_path / "copy.db")

    assert said(live) == 2


def test_a_database_that_a_process_has_open_is_not_replaced(live: Database, tmp_path: Path) -> None:
    say(live, "a")
    back_up(live, tmp_path / "copy.db")
    say(live, "b")

    with pytest.raises(SetupError, match="is used; stop the service"):
        restore(live, tmp_path / "copy.db")

    assert said(live) == 2


def test_a_damaged_backup_is_refused_and_the_database_stays(live: Database, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    say(live, *[f"w{number}" for number in range(300)])
    back_up(live, copy)
    content = bytearray(copy.read_bytes())
    content[8192:16384] = b"\xff" * 8192
    copy.write_bytes(content)
    live.close()

    with pytest.raises(SetupError, match=r"damaged|malformed|cannot restore"):
        restore(live, copy)

    assert said(live) == 300


def test_a_backup_of_a_newer_version_is_refused(live: Database, tmp_path: Path) -> None:
    back_up(live, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    live.close()

    with pytest.raises(SetupError, match="revision 9999, which this version does not know"):
        restore(live, tmp_path / "copy.db")


def test_a_damaged_database_is_replaced_by_its_backup(
    live: Database, file: Path, tmp_path: Path
) -> None:
    say(live, "a")
    back_up(live, tmp_path / "copy.db")
    live.close()
    file.write_bytes(b"not a database, but long enough to look like one" * 200)

    restore(live, tmp_path / "copy.db")

    assert said(live) == 1


def test_postgresql_has_its_own_tools(tmp_path: Path) -> None:
    database = Database("postgresql://nobody@nowhere/none")

    with pytest.raises(SetupError, match="pg_dump"):
        back_up(database, tmp_path / "copy.db")
