"""The room over HTTP: who sees what, and which status says it."""

from datetime import timedelta
from typing import Any

import pytest

from app.database.database import Database
from app.recommendations.view import BrandRecommendation, FactoryRecommendation
from tests.recommendations.scene import (
    AT,
    Call,
    Scene,
    build,
    caller,
    decide,
    key_for,
    offer,
    run_of,
    stored,
)

BRAND_ONLY = {"economics", "counter_economics", "alternatives", "reasons", "digest"}


@pytest.fixture
def recommendation(database: Database, scene: Scene) -> str:
    decide(database, scene, run_of(scene))
    return stored(database)[0].id


def test_the_brand_sees_everything(call: Call, brand_key: str, recommendation: str) -> None:
    answer = call(brand_key, "GET", f"/v1/recommendations/{recommendation}")

    assert answer.status_code == 200
    shown = answer.json()
    assert shown["economics"] == {"expected_profit": "1234.56"}
    assert shown["digest"] == "sha256:00"
    assert (shown["unit_cost"], shown["total_cost"]) == ("14.00", "1926.00")
    assert (shown["order_by"], shown["expires_at"]) == ("2026-03-09", "2026-03-09T22:59:59Z")
    assert shown["lines"][0] == {
        "sku": "S2-BLK-M",
        "colorway": "BLK",
        "size": "M",
        "quantity": 80,
    }


def test_the_factory_learns_nothing_of_the_margin(
    database: Database,
    scene: Scene,
    call: Call,
    fab1_key: str,
    brand_key: str,
    recommendation: str,
) -> None:
    decide(database, scene, run_of(scene, medium=200))
    paths = [
        f"/v1/recommendations/{recommendation}",
        "/v1/factories/fab1/recommendations",
        "/v1/factories/fab1/recommendations?status=superseded",
        "/v1/factories/fab1/feed",
    ]

    texts = [call(fab1_key, "GET", path).text for path in paths]

    assert all(recommendation in text for text in texts)
    for told in (*BRAND_ONLY, "1234.56", "sha256:00", "sku_id", "decision_id"):
        assert all(told not in text.replace('"decision":', "") for text in texts)


def test_the_two_views_differ_in_the_margin_alone() -> None:
    brand, factory = BrandRecommendation.model_fields, FactoryRecommendation.model_fields

    assert brand.keys() - factory.keys() == BRAND_ONLY


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/recommendations/{id}", None),
        ("POST", "/v1/recommendations/{id}/response", {"decision": "accept"}),
    ],
)
def test_another_factory_gets_the_answer_of_what_does_not_exist(
    call: Call, fab2_key: str, recommendation: str, method: str, path: str, body: Any
) -> None:
    foreign = call(fab2_key, method, path.format(id=recommendation), body)
    missing = call(fab2_key, method, path.format(id="rec_0"), body)

    assert foreign.status_code == missing.status_code == 404
    assert foreign.json()["detail"] == missing.json()["detail"]


@pytest.mark.parametrize("verb", ["", "/release", "/withdraw", "/counter-review"])
def test_another_brand_gets_the_answer_of_what_does_not_exist(
    database: Database, call: Call, recommendation: str, verb: str
) -> None:
    with database.write() as session:
        other = build(session, code="other")
    key = key_for(database, "brand", brand_id=other.brand.id)
    method = "POST" if verb else "GET"
    body = {"decision": "accept"} if verb == "/counter-review" else None

    answer = call(key, method, f"/v1/recommendations/{recommendation}{verb}", body)

    assert answer.status_code == 404


