"""A lease lasts as long as the work that it covers, and no longer."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select

from app.database.database import Database
from app.jobs.lease import kept, prolong
from app.jobs.tables import DueWork
from app.jobs.work import Claim, claim, mark_due

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def taken(database: Database, *, wall: datetime | None = None) -> Claim | None:
    with database.write() as session:
        moment = wall or datetime.now(UTC)
        return claim(session, at=AT, wall=moment, limit=10, lease_seconds=1)


def marked(database: Database, *keys: int) -> None:
    with database.write() as session:
        mark_due(session, 1, keys, at=AT)


def test_a_batch_that_outlasts_its_lease_is_not_taken_by_another(database: Database) -> None:
    marked(database, 7)
    ours = taken(database)
    assert ours is not None

    with kept(database, ours, lease_seconds=1):
        time.sleep(1.5)
        by_another = taken(database)

    assert by_another is None


def test_after_the_work_the_lease_runs_out_by_itself(database: Database) -> None:
    marked(database, 7)
    ours = taken(database)
    assert ours is not None

    with kept(database, ours, lease_seconds=1):
        pass

    assert taken(database, wall=datetime.now(UTC) + timedelta(seconds=2)) is not None


def test_what_another_took_meanwhile_stays_the_others(database: Database) -> None:
    marked(database, 7)
    ours = taken(database)
    theirs = taken(database, wall=datetime.now(UTC) + timedelta(seconds=2))
    assert ours is not None
    assert theirs is not None

    with database.write() as session:
        still_held = prolong(session, ours, until=AT)

    assert not still_held
    with database.read() as session:
        [row] = session.scalars(select(DueWork))
    assert row.lease == theirs.lease
    assert row.lease_until is not None
    assert row.lease_until > AT


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_said_of_a_lease_is_about_the_work_that_it_covers(
    database: Database, tmp_path: Path
) -> None:
    marked(database, 7)
    ours = taken(database)
    assert ours is not None
    without_tables = Database(f"sqlite:///{tmp_path / 'another.db'}")

    merged = structlog.contextvars.merge_contextvars
    with (
        structlog.testing.capture_logs(processors=[merged]) as lines,
        structlog.contextvars.bound_contextvars(refresh_id=ours.lease),
        kept(without_tables, ours, lease_seconds=1),
    ):
        time.sleep(0.5)
    without_tables.close()

    assert [(line["event"], line["refresh_id"]) for line in lines] == [
        ("lease_not_prolonged", ours.lease)
    ]
