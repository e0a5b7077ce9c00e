"""The worker process: when it ends, and what does not end its heartbeat."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

import app.worker
from app.backtest.tables import Backtest
from app.clock.time import set_now
from app.database.database import Database
from app.errors import Unavailable
from app.imports.tables import Import
from app.jobs.beats import last_beat
from app.jobs.process import name_of
from app.jobs.tables import WorkerBeat
from app.refresh import pipeline
from app.sales.months import months_made
from app.settings import Settings
from app.worker import Worker
from tests.refresh.shop import AT, decisions, open_shop, sell

SETTINGS = Settings(worker_poll_seconds=0.01)
PATIENCE_SECONDS = 20.0


@pytest.fixture
def ended_process() -> int:
    """The id of a process that is no more, as of a service killed while its worker loaded."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


@pytest.fixture
def started() -> Iterator[list[Worker]]:
    """Workers to stop after the test, whatever became of it."""
    workers: list[Worker] = []
    yield workers
    for worker in workers:
        worker.stop()


def _run(worker: Worker) -> threading.Thread:
    running = threading.Thread(target=worker.run, daemon=True)
    running.start()
    return running


def test_a_worker_whose_parent_ended_before_it_ran_ends_too(
    database: Database, ended_process: int, started: list[Worker]
) -> None:
    started.append(Worker(database, SETTINGS, ends_with_parent=ended_process))

    running = _run(started[0])

    running.join(PATIENCE_SECONDS)
    assert not running.is_alive()


def test_a_worker_works_on_while_its_parent_lives(
    database: Database, started: list[Worker]
) -> None:
    started.append(Worker(database, SETTINGS, ends_with_parent=os.getppid()))

    running = _run(started[0])

    running.join(0.3)
    assert running.is_alive()
    started[0].stop()
    running.join(PATIENCE_SECONDS)


def test_a_beat_that_fails_in_a_way_nobody_thought_of_is_not_the_last(
    database: Database, started: list[Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[object] = []
    real = app.worker.beat

    def beat(*said: object) -> None:
        tries.append(said)
        if len(tries) == 1:
            raise RuntimeError("unforeseen")
        real(*said)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(app.worker, "beat", beat)
    monkeypatch.setattr(app.worker, "BEAT_SECONDS", 0.01)
    started.append(Worker(database, SETTINGS))

    running = _run(started[0])

    assert _has_beaten(database)
    started[0].stop()
    running.join(PATIENCE_SECONDS)


def _has_beaten(database: Database) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with database.read() as session:
            if last_beat(session) is not None:
                return True
        time.sleep(0.01)
    return False


def test_what_a_killed_worker_held_is_gone_on_with_long_before_its_lease_ends(
    database: Database, started: list[Worker]
) -> None:
    brand = open_shop(database, "S2")
    killed = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    )
    name = name_of(killed.pid)
    killed.communicate()
    wall = datetime.now(UTC)
    hold = {"lease": "lease_1", "holder": name, "lease_until": wall + timedelta(hours=1)}
    with database.write() as session:
        session.add(WorkerBeat(worker="killed", at=wall, process=name))
        session.add(_import(brand.id, status="running", **hold))
        session.add(_backtest(brand.id, status="running", **hold))
    started.append(Worker(database, SETTINGS))

    running = _run(started[0])

    deadline = time.monotonic() + PATIENCE_SECONDS
    while _still_running(database) and time.monotonic() < deadline:
        time.sleep(0.01)
    started[0].stop()
    running.join(PATIENCE_SECONDS)
    assert _still_running(database) == []


def _import(brand_id: int, **said: Any) -> Import:
    return Import(
        id="imp_1",
        brand_id=brand_id,
        kind="sales",
        stage="storing",
        dry_run=False,
        on_error="skip",
        file_name="sales.csv",
        file_bytes=0,
        sha256="",
        same="",
        requested_at=AT,
        rows_read=0,
        rows_stored=0,
        rows_duplicate=0,
        rows_rejected=0,
        left_out={},
        attempts=1,
        **said,
    )


def _backtest(brand_id: int, **said: Any) -> Backtest:
    return Backtest(
        id="bt_1",
        brand_id=brand_id,
        until=AT.date(),
        weeks=4,
        styles=1,
        progress=0.0,
        requested_at=AT,
        attempts=1,
        **said,
    )


def _still_running(database: Database) -> list[str]:
    with database.read() as session:
        running = [
            session.scalars(select(one.id).where(one.status == "running")).all()
            for one in (Import, Backtest)
        ]
    return [one for found in running for one in found]


@pytest.mark.parametrize(("days", "left"), [(30, []), (31, ["imp_1", "bt_1"])])
def test_imports_and_backtests_are_kept_as_long_as_the_operator_says(
    database: Database, days: int, left: list[str]
) -> None:
    brand = open_shop(database, "S2")
    ended = {"status": "done", "finished_at": AT - timedelta(days=30, seconds=1)}
    with database.write() as session:
        session.add(_import(brand.id, **ended))
        session.add(_backtest(brand.id, **ended))
        set_now(session, AT)
    settings = Settings(sandbox=True, import_retention_days=days, backtest_retention_days=days)

    Worker(database, settings).step()

    with database.read() as session:
        kept = [session.scalars(select(one.id)).all() for one in (Import, Backtest)]
    assert [one for found in kept for one in found] == left


def test_a_batch_that_a_lost_database_kept_is_taken_up_as_soon_as_it_is_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2")
    worker = Worker(database, SETTINGS)

    def away(*_: object, **__: object) -> None:
        raise Unavailable("the database is away or busy")

    with monkeypatch.context() as outage:
        outage.setattr(pipeline, "decide_styles", away)
        outage.setattr(pipeline, "put_back", away)
        with pytest.raises(Unavailable):
            worker.step()

    assert worker.step()
    with database.read() as session:
        assert len(decisions(session)) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_worker_makes_the_months_of_sales_that_come(database: Database) -> None:
    with database.write() as session:
        set_now(session, datetime(2026, 11, 30, 12, tzinfo=UTC))

    Worker(database, Settings(sandbox=True)).step()

    with database.read() as session:
        assert sorted(months_made(session)) == [
            date(2026, 11, 1),
            date(2026, 12, 1),
            date(2027, 1, 1),
            date(2027, 2, 1),
        ]
