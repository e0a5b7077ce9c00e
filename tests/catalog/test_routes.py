from collections.abc import Callable
from typing import Any

import httpx
import pytest

Call = Callable[..., httpx.Response]

STYLE: dict[str, Any] = {
    "name": "City S2",
    "currency": "EUR",
    "price": "39.00",
    "skus": [{"sku": "S2-BLK-M", "colorway": "BLK", "size": "M"}],
}
WHOLE: dict[str, Any] = {
    **STYLE,
    "category": "scooter",
    "attributes": {"fabric": "oxford"},
    "planning": "paused",
    "test": {"budget": "500.00", "until": "2026-05-01"},
    "launch_date": "2026-03-01",
    "end_of_life_date": "2026-09-01",
    "successor": "S3",
    "like": ["S1"],
    "materials": [{"material": "oxford", "per_unit": 1.4}],
    "salvage_value": "8.00",
    "holding_cost_per_unit_week": "0.0512",
    "lost_sale_cost": "1.50",
    "backorder_share": 0.1,
    "return_rate": 0.2,
    "resalable_share": 0.9,
}


def codes(answer: httpx.Response) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


def test_a_style_reads_back_as_it_was_put(call: Call) -> None:
    put = call("PUT", "/v1/styles/S2", WHOLE)

    got = call("GET", "/v1/styles/S2")

    assert put.status_code == 201
    assert got.status_code == 200
    assert got.json() == put.json()
    assert {name: got.json()[name] for name in WHOLE} == WHOLE
    assert got.json()["style"] == "S2"


