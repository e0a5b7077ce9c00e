"""Runs over HTTP: whose they are, who may report what."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.database.database import Database
from tests.recommendations.scene import Call, Scene, build, caller, key_for


def event(kind: str, event_id: str = "e-1", **more: Any) -> dict[str, Any]:
    body = {"event_id": event_id, "kind": kind, "occurred_at": "2026-03-02T08:00:00Z"}
    return {"events": [body | more]}


def test_both_sides_see_the_run_as_it_was_accepted(
    call: Call, brand_key: str, fab1_key: str, run_id: str
) -> None:
    shown = call(fab1_key, "GET", f"/v1/runs/{run_id}").json()
    listed = call(brand_key, "GET", "/v1/runs").json()

    assert listed["data"] == [shown]
    assert shown["status"] == "planned"
    assert (shown["quantity"], shown["total_cost"], shown["need_by"]) == (
        120,
        "1926.00",
        "2026-03-30",
    )
    assert shown["lines"][0] == {
        "sku": "S2-BLK-M",
        "colorway": "BLK",
        "size": "M",
        "quantity": 80,
        "produced": 0,
        "rejected": 0,
        "shipped": 0,
        "received": 0,
    }


def test_to_anybody_else_the_run_does_not_exist(
    database: Database, call: Call, fab2_key: str, run_id: str
) -> None:
    with database.write() as session:
        other = build(session, code="other")
    other_key = key_for(database, "brand", brand_id=other.brand.id)
    requests: list[tuple[str, str, Any]] = [
        ("GET", f"/v1/runs/{run_id}", None),
        ("POST", f"/v1/runs/{run_id}/events", event("complained")),
        ("POST", f"/v1/runs/{run_id}/change-requests", {"reason": "please"}),
    ]

    codes = [call(key, *one).status_code for key in (fab2_key, other_key) for one in requests]

    assert codes == [404] * 6
    assert call(fab2_key, "GET", "/v1/runs").json()["data"] == []
    assert call(other_key, "GET", "/v1/runs").json()["data"] == []


def test_the_factory_reports_and_repeats_without_harm(
    call: Call, fab1_key: str, run_id: str
) -> None:
    path = f"/v1/runs/{run_id}/events"
    body = event("produced", sku="S2-BLK-M", quantity=34)

    first = call(fab1_key, "POST", path, body)
    again = call(fab1_key, "POST", path, body)

    assert first.json() == {
        "accepted": 1,
        "duplicates": 0,
        "rejected": 0,
        "results": [{"index": 0, "status": "accepted"}],
    }
    assert (again.status_code, again.json()["duplicates"]) == (200, 1)
    shown = call(fab1_key, "GET", f"/v1/runs/{run_id}").json()
    assert (shown["status"], shown["lines"][0]["produced"]) == ("in_production", 34)


def test_the_brand_reports_what_it_received_and_nothing_of_production(
    call: Call, brand_key: str, run_id: str
) -> None:
    path = f"/v1/runs/{run_id}/events"

    received = call(brand_key, "POST", path, event("received", sku="S2-BLK-M", quantity=10))
    produced = call(brand_key, "POST", path, event("produced", "e-2", sku="S2-BLK-M", quantity=1))

    assert (received.status_code, produced.status_code) == (200, 403)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (event("produced"), "/events/0"),
        (event("produced", sku="S2-BLK-M"), "/events/0"),
        (event("produced", sku="S2-BLK-M", quantity=0), "/events/0/quantity"),
        (event("produced", sku="S2-BLK-M", quantity=1.5), "/events/0/quantity"),
        (event("lost"), "/events/0/kind"),
        (event("started", event_id="no spaces"), "/events/0/event_id"),
        (event("started", occurred_at="2026-03-04T00:00:00Z"), "/events/0/occurred_at"),
        (event("started", occurred_at="2026-03-02"), "/events/0/occurred_at"),
        ({"events": []}, "/events"),
    ],
)
def test_an_event_that_is_not_valid_names_the_field(
    call: Call, fab1_key: str, run_id: str, body: dict[str, Any], pointer: str
) -> None:
    answer = call(fab1_key, "POST", f"/v1/runs/{run_id}/events", body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert call(fab1_key, "GET", f"/v1/runs/{run_id}").json()["status"] == "planned"


def test_events_that_cannot_be_taken_are_rejected_each(
    call: Call, fab1_key: str, run_id: str
) -> None:
    body = event("produced", sku="S9", quantity=1)

    answer = call(fab1_key, "POST", f"/v1/runs/{run_id}/events", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "all_rejected")
    assert answer.json()["results"][0]["code"] == "unknown_sku"


def test_a_change_is_asked_for_and_changes_nothing(
    call: Call, brand_key: str, fab1_key: str, fab2_key: str, run_id: str
) -> None:
    before = call(brand_key, "GET", f"/v1/runs/{run_id}").json()
    path = f"/v1/runs/{run_id}/change-requests"

    asked = call(brand_key, "POST", path, {"need_by": "2026-04-20", "reason": "the fair moved"})
    unknown = call(
        brand_key, "POST", path, {"lines": [{"sku": "S9", "quantity": 1}], "reason": "more"}
    )

    assert asked.status_code == 202
    assert asked.json()["requested_by"] == "brand"
    assert asked.json()["status"] == "requested"
    assert call(fab1_key, "GET", path).json()["data"] == [asked.json()]
    assert call(fab2_key, "GET", path).status_code == 404
    assert unknown.status_code == 422
    assert call(brand_key, "GET", f"/v1/runs/{run_id}").json() == before


def test_ops_name_whom_they_look_for(
    database: Database, call: Call, scene: Scene, run_id: str
) -> None:
    key = key_for(database, "ops")

    unnamed = call(key, "GET", "/v1/runs")
    named = call(key, "GET", "/v1/runs?brand=acme&factory=fab1")

    assert (unnamed.status_code, unnamed.json()["code"]) == (400, "missing_parameter")
    assert [row["id"] for row in named.json()["data"]] == [run_id]


def test_a_run_is_past_due_from_the_day_after_its_brands_due_date_until_all_of_it_is_there(
    database: Database, brand_key: str, fab1_key: str, run_id: str
) -> None:
    in_time = caller(database, datetime(2026, 3, 23, 22, 59, tzinfo=UTC))
    on_the_day = in_time(fab1_key, "GET", "/v1/runs?past_due=true").json()["data"]
    late = caller(database, datetime(2026, 3, 23, 23, 0, tzinfo=UTC))

    seen = [
        late(key, "GET", "/v1/runs?past_due=true").json()["data"] for key in (brand_key, fab1_key)
    ]
    late(fab1_key, "POST", f"/v1/runs/{run_id}/events", event("closed"))
    closed = late(brand_key, "GET", "/v1/runs?past_due=true").json()["data"]

    assert on_the_day == []
    assert [[run["id"] for run in runs] for runs in seen] == [[run_id], [run_id]]
    assert closed == []


def test_a_change_is_asked_for_today_or_later_of_the_brand(
    call: Call, brand_key: str, run_id: str
) -> None:
    path = f"/v1/runs/{run_id}/change-requests"

    late, today = (
        call(brand_key, "POST", path, {"need_by": day, "reason": "please"})
        for day in ("2026-03-01", "2026-03-02")
    )

    assert today.status_code == 202
    assert late.status_code == 422
    assert late.json()["errors"] == [
        {"pointer": "/need_by", "code": "in_past", "message": "must not lie in the past"}
    ]
