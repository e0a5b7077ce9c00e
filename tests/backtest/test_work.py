"""Backtests that were asked for: asked over HTTP, run by a worker in slices, shown to their own."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from app.backtest.ask import MOST_OPEN
from app.backtest.routes import routes
from app.backtest.tables import Backtest
from app.backtest.work import KEPT, MOST_ATTEMPTS, Backtests
from app.database.database import Database
from app.parties.authentication import authenticate
from app.parties.issue_keys import Wanted, issue_key
from app.parties.keyring import KeyRing
from app.parties.queries import brand_named
from app.parties.register import store_brand
from app.settings import Settings
from app.web import problems
from app.web.limits import Limits
from app.worker import Worker
from tests.backtest.shop import shop_with_a_past
from tests.refresh.shop import AT, SETTINGS, UNUSED, open_shop

Call = Callable[..., httpx.Response]
WISH = {"as_of": "2026-03-02", "weeks": 3, "styles": 2}


@pytest.fixture
def call(database: Database) -> Call:
    """Send one request with the key of that name; the brand acme is there, and another."""
    brand = open_shop(database) if not _has_brand(database) else None
    assert brand is None or brand.code == "acme"
    with database.write() as session:
        rules = {"name": "Other", "timezone": "UTC", "currency": "EUR"}
        store_brand(session, "other", _rules(rules), [], uses=UNUSED, at=AT)
        wanted = {
            "ops": Wanted(role="ops", name="ops"),
            "acme": Wanted(role="brand", name="acme", brand="acme"),
            "other": Wanted(role="brand", name="other", brand="other"),
            "fab": Wanted(role="factory", name="fab", factory="fab"),
        }
        keys = {
            name: issue_key(session, wish, sandbox=False, at=AT).key
            for name, wish in wanted.items()
        }
    app = FastAPI()
    problems.install(app)
    app.include_router(routes)
    app.state.database, app.state.settings = database, Settings()
    app.state.keyring, app.state.authenticate = KeyRing(), authenticate
    app.state.limits = Limits(requests_per_minute=1000, failures_per_minute=1000)

    def send(name: str, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        async def go() -> httpx.Response:
            said = {"authorization": f"Bearer {keys[name]}", **headers}
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, json=body, headers=said)

        return asyncio.run(go())

    return send


@pytest.fixture
def past(database: Database) -> Database:
    """A brand acme with a past, before `call` gives it keys."""
    shop_with_a_past(database)
    return database


def _has_brand(database: Database) -> bool:
    with database.read() as session:
        return brand_named(session, "acme") is not None


def _rules(said: dict[str, str]) -> dict[str, Any]:
    from app.parties.schemas import BrandIn

    return BrandIn(**said, factories=[]).model_dump(exclude={"factories"})


def run_all(database: Database) -> None:
    backtests = Backtests(database, SETTINGS)
    while backtests.step():
        pass


def only(database: Database) -> Backtest:
    with database.read() as session:
        row = session.scalars(select(Backtest)).one()
        session.expunge(row)
        return row


def test_a_backtest_is_asked_for_run_and_shown(past: Database, call: Call) -> None:
    asked = call("acme", "POST", "/v1/backtests", WISH)
    run_all(past)

    shown = call("acme", "GET", f"/v1/backtests/{asked.json()['id']}")
    assert asked.status_code == 202
    assert (asked.json()["status"], asked.json()["result"]) == ("queued", None)
    body = shown.json()
    assert (body["status"], body["progress"], body["error"]) == ("done", 1.0, None)
    ours = body["result"]["rules"][0]
    assert (ours["rule"], ours["ours_above"]) == ("shortrun", "0.00")
    assert ours["wanted"] == 210
    assert len(ours["series"]) == 3
    assert ours["profit"].count(".") == 1
    picture = call("acme", "GET", body["picture"])
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.startswith("<svg ")


OFFER: dict[str, Any] = {
    "offer": "o",
    "factory": "elsewhere",
    "mode": "small_batch",
    "price_breaks": [{"min_quantity": 1, "unit_cost_share": 0.5}],
    "setup_cost": "15.00",
    "lead_time_days": {"mean": 14, "sd": 2},
}
TERMS: dict[str, Any] = {"style": {"salvage_share": "0.1"}, "offers": [OFFER]}


def test_other_terms_are_tried_instead_of_those_stored(past: Database, call: Call) -> None:
    cheap = {**TERMS, "offers": [OFFER | {"price_breaks": [{"min_quantity": 1, "unit_cost": 1}]}]}
    made = [
        call("acme", "POST", "/v1/backtests", WISH | {"terms": terms}).json()["id"]
        for terms in (None, TERMS, cheap)
    ]
    run_all(past)

    stored, dear, cheaper = (call("acme", "GET", f"/v1/backtests/{one}").json() for one in made)
    profits = [float(one["result"]["rules"][0]["profit"]) for one in (dear, cheaper)]
    assert (stored["terms"], stored["status"]) == (None, "done")
    assert stored["result"]["rules"][0]["profit"] not in profits
    assert profits[0] < profits[1]
    assert dear["terms"]["offers"][0]["lead_time_days"] == {"mean": 14, "sd": 2}
    assert "Economics and offers as the terms to try say" in dear["result"]["assumptions"][1]


BROKEN_TERMS: list[tuple[dict[str, Any], str, str]] = [
    ({"offers": []}, "/terms/offers", "too_few"),
    ({"offers": [OFFER, OFFER]}, "/terms", "duplicate_offer"),
    ({"offers": [OFFER | {"mode": "huge"}]}, "/terms/offers/0/mode", "unknown_value"),
    ({"offers": [OFFER, OFFER | {"offer": "p", "moq": 5}]}, "/terms/offers/1/moq", "not_an_object"),
    ({"offers": [OFFER | {"styles": 5}]}, "/terms/offers/0/styles", "not_a_list"),
    ({"offers": [OFFER | {"price_breaks": []}]}, "/terms/offers/0/price_breaks", "too_few"),
    ({"style": {"salvage_share": 2}}, "/terms/style/salvage_share", "too_large"),
    ({"factory": []}, "/terms/factory", "unknown_field"),
]


def test_terms_that_cannot_be_are_refused_with_their_field(database: Database, call: Call) -> None:
    for changes, pointer, code in BROKEN_TERMS:
        refused = call("acme", "POST", "/v1/backtests", WISH | {"terms": TERMS | changes})

        assert refused.status_code == 422
        error = refused.json()["errors"][0]
        assert (error["pointer"], error["code"]) == (pointer, code)


def test_others_do_not_find_it_and_ops_does(database: Database, call: Call) -> None:
    made = call("ops", "POST", "/v1/backtests?brand=acme", WISH).json()["id"]

    seen = {name: call(name, "GET", f"/v1/backtests/{made}") for name in ("ops", "acme", "other")}
    picture = call("other", "GET", f"/v1/backtests/{made}/picture.svg")

    assert {name: answer.status_code for name, answer in seen.items()} == {
        "ops": 200,
        "acme": 200,
        "other": 404,
    }
    assert picture.status_code == 404
    assert seen["other"].json()["detail"] == "there is no such backtest"
    assert call("other", "GET", "/v1/backtests/bt_none").json() | {"request_id": ""} == seen[
        "other"
    ].json() | {"request_id": ""}
    assert call("fab", "GET", f"/v1/backtests/{made}").status_code == 403
    assert call("fab", "POST", "/v1/backtests", WISH).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"weeks": 0}, "/weeks"),
        ({"styles": 501}, "/styles"),
        ({"weeks": "4"}, "/weeks"),
        ({"as_of": "tomorrow"}, "/as_of"),
        ({"as_of": "2099-01-01"}, "/as_of"),
        ({"since": "2026-01-01"}, "/since"),
    ],
)
def test_what_is_wrong_is_named(
    database: Database, call: Call, wrong: dict[str, Any], pointer: str
) -> None:
    refused = call("acme", "POST", "/v1/backtests", wrong)

    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


def test_everything_has_a_default(database: Database, call: Call) -> None:
    made = call("acme", "POST", "/v1/backtests")

    assert made.status_code == 202
    assert (made.json()["weeks"], made.json()["styles"]) == (40, 200)


def test_one_idempotency_key_asks_once(database: Database, call: Call) -> None:
    key = {"idempotency-key": "once"}

    answers = [call("acme", "POST", "/v1/backtests", WISH, **key) for _ in range(2)]

    assert answers[0].json()["id"] == answers[1].json()["id"] == only(database).id


def test_a_brand_cannot_ask_for_any_number(database: Database, call: Call) -> None:
    answers = [call("acme", "POST", "/v1/backtests", WISH) for _ in range(MOST_OPEN + 1)]

    assert [answer.status_code for answer in answers] == [202] * MOST_OPEN + [409]


def test_a_picture_of_what_is_not_done_is_refused(database: Database, call: Call) -> None:
    made = call("acme", "POST", "/v1/backtests", WISH).json()["id"]

    refused = call("acme", "GET", f"/v1/backtests/{made}/picture.svg")

    assert (refused.status_code, refused.json()["code"]) == (409, "not_done")


def test_one_that_cannot_be_run_has_failed_and_says_why(database: Database, call: Call) -> None:
    made = call("acme", "POST", "/v1/backtests", WISH).json()["id"]

    run_all(database)

    shown = call("acme", "GET", f"/v1/backtests/{made}").json()
    assert (shown["status"], shown["result"]) == ("failed", None)
    assert shown["error"]["code"] == "too_little_past"
    assert "0 weeks of sales before 2026-03-02" in shown["error"]["message"]


@pytest.fixture
def asked(past: Database, call: Call) -> Database:
    """A backtest that waits."""
    assert call("acme", "POST", "/v1/backtests", WISH).status_code == 202
    return past


def test_one_whose_worker_ended_is_begun_again_by_another(asked: Database) -> None:
    ended, other = Backtests(asked, SETTINGS), Backtests(asked, SETTINGS)
    ended.step()

    assert not other.step()
    _let_the_lease_run_out(asked)
    while other.step():
        pass

    assert only(asked).status == "done"


def test_who_was_stopped_too_long_publishes_nothing(asked: Database) -> None:
    slow, other = Backtests(asked, SETTINGS), Backtests(asked, SETTINGS)
    slow.step()
    _let_the_lease_run_out(asked)
    other.step()
    hold = only(asked).lease

    while slow.step():
        pass

    assert (only(asked).status, only(asked).lease) == ("running", hold)


def test_one_that_ends_its_workers_is_given_up(asked: Database) -> None:
    for _ in range(MOST_ATTEMPTS):
        Backtests(asked, SETTINGS).step()
        _let_the_lease_run_out(asked)

    Backtests(asked, SETTINGS).step()

    found = only(asked)
    assert (found.status, found.error_code) == ("failed", "workers_ended")


def test_a_stopped_worker_gives_it_back_at_once(asked: Database) -> None:
    stopped = Backtests(asked, SETTINGS)
    stopped.step()

    stopped.put_back()

    found = only(asked)
    assert (found.status, found.lease, found.attempts) == ("queued", None, 0)
    assert Backtests(asked, SETTINGS).step()


def test_old_ones_go_when_a_new_one_is_done(asked: Database) -> None:
    with asked.write() as session:
        first = session.scalars(select(Backtest)).one()
        for number in range(KEPT + 2):
            session.add(
                Backtest(
                    id=f"bt_{number:03}",
                    brand_id=first.brand_id,
                    status="failed",
                    until=first.until,
                    weeks=1,
                    styles=1,
                    progress=0.0,
                    requested_at=AT + timedelta(minutes=number - 1000),
                    attempts=1,
                )
            )

    run_all(asked)

    with asked.read() as session:
        left = session.scalars(select(Backtest.id).order_by(Backtest.requested_at)).all()
    assert len(left) == KEPT
    assert left[0] == "bt_003"


@pytest.fixture
def worker(database: Database) -> Iterator[Worker]:
    """A worker, stopped after the test."""
    made = Worker(database, SETTINGS.model_copy(update={"worker_poll_seconds": 0.01}))
    yield made
    made.stop()


def test_a_worker_runs_it_between_its_batches(asked: Database, worker: Worker) -> None:
    running = threading.Thread(target=worker.run, daemon=True)
    running.start()

    patience = datetime.now(UTC) + timedelta(seconds=60)
    while only(asked).status != "done" and datetime.now(UTC) < patience:
        threading.Event().wait(0.05)
    worker.stop()
    running.join(20)

    assert only(asked).status == "done"


def _let_the_lease_run_out(database: Database) -> None:
    with database.write() as session:
        session.execute(update(Backtest).values(lease_until=AT - timedelta(days=1000)))
