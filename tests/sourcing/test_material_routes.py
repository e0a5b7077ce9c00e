"""Materials and reservations over HTTP: who sees what, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, insert, select

from app.catalog.ingest import put_styles
from app.database.database import Database
from app.jobs.tables import DueWork
from app.parties.tables import BrandFactory
from tests.sourcing.conftest import AT, style

Call = Callable[..., httpx.Response]

FAR = date.today() + timedelta(days=60)  # noqa: DTZ011  any day well ahead of the machine's clock
NEAR = FAR - timedelta(days=30)
OXFORD: dict[str, Any] = {"name": "Oxford 210D", "unit": "m", "on_hand": "850.0005"}
WHOLE: dict[str, Any] = {
    **OXFORD,
    "as_of": "2026-03-01T06:00:00Z",
    "arriving": [
        {"quantity": "0.0001", "due_date": NEAR.isoformat()},
        {"quantity": "400.5", "due_date": FAR.isoformat()},
    ],
    "returns": True,
    "replenishment_lead_time_days": 28.0,
    "minimum_buy": "300",
    "currency": "EUR",
    "unit_cost": "3.20",
    "scrap_value": "0.4001",
    "season_end": "2026-09-30",
}
KEPT = {"quantity": "250.25", "until": FAR.isoformat()}


def oxford(code: str, planning: str = "active", material: str = "oxford") -> Any:
    use = {"material": material, "per_unit": 1.4}
    return replace(style(code, planning), materials=[use])


@pytest.fixture
def oxford_market(market: Database) -> Database:
    """The market, with S2 of acme and S1 of other made of oxford; nothing due."""
    with market.write() as session:
        put_styles(session, 1, [oxford("S2"), oxford("S3", "ended")], at=AT)
        put_styles(session, 2, [oxford("S1")], at=AT)
        session.execute(delete(DueWork))
    return market


def due(database: Database) -> set[tuple[int, int]]:
    with database.read() as session:
        rows = session.execute(select(DueWork.group_id, DueWork.key)).all()
        return {(row.group_id, row.key) for row in rows}


def list_each_other(database: Database) -> None:
    with database.write() as session:
        session.execute(
            insert(BrandFactory),
            [{"brand_id": 1, "factory_id": 2}, {"brand_id": 2, "factory_id": 1}],
        )


def problem(answer: httpx.Response) -> tuple[int, dict[str, str]]:
    errors = answer.json().get("errors", [])
    return answer.status_code, {error["pointer"]: error["code"] for error in errors}


def test_a_material_reads_back_exactly_as_it_was_reported(call: Call) -> None:
    put = call("fab1", "PUT", "/v1/materials/oxford", WHOLE)

    got = call("fab1", "GET", "/v1/materials/oxford").json()

    assert put.status_code == 201
    assert got == put.json()
    assert {name: got[name] for name in WHOLE} == WHOLE
    assert (got["material"], got["factory"]) == ("oxford", "fab1")
    assert (got["committed"], got["free"], got["reservations"]) == ("0", "850.0005", [])


def test_a_report_replaces_the_one_before_and_keeps_reservations(call: Call) -> None:
    call("fab1", "PUT", "/v1/materials/oxford", WHOLE)
    call("fab1", "PUT", "/v1/materials/oxford/reservations/acme", KEPT)

    again = call("fab1", "PUT", "/v1/materials/oxford", {**OXFORD, "on_hand": 300})

    assert again.status_code == 200
    answer = again.json()
    assert (answer["on_hand"], answer["arriving"], answer["minimum_buy"]) == ("300", [], None)
    assert (answer["returns"], answer["replenishment_lead_time_days"]) == (True, None)
    assert [(one["brand"], one["quantity"]) for one in answer["reservations"]] == [
        ("acme", "250.25")
    ]
    assert answer["free"] == "49.75"


def test_a_report_makes_the_planned_styles_due_that_are_made_of_it(
    call: Call, oxford_market: Database
) -> None:
    call("fab1", "PUT", "/v1/materials/nylon", OXFORD)
    before = due(oxford_market)

    call("fab1", "PUT", "/v1/materials/oxford", OXFORD)

    assert before == set()
    assert due(oxford_market) == {(1, 2)}


@pytest.mark.parametrize("code", ["material", "per_unit", "oxfor", "ox.ord", "oxf_rd"])
def test_only_the_material_itself_is_one_that_a_style_names(
    call: Call, oxford_market: Database, code: str
) -> None:
    call("fab1", "PUT", f"/v1/materials/{code}", OXFORD)

    assert due(oxford_market) == set()
    assert call("acme", "GET", f"/v1/materials/{code}").status_code == 404


def test_a_brand_sees_what_it_can_have_and_nothing_of_other_brands(
    call: Call, oxford_market: Database
) -> None:
    list_each_other(oxford_market)
    call("fab1", "PUT", "/v1/materials/oxford", WHOLE)
    call("fab1", "PUT", "/v1/materials/oxford/reservations/other", {**KEPT, "quantity": "1000"})
    unreserved = call("acme", "GET", "/v1/materials/oxford?factory=fab1").json()
    call("fab1", "PUT", "/v1/materials/oxford/reservations/acme", KEPT)

    seen = call("acme", "GET", "/v1/materials/oxford?factory=fab1")

    body = seen.json()
    assert unreserved["reserved"] is None
    updated_at = body["reserved"].pop("updated_at")
    assert updated_at == body["reserved"].pop("as_of")
    assert body == {
        "material": "oxford",
        "factory": "fab1",
        "name": "Oxford 210D",
        "unit": "m",
        "available": "0",
        "reserved": {
            "brand": "acme",
            "quantity": "250.25",
            "left": "250.25",
            "until": FAR.isoformat(),
            "reserved_by": "factory",
        },
        "arriving": [{"quantity": "250.5006", "due_date": FAR.isoformat()}],
        "returns": True,
        "replenishment_lead_time_days": 28.0,
        "minimum_buy": "300",
        "season_end": "2026-09-30",
        "as_of": "2026-03-01T06:00:00Z",
    }
    assert call("acme", "GET", "/v1/materials").json()["data"] == [seen.json()]


def test_a_material_is_seen_by_its_factory_and_by_brands_that_use_it_or_have_it_reserved(
    call: Call, oxford_market: Database
) -> None:
    for factory in ("fab1", "fab2"):
        call(factory, "PUT", "/v1/materials/oxford", OXFORD)
        call(factory, "PUT", "/v1/materials/nylon", OXFORD)
        call(factory, "PUT", "/v1/materials/felt", OXFORD)
    call("fab1", "PUT", "/v1/materials/nylon/reservations/acme", KEPT)

    def listed(key: str, query: str = "") -> list[tuple[str, str]]:
        rows = call(key, "GET", f"/v1/materials{query}").json()["data"]
        return [(row["factory"], row["material"]) for row in rows]

    assert listed("acme") == [("fab1", "nylon"), ("fab1", "oxford")]
    assert listed("ops", "?brand=acme") == [("fab1", "nylon"), ("fab1", "oxford")]
    assert listed("other") == [("fab2", "oxford")]
    assert listed("fab1") == [("fab1", "felt"), ("fab1", "nylon"), ("fab1", "oxford")]
    assert listed("fab1", "?brand=acme") == [("fab1", "nylon"), ("fab1", "oxford")]
    answers = {
        (key, path): call(key, "GET", f"/v1/materials/{path}").status_code
        for key, path in [
            ("acme", "felt"),
            ("acme", "oxford?factory=fab2"),
            ("other", "nylon"),
            ("fab1", "oxford?brand=other"),
            ("fab2", "cotton"),
            ("ops", "oxford"),
        ]
    }
    assert answers == {
        ("acme", "felt"): 404,
        ("acme", "oxford?factory=fab2"): 404,
        ("other", "nylon"): 404,
        ("fab1", "oxford?brand=other"): 404,
        ("fab2", "cotton"): 404,
        ("ops", "oxford"): 400,
    }


def test_a_brand_names_the_factory_where_two_have_a_material_of_one_id(
    call: Call, oxford_market: Database
) -> None:
    list_each_other(oxford_market)
    call("fab1", "PUT", "/v1/materials/oxford", OXFORD)
    call("fab2", "PUT", "/v1/materials/oxford", OXFORD)

    unnamed = call("acme", "GET", "/v1/materials/oxford")
    named = call("acme", "GET", "/v1/materials/oxford?factory=fab2")

    assert (unnamed.status_code, unnamed.json()["code"]) == (400, "missing_parameter")
    assert named.json()["factory"] == "fab2"


def test_only_a_factory_and_operators_for_it_write(call: Call) -> None:
    refused = [
        call("acme", "PUT", "/v1/materials/oxford", OXFORD),
        call("acme", "DELETE", "/v1/materials/oxford"),
        call("acme", "PUT", "/v1/materials/oxford/reservations/acme", KEPT),
        call("acme", "DELETE", "/v1/materials/oxford/reservations/acme"),
    ]

    assert {answer.status_code for answer in refused} == {403}
    assert call("ops", "PUT", "/v1/materials/oxford", OXFORD).json()["code"] == "missing_parameter"
    assert call("ops", "PUT", "/v1/materials/oxford?factory=fab1", OXFORD).status_code == 201
    kept = call("ops", "PUT", "/v1/materials/oxford/reservations/acme?factory=fab1", KEPT)
    assert (kept.status_code, kept.json()["reserved_by"]) == (201, "ops")


def test_a_brand_that_does_not_list_the_factory_answers_as_one_that_does_not_exist(
    call: Call,
) -> None:
    call("fab1", "PUT", "/v1/materials/oxford", OXFORD)

    answers = [
        call("fab1", method, f"/v1/materials/oxford/reservations/{brand}", body)
        for method, body in [("PUT", KEPT), ("DELETE", None)]
        for brand in ("other", "nobody")
    ]

    assert {answer.status_code for answer in answers} == {404}
    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert all(body == bodies[0] for body in bodies)


def test_a_reservation_of_a_brand_that_left_is_neither_shown_nor_kept(
    call: Call, oxford_market: Database
) -> None:
    list_each_other(oxford_market)
    call("fab1", "PUT", "/v1/materials/oxford", OXFORD)
    call("fab1", "PUT", "/v1/materials/oxford/reservations/other", KEPT)
    with oxford_market.write() as session:
        session.execute(delete(BrandFactory).where(BrandFactory.brand_id == 2))

    shown = call("fab1", "GET", "/v1/materials/oxford").json()

    assert (shown["reservations"], shown["free"]) == ([], "850.0005")
    assert call("acme", "GET", "/v1/materials/oxford").json()["available"] == "850.0005"


def test_no_more_is_reserved_than_is_there_and_free(call: Call, oxford_market: Database) -> None:
    list_each_other(oxford_market)
    call("fab1", "PUT", "/v1/materials/oxford", {**OXFORD, "on_hand": "100"})
    path = "/v1/materials/oxford/reservations"
    call("fab1", "PUT", f"{path}/other", {**KEPT, "quantity": "60"})

    answers = [
        call("fab1", "PUT", f"{path}/acme", {**KEPT, "quantity": quantity})
        for quantity in ("40.0001", "30", "40")
    ]

    assert [answer.status_code for answer in answers] == [409, 201, 200]
    assert answers[0].json()["code"] == "over_reserved"


def test_a_reservation_makes_due_the_styles_made_of_the_material(
    call: Call, oxford_market: Database
) -> None:
    call("fab1", "PUT", "/v1/materials/oxford", OXFORD)
    with oxford_market.write() as session:
        session.execute(delete(DueWork))

    call("fab1", "PUT", "/v1/materials/oxford/reservations/acme", KEPT)

    assert due(oxford_market) == {(1, 2)}


def test_what_is_removed_is_gone_with_its_reservations(call: Call) -> None:
    call("fab1", "PUT", "/v1/materials/oxford", OXFORD)
    path = "/v1/materials/oxford/reservations/acme"
    call("fab1", "PUT", path, KEPT)

    freed = call("fab1", "DELETE", path)
    freed_again = call("fab1", "DELETE", path)
    call("fab1", "PUT", path, KEPT)
    removed = call("fab1", "DELETE", "/v1/materials/oxford")
    removed_again = call("fab1", "DELETE", "/v1/materials/oxford")

    assert [freed.status_code, freed_again.status_code] == [204, 404]
    assert [removed.status_code, removed_again.status_code] == [204, 404]
    assert call("fab1", "PUT", "/v1/materials/oxford", OXFORD).json()["reservations"] == []


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"name": ""}, "/name", "too_short"),
        ({"unit": "x" * 21}, "/unit", "too_long"),
        ({"on_hand": "-1"}, "/on_hand", "bad_quantity"),
        ({"on_hand": "1.00001"}, "/on_hand", "bad_quantity"),
        ({"on_hand": True}, "/on_hand", "bad_quantity"),
        ({"on_hand": None}, "/on_hand", "bad_quantity"),
        ({"on_hand": "10000000001"}, "/on_hand", "quantity_too_large"),
        ({"as_of": "2099-01-01T00:00:00Z"}, "/as_of", "in_future"),
        (
            {"arriving": [{"quantity": "0", "due_date": "2099-01-01"}]},
            "/arriving/0/quantity",
            "too_small",
        ),
        ({"arriving": [{"quantity": "1"}]}, "/arriving/0/due_date", "missing"),
        (
            {"arriving": [{"quantity": "1", "due_date": "2020-01-01"}]},
            "/arriving/0/due_date",
            "in_past",
        ),
        ({"returns": "no"}, "/returns", "not_a_boolean"),
        (
            {"returns": False, "replenishment_lead_time_days": 3},
            "/replenishment_lead_time_days",
            "does_not_return",
        ),
        ({"minimum_buy": "x"}, "/minimum_buy", "bad_quantity"),
        ({"unit_cost": "1"}, "/unit_cost", "missing_currency"),
        ({"scrap_value": "1"}, "/scrap_value", "missing_currency"),
        ({"reserved": []}, "/reserved", "unknown_field"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_bad_value_is_named_and_nothing_is_stored(
    call: Call, change: dict[str, Any], pointer: str, code: str
) -> None:
    answer = call("fab1", "PUT", "/v1/materials/oxford", {**OXFORD, **change})

    assert problem(answer) == (422, {pointer: code})
    assert call("fab1", "GET", "/v1/materials").json()["data"] == []


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"quantity": "0"}, "/quantity", "too_small"),
        ({"quantity": "1e3"}, "/quantity", "bad_quantity"),
        ({"until": "2020-01-01"}, "/until", "in_past"),
        ({"until": None}, "/until", "bad_day"),
        ({"as_of": "2099-01-01T00:00:00Z"}, "/as_of", "in_future"),
        ({"brand": "acme"}, "/brand", "unknown_field"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_bad_reservation_is_named_and_nothing_is_stored(
    call: Call, change: dict[str, Any], pointer: str, code: str
) -> None:
    call("fab1", "PUT", "/v1/materials/oxford", OXFORD)

    answer = call("fab1", "PUT", "/v1/materials/oxford/reservations/acme", {**KEPT, **change})

    assert problem(answer) == (422, {pointer: code})
    assert call("fab1", "GET", "/v1/materials/oxford").json()["reservations"] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_list_is_paged_by_factory_and_id(call: Call) -> None:
    for code in ("b", "a", "c"):
        call("fab1", "PUT", f"/v1/materials/{code}", OXFORD)

    first = call("fab1", "GET", "/v1/materials?limit=2").json()
    second = call("fab1", "GET", f"/v1/materials?limit=2&cursor={first['next_cursor']}").json()

    assert [row["material"] for row in first["data"]] == ["a", "b"]
    assert [row["material"] for row in second["data"]] == ["c"]
