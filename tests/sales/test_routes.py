from typing import Any

import pytest
from sqlalchemy import func, select

from app.database.database import Database
from app.parties.refs import BrandRef
from app.sales.tables import SalesRow
from tests.sales.calling import Calling, named
from tests.sales.shop import add_style, open_brand


@pytest.fixture
def call(database: Database, brand: BrandRef) -> Calling:
    return Calling(database, brand)


def event(event_id: str, **more: Any) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "sku": "A",
        "kind": "sale",
        "quantity": 1,
        "occurred_at": "2026-03-02T10:15:00+01:00",
        **more,
    }


def events_stored(database: Database) -> int | None:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(SalesRow))


def test_an_address_that_was_called_before_is_as_strict_with_whoever_calls_it_next(
    call: Calling, database: Database
) -> None:
    call.post("/v1/sales", {"events": [event("e1")]})

    bad_body = call.post("/v1/sales", {"events": [event("e2", quantity=0)]})
    bad_parameter = call.post("/v1/sales?colour=red", {"events": [event("e2")]})
    call.key = call.key_of("ops", None)
    of_nobody = [call.post("/v1/sales", body) for body in ({}, {"events": [event("e2")]})]

    assert named(bad_body) == [("/events/0/quantity", "too_small")]
    assert bad_parameter.json()["code"] == "unknown_parameter"
    assert [answer.json()["code"] for answer in of_nobody] == ["missing_parameter"] * 2
    assert events_stored(database) == 1


def test_a_batch_is_answered_event_by_event(call: Calling) -> None:
    whole = event("e1", unit_price="39.00", channel="web", order_id="10001")
    call.post("/v1/sales", {"events": [whole]})

    answer = call.post(
        "/v1/sales",
        {"events": [event("e2"), whole, event("e3", sku="no such"), event("e1", quantity=2)]},
    )

    assert answer.status_code == 200
    assert answer.json() == {
        "accepted": 1,
        "duplicates": 1,
        "rejected": 2,
        "results": [
            {"index": 0, "status": "accepted"},
            {"index": 1, "status": "duplicate"},
            {
                "index": 2,
                "status": "rejected",
                "code": "unknown_sku",
                "message": "the brand has no such SKU",
            },
            {
                "index": 3,
                "status": "rejected",
                "code": "event_conflict",
                "message": "the event_id is taken by an event with other content",
            },
        ],
    }


def test_a_batch_with_nothing_to_take_is_refused_with_its_results(
    database: Database, call: Calling
) -> None:
    with database.write() as session:
        add_style(session, open_brand(session, "other"), "S9", ["FOREIGN"])

    answer = call.post("/v1/sales", {"events": [event("e1", sku="FOREIGN")]})

    assert answer.status_code == 422
    assert answer.json()["code"] == "all_rejected"
    assert answer.json()["results"] == [
        {
            "index": 0,
            "status": "rejected",
            "code": "unknown_sku",
            "message": "the brand has no such SKU",
        }
    ]


def test_an_invalid_value_refuses_the_whole_body_and_names_it(
    database: Database, call: Calling
) -> None:
    bad = {
        "/events/1/quantity": event("e1", quantity=0),
        "/events/2/occurred_at": event("e2", occurred_at="2026-03-02T10:15:00"),
        "/events/3/kind": event("e3", kind="gift"),
        "/events/4/note": event("e4", note="x"),
        "/events/5/event_id": event("e 5"),
        "/events/6/unit_price": event("e6", unit_price="1.23456"),
        "/events/7/quantity": event("e7", quantity=True),
        "/events/8/quantity": event("e8", quantity=1_000_001),
    }

    answer = call.post("/v1/sales", {"events": [event("e0"), *bad.values()]})

    assert answer.status_code == 422
    assert [pointer for pointer, _ in named(answer)] == list(bad)
    assert events_stored(database) == 0


def test_an_event_in_the_future_refuses_the_whole_body(database: Database, call: Calling) -> None:
    body = {"events": [event("e0"), event("e1", occurred_at="2099-03-02T10:15:00Z")]}

    answer = call.post("/v1/sales", body)

    assert answer.status_code == 422
    assert named(answer) == [("/events/1/occurred_at", "in_future")]
    assert events_stored(database) == 0


def test_a_batch_holds_one_to_ten_thousand_events(database: Database, call: Calling) -> None:
    many = {"events": [event(f"e{number}") for number in range(10_001)]}

    empty, over = call.post("/v1/sales", {"events": []}), call.post("/v1/sales", many)

    assert (empty.status_code, named(empty)) == (422, [("/events", "too_few")])
    assert (over.status_code, named(over)) == (422, [("/events", "too_many")])
    assert events_stored(database) == 0
