"""A repeated POST with an Idempotency-Key is answered again, and done once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

import app.web.idempotency as idempotency
from app.database.database import Database
from app.parties.issue_keys import Wanted, issue_key
from app.web.tables import KeptAnswer
from tests.web.asgi import Client
from tests.web.conftest import AT, Counter

KEY = {"Idempotency-Key": "order 66"}


def test_the_same_key_and_body_get_the_first_answer(client: Client, counter: Counter) -> None:
    first = client.post("/v1/things/a/done", {}, headers=KEY)
    again = client.post("/v1/things/a/done", {}, headers=KEY)

    assert first.content == again.content
    assert again.status_code == 200
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert counter.done == 1


def test_without_a_key_each_request_is_done(client: Client, counter: Counter) -> None:
    client.post("/v1/things/a/done", {})
    client.post("/v1/things/a/done", {})

    assert counter.done == 2


@pytest.mark.parametrize(
    ("url", "body"),
    [("/v1/things/a/done", {"x": 1}), ("/v1/things/b/done", {}), ("/v1/things/a/done?x=1", {})],
)
def test_the_key_of_another_request_is_422(
    client: Client, counter: Counter, url: str, body: dict[str, int]
) -> None:
    client.post("/v1/things/a/done", {}, headers=KEY)

    answer = client.post(url, body, headers=KEY)

    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_key_reused"
    assert counter.done == 1


def test_the_same_key_of_another_caller_is_another(
    client: Client, counter: Counter, database: Database
) -> None:
    with database.write() as session:
        other = issue_key(session, Wanted("ops", "other"), sandbox=True, at=AT).key

    client.post("/v1/things/a/done", {}, headers=KEY)
    Client(client.app, other).post("/v1/things/a/done", {}, headers=KEY)

    assert counter.done == 2


@pytest.mark.parametrize("given", ["", "a" * 256, "caf\u00e9", "tab\there"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_key_that_is_not_printable_ascii_is_400(client: Client, given: str) -> None:
    headers = [(b"Idempotency-Key", given.encode("latin-1"))]

    answer = client.post("/v1/things/a/done", {}, headers=headers)

    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_idempotency_key"


def test_a_body_that_was_not_valid_does_not_use_the_key_up(
    client: Client, counter: Counter
) -> None:
    refused = client.post("/v1/things", {"quantity": 0}, headers=KEY)
    taken = client.post("/v1/things", {"quantity": 1}, headers=KEY)

    assert [refused.status_code, taken.status_code] == [422, 200]
    assert counter.done == 1


@pytest.mark.parametrize("outcome", ["failure", "away"])
def test_a_failure_does_not_use_the_key_up(client: Client, counter: Counter, outcome: str) -> None:
    client.post(f"/v1/things/a/{outcome}", {}, headers=KEY)
    client.post(f"/v1/things/a/{outcome}", {}, headers=KEY)

    assert counter.done == 2


def test_a_conflict_is_an_answer_too(client: Client, counter: Counter) -> None:
    first = client.post("/v1/things/a/conflict", {}, headers=KEY)
    again = client.post("/v1/things/a/conflict", {}, headers=KEY)

    assert [first.status_code, again.status_code] == [409, 409]
    assert again.headers["content-type"] == "application/problem+json"
    assert counter.done == 1


def test_the_answer_outlives_the_process(
    client: Client, counter: Counter, make_app: Callable[..., FastAPI], key: str
) -> None:
    first = client.post("/v1/things/a/done", {}, headers=KEY)

    again = Client(make_app(), key).post("/v1/things/a/done", {}, headers=KEY)

    assert again.content == first.content
    assert counter.done == 1


def test_of_two_at_once_one_is_done_and_the_other_told_to_wait(
    client: Client, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, finish = threading.Event(), threading.Event()
    keep = idempotency._keep

    def slowly(*arguments: object) -> None:
        started.set()
        finish.wait(10)
        keep(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(idempotency, "_keep", slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, "/v1/things/a/done", {}, headers=KEY)
        started.wait(10)
        second = client.post("/v1/things/a/done", {}, headers=KEY)
        finish.set()

    assert first.result().status_code == 200
    assert second.status_code == 409
    assert second.json()["code"] == "still_running"
    assert counter.done == 1


@pytest.mark.parametrize(
    ("owner", "age", "status"),
    [
        ("{host} 999999999 dead", timedelta(0), 200),
        ("{host} {pid} before", timedelta(0), 200),
        ("elsewhere 1 alive", timedelta(0), 409),
        ("elsewhere 1 gone", timedelta(seconds=61), 200),
    ],
    ids=["a dead process", "this process before it restarted", "another machine",
         "another machine, long ago"],
)  # fmt: skip
def test_a_claim_left_behind_is_taken_over(
    client: Client, database: Database, owner: str, age: timedelta, status: int
) -> None:
    host, pid, _ = idempotency._SELF.split(" ")
    client.post("/v1/things/a/done", {}, headers=KEY)
    with database.write() as session:
        session.execute(
            update(KeptAnswer).values(
                status=None,
                body=owner.format(host=host, pid=pid),
                created_at=datetime.now(UTC) - age,
            )
        )

    assert client.post("/v1/things/a/done", {}, headers=KEY).status_code == status


def test_kept_answers_cannot_be_read_without_the_callers_key(
    client: Client, database: Database
) -> None:
    client.post("/v1/things", {"name": "a new secret"}, headers=KEY)

    with database.read() as session:
        kept = session.scalars(select(KeptAnswer.body)).one()
    again = client.post("/v1/things", {"name": "a new secret"}, headers=KEY)

    assert "secret" not in str(kept)
    assert again.json()["name"] == "a new secret"


def test_answers_are_forgotten_after_a_day(
    client: Client, counter: Counter, database: Database
) -> None:
    client.post("/v1/things/a/done", {}, headers=KEY)
    with database.write() as session:
        session.execute(
            update(KeptAnswer).values(created_at=datetime.now(UTC) - timedelta(hours=25))
        )

    client.post("/v1/things/a/done", {}, headers=KEY)

    assert counter.done == 2
