"""Every refusal is a problem that tells what, and nothing it should not."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from tests.web.asgi import Client

MEMBERS = {"type", "title", "status", "detail", "code", "request_id"}


def test_every_refusal_is_a_problem_with_the_same_members(client: Client) -> None:
    answers = {
        400: client.get("/v1/numbers?limit=0"),
        401: Client(client.app).get("/v1/numbers"),
        404: client.get("/v1/nothing"),
        405: client.send("PATCH", "/v1/things/a"),
        409: client.post("/v1/things/a/conflict", {}),
        410: client.post("/v1/things/a/gone", {}),
        415: client.send("POST", "/v1/things", content=b"{}"),
        500: client.post("/v1/things/a/failure", {}),
        503: client.post("/v1/things/a/away", {}),
    }

    assert {status: answer.status_code for status, answer in answers.items()} == {
        status: status for status in answers
    }
    for status, answer in answers.items():
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json().keys() >= MEMBERS
        assert answer.json()["status"] == status
        assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_each_refusal_says_what_to_do_next(client: Client) -> None:
    assert Client(client.app).get("/v1/numbers").headers["www-authenticate"].startswith("Bearer")
    assert client.send("PATCH", "/v1/things/a").headers["allow"] == "GET, PUT"
    assert client.post("/v1/things/a/away", {}).headers["retry-after"] == "2"
    assert client.post("/v1/things/a/gone", {}).json()["restart_at"] == "abc"


def test_a_failure_of_ours_tells_nothing_of_itself(client: Client) -> None:
    answer = client.post("/v1/things/a/failure", {})

    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_refused_value_is_never_repeated(client: Client) -> None:
    body = {"name": "mysecret\u200b", "quantity": 31337000, "currency": "QQQ", "at": "sometime"}

    answer = client.post("/v1/things", body)

    assert len(answer.json()["errors"]) == 4
    for value in ("mysecret", "31337000", "QQQ", "sometime"):
        assert value not in answer.text


def test_an_invented_field_is_named_without_its_tricks(client: Client) -> None:
    answer = client.post("/v1/things", {"<script>~/" + "x" * 500: 1})

    pointer = answer.json()["errors"][0]["pointer"]
    assert "<" not in pointer
    assert len(pointer) < 80


def test_at_most_twenty_errors_are_listed(client: Client) -> None:
    answer = client.post("/v1/things", {"many": [{"quantity": 0}] * 25})

    assert len(answer.json()["errors"]) == 20


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=ten", "limit=1.5", "least=x"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_bad_parameter_is_400_and_named(client: Client, query: str) -> None:
    answer = client.get(f"/v1/numbers?{query}")

    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_parameter"
    assert query.split("=", maxsplit=1)[0] in answer.json()["detail"]


@pytest.mark.parametrize(
    "address",
    ["/v1/numbers%0A", "/v1/numbers/", "/v2/numbers", "/x/v1/numbers", "/v1/numbers/v1/numbers"],
)
def test_what_only_begins_or_ends_like_an_address_is_none(client: Client, address: str) -> None:
    answers = [client.get(address), client.post(address, {})]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_an_id_that_cannot_be_is_not_found_when_read_and_not_valid_when_written(
    client: Client,
) -> None:
    assert client.get("/v1/things/a%20b").status_code == 404
    assert client.put("/v1/things/a%20b", {}).status_code == 422


def test_a_request_id_is_echoed_when_it_is_sane_and_made_when_it_is_not(client: Client) -> None:
    def answered(given: str) -> str:
        return client.get("/v1/polled", headers={"X-Request-Id": given}).headers["x-request-id"]

    assert answered("abc-1.2~3") == "abc-1.2~3"
    assert answered("a b") != "a b"
    assert answered("x" * 200) != "x" * 200


def test_every_answer_carries_the_headers_that_keep_browsers_honest(client: Client) -> None:
    headers = client.get("/v1/numbers").headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]


def _statuses(client: Client, count: int) -> list[int]:
    return [client.get("/v1/polled").status_code for _ in range(count)]


def test_a_key_that_used_up_its_share_waits(make_app: Callable[..., FastAPI], key: str) -> None:
    client = Client(make_app(requests_per_minute=2), key)

    statuses = _statuses(client, 3)
    refused = client.get("/v1/polled")

    assert statuses == [200, 200, 429]
    assert refused.json()["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 30
    assert refused.headers["ratelimit-policy"] == '"key";q=2;w=60'
    assert refused.headers["ratelimit"] == f'"key";r=0;t={refused.headers["retry-after"]}'


def test_an_answer_tells_what_is_left_of_the_share(client: Client) -> None:
    headers = client.get("/v1/polled").headers

    assert headers["ratelimit-policy"] == '"key";q=1000;w=60'
    assert headers["ratelimit"].startswith('"key";r=999;t=')


def test_a_refused_key_is_told_how_many_more_its_address_may_show(
    make_app: Callable[..., FastAPI],
) -> None:
    client = Client(make_app(failures_per_minute=3), "sr_live_nonsense")

    told = [client.get("/v1/polled").headers["ratelimit"][:13] for _ in range(4)]
    without = Client(client.app).get("/v1/polled").headers

    assert told == ['"address";r=2', '"address";r=1', '"address";r=0', '"address";r=0']
    assert without["ratelimit-policy"] == '"address";q=3;w=60'


def test_an_address_that_shows_bad_keys_waits_but_a_known_key_from_it_does_not(
    make_app: Callable[..., FastAPI], key: str
) -> None:
    app = make_app(failures_per_minute=2)
    known = Client(app, key)
    assert known.get("/v1/polled").status_code == 200

    guesses = [Client(app, f"sr_live_{n}").get("/v1/polled") for n in range(3)]

    assert [guess.status_code for guess in guesses] == [401, 401, 429]
    assert known.get("/v1/polled").status_code == 200
    assert Client(app, "sr_live_x", address="198.51.100.1").get("/v1/polled").status_code == 401
