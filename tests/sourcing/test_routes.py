from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from app.database.database import Database
from app.parties.tables import BrandFactory

Call = Callable[..., httpx.Response]

OFFER: dict[str, Any] = {
    "brand": "acme",
    "mode": "small_batch",
    "currency": "EUR",
    "price_breaks": [{"min_quantity": 1, "unit_cost": "14.00"}],
    "lead_time_days": {"mean": 21, "sd": 3},
}
WHOLE: dict[str, Any] = {
    "brand": "acme",
    "styles": ["S2"],
    "mode": "large_batch",
    "made_to_order": True,
    "currency": "EUR",
    "price_break_kind": "incremental",
    "price_breaks": [
        {"min_quantity": 1, "unit_cost": "14.00"},
        {"min_quantity": 200, "unit_cost": "12.1051"},
    ],
    "setup_cost": "120.00",
    "colorway_setup_cost": "30.00",
    "setup_hours": 2.5,
    "setup_loss_units": 3,
    "tooling_cost": "1000.00",
    "freight_per_unit": "0.80",
    "freight_per_run": "15.00",
    "moq": {"run": 50, "colorway": 20, "sku": 5},
    "order_multiple": 5,
    "max_quantity": 2000,
    "lead_time_days": {"mean": 21.5, "sd": 3.0},
    "lead_time_days_with_material": {"mean": 9.5, "sd": 1.0},
    "yield_rate": 0.97,
    "yield_sd": 0.02,
    "early_run": {"units": 20, "yield_rate": 0.8},
    "capacity_per_week": 1500,
    "valid_from": "2026-01-01",
    "valid_to": "2026-12-31",
}


def codes(answer: httpx.Response) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


def test_an_offer_reads_back_as_it_was_put(call: Call) -> None:
    put = call("fab1", "PUT", "/v1/offers/S2-large", WHOLE)

    got = call("fab1", "GET", "/v1/offers/S2-large")

    assert put.status_code == 201
    assert got.json() == put.json()
    assert {name: got.json()[name] for name in WHOLE} == WHOLE
    assert (got.json()["offer"], got.json()["factory"]) == ("S2-large", "fab1")


def test_what_is_left_out_has_the_contracts_defaults(call: Call) -> None:
    call("fab1", "PUT", "/v1/offers/o", WHOLE)

    again = call("fab1", "PUT", "/v1/offers/o", OFFER)

    assert again.status_code == 200
    answer = again.json()
    answer.pop("updated_at")
    assert answer == {
        **OFFER,
        "offer": "o",
        "factory": "fab1",
        "styles": None,
        "made_to_order": False,
        "price_break_kind": "all_units",
        "setup_cost": "0.00",
        "colorway_setup_cost": "0.00",
        "setup_hours": 0.0,
        "setup_loss_units": 0,
        "tooling_cost": "0.00",
        "freight_per_unit": "0.00",
        "freight_per_run": "0.00",
        "moq": {"run": 0, "colorway": 0, "sku": 0},
        "order_multiple": 1,
        "max_quantity": None,
        "lead_time_days_with_material": None,
        "yield_rate": 1.0,
        "yield_sd": 0.0,
        "early_run": None,
        "capacity_per_week": None,
        "valid_from": None,
        "valid_to": None,
    }