def test_roles_do_not_mix(call: Call, brand_key: str, fab1_key: str, recommendation: str) -> None:
    path = f"/v1/recommendations/{recommendation}"

    answers = [
        call(brand_key, "POST", f"{path}/response", {"decision": "accept"}),
        call(fab1_key, "POST", f"{path}/withdraw"),
        call(fab1_key, "GET", "/v1/recommendations"),
        call(brand_key, "GET", "/v1/factories/fab1/feed"),
        call(fab1_key, "GET", "/v1/decisions/S2"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 403, 403]


def test_a_factory_reads_only_its_own_feed(call: Call, fab1_key: str, scene: Scene) -> None:
    answer = call(fab1_key, "GET", "/v1/factories/fab2/feed")

    assert answer.status_code == 404


def test_accepting_answers_with_the_run_and_again_with_the_same(
    call: Call, fab1_key: str, recommendation: str
) -> None:
    path = f"/v1/recommendations/{recommendation}/response"

    first = call(fab1_key, "POST", path, {"decision": "accept"})
    again = call(fab1_key, "POST", path, {"decision": "accept"})
    late = call(fab1_key, "POST", path, {"decision": "decline", "reason": "changed my mind"})

    assert (first.status_code, first.json()["status"]) == (200, "accepted")
    assert first.json()["run"].startswith("run_")
    assert (again.status_code, again.json()) == (200, first.json())
    assert (late.status_code, late.json()["code"]) == (409, "not_open")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"decision": "maybe"},
        {"decision": "decline"},
        {"decision": "accept", "reason": "fine"},
        {"decision": "counter"},
        {"decision": "counter", "lines": []},
        {"decision": "counter", "lines": [{"sku": "S2-BLK-M", "quantity": -1}]},
        {"decision": "counter", "lines": [{"sku": "S2-BLK-M", "quantity": 1.5}]},
        {"decision": "counter", "unit_cost": "-1"},
        {"decision": "counter", "need_by": "soon"},
        {"decision": "counter", "lines": [{"sku": "S9", "quantity": 1}]},
        {"decision": "counter", "deliveries": [{"need_by": "2026-04-01", "lines": []}]},
    ],
)
def test_an_answer_that_is_not_valid_is_refused_and_changes_nothing(
    database: Database, call: Call, fab1_key: str, recommendation: str, body: dict[str, Any]
) -> None:
    answer = call(fab1_key, "POST", f"/v1/recommendations/{recommendation}/response", body)

    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert stored(database)[0].status == "open"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/decision"),
        ({"decision": "maybe"}, "/decision"),
        ({"decision": "decline"}, "/reason"),
        ({"decision": "accept", "x": 1}, "/x"),
        ({"decision": "counter"}, ""),
        ({"decision": "counter", "need_by": "soon"}, "/need_by"),
        ({"decision": "counter", "lines": [{"sku": "A", "quantity": -1}]}, "/lines/0/quantity"),
    ],
)
def test_a_refused_answer_names_the_field_as_the_body_does(
    call: Call, fab1_key: str, recommendation: str, body: dict[str, Any], pointer: str
) -> None:
    answer = call(fab1_key, "POST", f"/v1/recommendations/{recommendation}/response", body)

    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_a_counter_goes_to_the_brand_and_back(
    call: Call, fab1_key: str, brand_key: str, recommendation: str
) -> None:
    path = f"/v1/recommendations/{recommendation}"
    terms = {"decision": "counter", "unit_cost": "15.00", "reason": "fabric went up"}

    countered = call(fab1_key, "POST", f"{path}/response", terms)
    review = call(
        brand_key, "POST", f"{path}/counter-review", {"decision": "decline", "reason": "no"}
    )
    again = call(brand_key, "POST", f"{path}/counter-review", {"decision": "decline"})

    assert countered.json()["status"] == "countered"
    assert countered.json()["answer"]["unit_cost"] == "15.00"
    assert review.json()["status"] == "open"
    assert (again.status_code, again.json()["code"]) == (409, "not_countered")
    told = call(fab1_key, "GET", "/v1/factories/fab1/feed").json()["data"]
    assert [event["type"] for event in told] == [
        "recommendation.issued",
        "recommendation.countered",
        "counter.declined",
    ]
    assert told[-1]["recommendation"]["review"]["reason"] == "no"


def test_a_draft_is_released_by_the_brand(database: Database) -> None:
    with database.write() as session:
        scene = build(session, release="manual")
    offer(database, scene)
    decide(database, scene, run_of(scene))
    call = caller(database)
    brand_key = key_for(database, "brand", brand_id=scene.brand.id)
    fab1_key = key_for(database, "factory", factory_id=scene.fab1)
    path = f"/v1/recommendations/{stored(database)[0].id}"

    hidden = call(fab1_key, "GET", path)
    unseen = call(fab1_key, "GET", "/v1/factories/fab1/recommendations?status=draft")
    refused = call(brand_key, "POST", f"{path}/withdraw")
    released = call(brand_key, "POST", f"{path}/release", {})

    assert hidden.status_code == 404
    assert unseen.json()["data"] == []
    assert refused.status_code == 409
    assert (released.status_code, released.json()["status"]) == (200, "open")
    assert call(fab1_key, "GET", path).json()["status"] == "open"


def test_the_brand_lists_by_status_and_style(
    database: Database, scene: Scene, call: Call, brand_key: str, recommendation: str
) -> None:
    decide(database, scene, run_of(scene, medium=200))

    counts = [
        len(call(brand_key, "GET", f"/v1/recommendations?{query}").json()["data"])
        for query in ("", "status=open", "style=S2", "style=S3", "status=superseded&style=S2")
    ]

    assert counts == [2, 1, 2, 0, 1]
    assert call(brand_key, "GET", "/v1/recommendations?status=lost").status_code in (400, 422)


