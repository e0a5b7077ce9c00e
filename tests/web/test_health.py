"""The health routes tell the truth."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import QueuePool, text

from app.database.database import Database
from app.jobs.tables import WorkerBeat
from tests.web.asgi import Client


def beat(database: Database, at: datetime) -> None:
    with database.write() as session:
        session.merge(WorkerBeat(worker="w1", at=at))


def test_a_live_process_says_so_without_a_key(client: Client) -> None:
    assert Client(client.app).get("/livez").json() == {"status": "ok"}


def test_it_is_ready_with_a_database_at_head_and_a_worker(
    client: Client, database: Database
) -> None:
    beat(database, datetime.now(UTC))

    answer = Client(client.app).get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready", "database": "ok", "migrations": "ok", "worker": "ok",
    }  # fmt: skip


def test_it_is_not_ready_once_its_worker_is_gone(client: Client, database: Database) -> None:
    beat(database, datetime.now(UTC) - timedelta(minutes=2))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["worker"] == "missing"
    assert answer.headers["retry-after"] == "2"


def test_a_process_started_without_a_worker_needs_none(client: Client) -> None:
    client.app.state.expects_worker = False

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["worker"] == "missing"


def test_it_goes_on_with_a_newer_database_that_it_can_work_with(
    client: Client, database: Database
) -> None:
    beat(database, datetime.now(UTC))
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'newer'"))

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["migrations"] == "ahead"


def test_it_is_not_ready_with_a_database_that_only_newer_versions_can_read(
    client: Client, database: Database
) -> None:
    beat(database, datetime.now(UTC))
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'newer'"))
        session.execute(text("UPDATE schema_state SET readable_from = 'newer'"))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["migrations"] == "too_new"


def test_it_is_not_ready_at_an_older_revision(client: Client, database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["migrations"] == "behind"


def test_metrics_are_for_this_machine_and_for_ops(client: Client) -> None:
    here = Client(client.app, address="127.0.0.1")
    proxied = here.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"})

    assert here.get("/metrics").status_code == 200
    assert client.get("/metrics").status_code == 200
    assert Client(client.app).get("/metrics").status_code == 401
    assert proxied.status_code == 401


def test_metrics_count_requests_by_route_and_show_what_waits(client: Client) -> None:
    client.get("/v1/things/abc")

    text = client.get("/metrics").text

    assert 'shortrun_requests_total{method="GET",route="/v1/things/{thing}",status="200"} 1' in text
    assert "shortrun_due_styles 0.0" in text
    assert "shortrun_database_up 1.0" in text


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_it_is_not_ready_while_its_database_leaves_it_without_an_answer(
    client: Client, database: Database, open_again: Callable[[], Database]
) -> None:
    connections = database.engine.pool
    assert isinstance(connections, QueuePool)
    with open_again().write() as session:
        session.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))

        answer = client.get("/readyz")

    while connections.checkedout():  # the check that was given up ends by itself
        time.sleep(0.01)

    assert (answer.status_code, answer.json()["database"]) == (503, "away")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_it_is_not_ready_with_a_database_that_can_only_be_read(
    client: Client, database: Database
) -> None:
    beat(database, datetime.now(UTC))
    with database.read() as session:
        name = session.scalar(text("SELECT current_database()"))
    with database.write() as session:
        session.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    database.close()

    ready = client.get("/readyz")
    written = client.post("/v1/things", {}, headers={"Idempotency-Key": "once"})

    with database.outside_transactions() as connection:
        connection.execute(text("SET default_transaction_read_only = off"))
        connection.execute(text(f"ALTER DATABASE {name} RESET default_transaction_read_only"))
    assert (ready.status_code, ready.json()["database"]) == (503, "read_only")
    assert written.status_code == 503