def test_what_is_left_out_has_the_contracts_defaults(call: Call) -> None:
    call("PUT", "/v1/styles/S2", WHOLE)

    again = call("PUT", "/v1/styles/S2", STYLE)

    assert again.status_code == 200
    answer = again.json()
    answer.pop("updated_at")
    assert answer == {
        **STYLE,
        "style": "S2",
        "category": None,
        "attributes": {},
        "planning": "active",
        "test": None,
        "launch_date": None,
        "end_of_life_date": None,
        "successor": None,
        "like": [],
        "materials": [],
        "salvage_value": "0.00",
        "holding_cost_per_unit_week": "0.00",
        "lost_sale_cost": "0.00",
        "backorder_share": 0.0,
        "return_rate": None,
        "resalable_share": 1.0,
    }


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"price": "-1"}, "/price", "bad_money"),
        ({"price": "1.00001"}, "/price", "bad_money"),
        ({"currency": "eur"}, "/currency", "bad_text"),
        ({"currency": "USD"}, "/currency", "currency_mismatch"),
        ({"skus": []}, "/skus", "too_few"),
        ({"skus": [{"sku": "a"}, {"sku": "a"}]}, "/skus", "repeated"),
        ({"skus": [{"sku": "a\u202eb"}]}, "/skus/0/sku", "bad_text"),
        ({"return_rate": 1.2}, "/return_rate", "too_large"),
        ({"resalable_share": "0.5"}, "/resalable_share", "not_a_number"),
        ({"planning": "later"}, "/planning", "unknown_value"),
        ({"end_of_life_date": "2026-02-30"}, "/end_of_life_date", "bad_day"),
        (
            {"launch_date": "2026-03-01", "end_of_life_date": "2026-03-01"},
            "/end_of_life_date",
            "end_before_launch",
        ),
        ({"like": ["S1", "S1"]}, "/like", "repeated"),
        ({"like": ["S2"]}, "/like", "names_itself"),
        ({"successor": "S2"}, "/successor", "names_itself"),
        ({"test": {"budget": "5"}}, "/test/until", "missing"),
        ({"materials": [{"material": "m", "per_unit": 0}]}, "/materials/0/per_unit", "too_small"),
        ({"colour": "red"}, "/colour", "unknown_field"),
        ({"name": None}, "/name", "not_a_text"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_bad_value_is_named_and_nothing_is_stored(
    call: Call, change: dict[str, Any], pointer: str, code: str
) -> None:
    answer = call("PUT", "/v1/styles/S2", {**STYLE, **change})

    assert answer.status_code == 422
    assert codes(answer) == {pointer: code}
    assert call("GET", "/v1/styles/S2").status_code == 404


def test_a_sku_of_another_style_is_a_conflict_that_names_it(call: Call) -> None:
    call("PUT", "/v1/styles/S2", STYLE)

    answer = call("PUT", "/v1/styles/S3", STYLE)

    assert answer.status_code == 409
    assert answer.json()["code"] == "sku_taken"
    assert codes(answer) == {"/skus/0/sku": "sku_taken"}


def test_another_brand_does_not_see_the_style(call: Call, other_key: str) -> None:
    call("PUT", "/v1/styles/S2", STYLE)

    assert call("GET", "/v1/styles/S2", key=other_key).status_code == 404
    assert call("GET", "/v1/styles/S2?brand=acme", key=other_key).status_code == 404
    assert call("GET", "/v1/styles", key=other_key).json()["data"] == []


def test_the_list_is_paged_by_id_and_filtered_by_planning(call: Call) -> None:
    for style, planning in [("B", "active"), ("A", "active"), ("C", "ended"), ("D", "active")]:
        body = {**STYLE, "planning": planning, "skus": [{"sku": f"{style}-1"}]}
        call("PUT", f"/v1/styles/{style}", body)

    first = call("GET", "/v1/styles?planning=active&limit=2").json()
    cursor = first["next_cursor"]
    second = call("GET", f"/v1/styles?planning=active&limit=2&cursor={cursor}").json()

    assert [row["style"] for row in first["data"]] == ["A", "B"]
    assert [row["skus"][0]["sku"] for row in first["data"]] == ["A-1", "B-1"]
    assert first["has_more"]
    assert [row["style"] for row in second["data"]] == ["D"]
    assert (second["has_more"], second["next_cursor"]) == (False, None)
    assert call("GET", f"/v1/styles?limit=2&cursor={cursor}").status_code == 400
    assert call("GET", "/v1/styles?planning=soon").status_code == 400


def test_a_catalog_is_answered_row_by_row(call: Call) -> None:
    call("PUT", "/v1/styles/S2", STYLE)
    fresh = {**STYLE, "skus": [{"sku": "S3-M"}]}
    body = {
        "styles": [
            {"style": "S2", **STYLE},
            {"style": "S3", **fresh},
            {"style": "S4", **STYLE},
            {"style": "S5", **STYLE, "currency": "USD"},
        ]
    }

    answer = call("POST", "/v1/catalog", body)

    assert answer.status_code == 200
    assert answer.json()["accepted"] == 2
    assert answer.json()["rejected"] == 2
    assert results(answer)[:2] == [
        {"index": 0, "style": "S2", "status": "accepted", "created": False},
        {"index": 1, "style": "S3", "status": "accepted", "created": True},
    ]
    assert [(row["index"], row["status"], row["code"]) for row in results(answer)[2:]] == [
        (2, "rejected", "sku_taken"),
        (3, "rejected", "currency_mismatch"),
    ]


def results(answer: httpx.Response) -> list[dict[str, Any]]:
    return list(answer.json()["results"])


def test_an_invalid_value_in_one_style_refuses_the_whole_catalog(call: Call) -> None:
    body = {"styles": [{"style": "S2", **STYLE}, {"style": "S3", **STYLE, "price": "free"}]}

    answer = call("POST", "/v1/catalog", body)

    assert answer.status_code == 422
    assert codes(answer) == {"/styles/1/price": "bad_money"}
    assert call("GET", "/v1/styles").json()["data"] == []


def test_a_catalog_of_which_nothing_can_be_taken_is_refused_with_results(call: Call) -> None:
    answer = call("POST", "/v1/catalog", {"styles": [{"style": "S2", **STYLE, "currency": "USD"}]})

    assert answer.status_code == 422
    assert answer.json()["code"] == "all_rejected"
    assert results(answer) == [
        {
            "index": 0,
            "style": "S2",
            "status": "rejected",
            "code": "currency_mismatch",
            "message": "the brand's currency is EUR",
        }
    ]