def test_what_should_have_been_answered_by_now_is_listed_to_both_sides(
    database: Database, brand_key: str, fab1_key: str, recommendation: str
) -> None:
    lists = (
        (brand_key, "/v1/recommendations?past_due=true"),
        (fab1_key, "/v1/factories/fab1/recommendations?past_due=true"),
    )
    at_the_time = caller(database, AT + timedelta(hours=48))
    in_time = [at_the_time(key, "GET", path).json()["data"] for key, path in lists]
    a_second_late = caller(database, AT + timedelta(hours=48, seconds=1))

    late = [a_second_late(key, "GET", path).json()["data"] for key, path in lists]
    path = f"/v1/recommendations/{recommendation}/response"
    answered = a_second_late(fab1_key, "POST", path, {"decision": "accept"})

    assert in_time == [[], []]
    assert [[one["id"] for one in rows] for rows in late] == [[recommendation], [recommendation]]
    assert answered.json()["status"] == "accepted"
    assert a_second_late(brand_key, "GET", lists[0][1]).json()["data"] == []


def test_lists_are_paged(
    database: Database, scene: Scene, call: Call, brand_key: str, recommendation: str
) -> None:
    decide(database, scene, run_of(scene, medium=200))

    first = call(brand_key, "GET", "/v1/recommendations?limit=1").json()
    second = call(
        brand_key, "GET", f"/v1/recommendations?limit=1&cursor={first['next_cursor']}"
    ).json()

    assert (first["has_more"], second["has_more"]) == (True, False)
    assert first["data"][0]["id"] < second["data"][0]["id"]


def test_the_last_decision_is_shown(
    database: Database, scene: Scene, call: Call, brand_key: str
) -> None:
    before = call(brand_key, "GET", "/v1/decisions/S2")
    decide(database, scene, None)

    after = call(brand_key, "GET", "/v1/decisions/S2")

    assert (before.status_code, before.json()["code"]) == (404, "not_decided_yet")
    assert after.json() == {
        "style": "S2",
        "action": "hold",
        "final": False,
        "at": "2026-03-02T10:15:00Z",
        "chosen": {"action": "hold"},
        "alternatives": [],
        "reasons": [],
        "suitability": {"way": "small_batch", "reasons": [], "by_factory": {}},
        "test_verdict": None,
    }
    assert call(brand_key, "GET", "/v1/decisions/S9").status_code == 404


def test_the_standing_list_answers_304_until_something_happens(
    database: Database, scene: Scene, call: Call, fab1_key: str, recommendation: str
) -> None:
    path = "/v1/factories/fab1/recommendations?status=open"
    first = call(fab1_key, "GET", path)
    known = {"if-none-match": first.headers["etag"]}

    same = call(fab1_key, "GET", path, headers=known)
    decide(database, scene, run_of(scene, medium=200))
    moved = call(fab1_key, "GET", path, headers=known)

    assert (same.status_code, same.content) == (304, b"")
    assert moved.status_code == 200
    assert moved.json()["data"][0]["quantity"] == 240


def test_list_plus_feed_add_up(
    database: Database, scene: Scene, call: Call, fab1_key: str, recommendation: str
) -> None:
    page = call(fab1_key, "GET", "/v1/factories/fab1/recommendations").json()
    decide(database, scene, run_of(scene, medium=200))

    news = call(fab1_key, "GET", f"/v1/factories/fab1/feed?after={page['feed_cursor']}").json()

    assert [row["id"] for row in page["data"]] == [recommendation]
    assert [event["seq"] for event in news["data"]] == [2, 3]


def test_the_feed_answers_304_and_bad_cursors(
    call: Call, fab1_key: str, recommendation: str
) -> None:
    path = "/v1/factories/fab1/feed"
    first = call(fab1_key, "GET", path)

    same = call(fab1_key, "GET", path, headers={"if-none-match": first.headers["etag"]})
    bad = call(fab1_key, "GET", f"{path}?after=nonsense")

    assert (same.status_code, same.content) == (304, b"")
    assert (bad.status_code, bad.json()["code"]) == (400, "bad_cursor")


def test_a_cursor_of_another_feed_is_gone_and_says_where_to_restart(
    call: Call, fab1_key: str, recommendation: str
) -> None:
    from app.recommendations.cursor import encode

    strange = encode(1, "ab" * 32)

    answer = call(fab1_key, "GET", f"/v1/factories/fab1/feed?after={strange}")

    assert answer.status_code == 410
    restarted = call(
        fab1_key, "GET", f"/v1/factories/fab1/feed?after={answer.json()['restart_at']}"
    )
    assert [event["seq"] for event in restarted.json()["data"]] == [1]


def test_a_counter_splits_into_no_more_lines_than_a_batch_has_rows(
    call: Call, fab1_key: str, recommendation: str
) -> None:
    lines = [{"sku": "S2-BLK-M", "quantity": 1}] * 1000
    body = {
        "decision": "counter",
        "deliveries": [{"need_by": f"2026-04-{day:02d}", "lines": lines} for day in range(1, 12)],
    }

    answer = call(fab1_key, "POST", f"/v1/recommendations/{recommendation}/response", body)

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/deliveries", "too_many")