def breaks(*steps: tuple[int, str]) -> dict[str, Any]:
    return {"price_breaks": [{"min_quantity": n, "unit_cost": cost} for n, cost in steps]}


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"currency": "USD"}, "/currency", "currency_mismatch"),
        ({"mode": "medium"}, "/mode", "unknown_value"),
        (breaks(), "/price_breaks", "too_few"),
        (breaks((0, "1")), "/price_breaks/0/min_quantity", "too_small"),
        (breaks((1, "0")), "/price_breaks/0/unit_cost", "too_small"),
        (breaks((1, "2"), (1, "1")), "/price_breaks", "not_ascending"),
        (breaks((9, "2"), (1, "1")), "/price_breaks", "not_ascending"),
        ({"styles": []}, "/styles", "too_few"),
        ({"moq": {"run": -1}}, "/moq/run", "too_small"),
        ({"moq": {"run": 50}, "max_quantity": 49}, "/max_quantity", "max_below_moq"),
        ({**breaks((50, "2")), "max_quantity": 49}, "/max_quantity", "max_below_moq"),
        ({"order_multiple": 0}, "/order_multiple", "too_small"),
        ({"lead_time_days": {"mean": -1}}, "/lead_time_days/mean", "too_small"),
        ({"lead_time_days": {"mean": 731}}, "/lead_time_days/mean", "too_large"),
        ({"lead_time_days": 21}, "/lead_time_days", "not_an_object"),
        (
            {"lead_time_days_with_material": {"mean": 21.5}},
            "/lead_time_days_with_material",
            "not_shorter",
        ),
        ({"yield_sd": 0.51}, "/yield_sd", "too_large"),
        ({"early_run": {"units": 0, "yield_rate": 0.5}}, "/early_run/units", "too_small"),
        (
            {"yield_rate": 0.9, "early_run": {"units": 5, "yield_rate": 0.91}},
            "/early_run",
            "above_yield_rate",
        ),
        ({"yield_rate": 0}, "/yield_rate", "too_small"),
        ({"yield_rate": 1.01}, "/yield_rate", "too_large"),
        ({"setup_loss_units": 1.5}, "/setup_loss_units", "not_an_integer"),
        ({"capacity_per_week": True}, "/capacity_per_week", "not_an_integer"),
        ({"made_to_order": "yes"}, "/made_to_order", "not_a_boolean"),
        (
            {"valid_from": "2026-03-02", "valid_to": "2026-03-01"},
            "/valid_to",
            "end_before_start",
        ),
        ({"price": "1"}, "/price", "unknown_field"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_bad_value_is_named_and_nothing_is_stored(
    call: Call, change: dict[str, Any], pointer: str, code: str
) -> None:
    answer = call("fab1", "PUT", "/v1/offers/o", {**OFFER, **change})

    assert answer.status_code == 422
    assert codes(answer) == {pointer: code}
    assert call("fab1", "GET", "/v1/offers").json()["data"] == []


def test_a_brand_that_does_not_list_the_factory_answers_as_one_that_does_not_exist(
    call: Call,
) -> None:
    unlisted = call("fab1", "PUT", "/v1/offers/o", {**OFFER, "brand": "other"})
    unknown = call("fab1", "PUT", "/v1/offers/o", {**OFFER, "brand": "nobody"})

    assert unlisted.status_code == unknown.status_code == 404
    assert {**unlisted.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}


def test_an_offer_is_seen_by_its_factory_its_brand_and_operators_only(call: Call) -> None:
    call("fab1", "PUT", "/v1/offers/o", OFFER)

    seen = {
        (key, query): call(key, "GET", f"/v1/offers/o{query}").status_code
        for key, query in [
            ("fab1", ""),
            ("fab1", "?brand=acme"),
            ("fab1", "?brand=other"),
            ("acme", ""),
            ("acme", "?factory=fab1"),
            ("acme", "?factory=fab2"),
            ("fab2", ""),
            ("other", ""),
            ("other", "?brand=acme"),
            ("ops", ""),
            ("ops", "?factory=fab1"),
            ("ops", "?brand=acme"),
            ("ops", "?brand=other"),
        ]
    }

    assert seen == {
        ("fab1", ""): 200,
        ("fab1", "?brand=acme"): 200,
        ("fab1", "?brand=other"): 404,
        ("acme", ""): 200,
        ("acme", "?factory=fab1"): 200,
        ("acme", "?factory=fab2"): 404,
        ("fab2", ""): 404,
        ("other", ""): 404,
        ("other", "?brand=acme"): 404,
        ("ops", ""): 400,
        ("ops", "?factory=fab1"): 200,
        ("ops", "?brand=acme"): 200,
        ("ops", "?brand=other"): 404,
    }


def test_a_brand_cannot_put_an_offer_and_operators_name_the_factory(call: Call) -> None:
    assert call("acme", "PUT", "/v1/offers/o", OFFER).status_code == 403
    assert call("ops", "PUT", "/v1/offers/o", OFFER).json()["code"] == "missing_parameter"
    assert call("ops", "PUT", "/v1/offers/o?factory=fab1", OFFER).status_code == 201


def test_a_brand_names_the_factory_where_two_use_the_same_id(call: Call, market: Database) -> None:
    with market.write() as session:
        session.execute(insert(BrandFactory).values(brand_id=1, factory_id=2))
    call("fab1", "PUT", "/v1/offers/o", OFFER)
    call("fab2", "PUT", "/v1/offers/o", OFFER)

    unnamed = call("acme", "GET", "/v1/offers/o")
    named = call("acme", "GET", "/v1/offers/o?factory=fab2")

    assert (unnamed.status_code, unnamed.json()["code"]) == (400, "missing_parameter")
    assert named.json()["factory"] == "fab2"


def test_the_list_is_paged_by_factory_and_id(call: Call, market: Database) -> None:
    with market.write() as session:
        session.execute(insert(BrandFactory).values(brand_id=1, factory_id=2))
    for factory, offer in [("fab2", "a"), ("fab1", "b"), ("fab1", "a"), ("fab2", "b")]:
        call(factory, "PUT", f"/v1/offers/{offer}", OFFER)

    first = call("acme", "GET", "/v1/offers?limit=3").json()
    second = call("acme", "GET", f"/v1/offers?limit=3&cursor={first['next_cursor']}").json()

    assert [(row["factory"], row["offer"]) for row in first["data"]] == [
        ("fab1", "a"),
        ("fab1", "b"),
        ("fab2", "a"),
    ]
    assert [(row["factory"], row["offer"]) for row in second["data"]] == [("fab2", "b")]
    assert not second["has_more"]
