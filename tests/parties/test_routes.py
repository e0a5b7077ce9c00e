"""Brands and factories, written by ops and read back."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.catalog.tables import Sku
from app.database.database import Database
from app.jobs.tables import DueWork
from app.parties.queries import brand_named
from app.sales.tables import SalesRow
from tests.parties.conftest import BRAND, FACTORY, House

STYLE = {
    "name": "S", "currency": "EUR", "price": "39.00",
    "skus": [{"sku": "S-M", "colorway": "BLK", "size": "M"}],
}  # fmt: skip


def test_a_brand_is_new_once_and_reads_back_with_its_defaults(house: House) -> None:
    first = house.ops.put("/v1/brands/nova", BRAND)
    again = house.ops.put("/v1/brands/nova", BRAND)

    assert [first.status_code, again.status_code] == [201, 200]
    assert again.json() == house.ops.get("/v1/brands/nova").json()
    assert again.json() == {
        "brand": "nova",
        "name": "Acme",
        "timezone": "Europe/Paris",
        "currency": "EUR",
        "review_period_days": 7,
        "release": "auto",
        "release_limit": None,
        "factories": [],
        "counter_tolerance": "0.00",
        "respond_within_hours": 48,
        "open_to_buy": None,
        "share_forecast": False,
        "created_at": "2026-03-02T10:15:00Z",
    }


def test_a_put_replaces_everything(house: House) -> None:
    full = {**BRAND, "factories": ["fab2", "fab1"], "release_limit": "100", "open_to_buy": 0.5}
    assert house.ops.put("/v1/brands/acme", full).json()["factories"] == ["fab1", "fab2"]

    plain = house.ops.put("/v1/brands/acme", BRAND).json()

    assert plain["factories"] == []
    assert plain["release_limit"] is None
    assert plain["open_to_buy"] is None


def test_money_of_a_brand_is_stored_exactly(house: House, database: Database) -> None:
    house.ops.put(
        "/v1/brands/acme", {**BRAND, "release_limit": 0.0001, "open_to_buy": "9999999999"}
    )

    with database.read() as session:
        stored = brand_named(session, "acme")

    assert stored is not None
    assert stored.release_limit == Decimal("0.0001")
    assert house.ops.get("/v1/brands/acme").json()["open_to_buy"] == "9999999999.00"


def test_a_brand_lists_only_factories_that_exist(house: House) -> None:
    answer = house.ops.put("/v1/brands/acme", {**BRAND, "factories": ["fab1", "nobody"]})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {
            "pointer": "/factories/1",
            "code": "unknown_factory",
            "message": "there is no such factory",
        }
    ]
    assert house.ops.get("/v1/brands/acme").json()["factories"] == ["fab1"]


@pytest.mark.parametrize(
    "change",
    [
        {"timezone": "Paris"},
        {"currency": "eur"},
        {"review_period_days": 0},
        {"review_period_days": 366},
        {"release": "sometimes"},
        {"release_limit": -1},
        {"respond_within_hours": 0},
        {"share_forecast": "yes"},
        {"share_forecast": 1},
        {"factories": "fab1"},
        {"name": ""},
        {"name": None},
        {"colour": "red"},
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_brand_that_is_not_valid_is_refused_by_field(
    house: House, change: dict[str, object]
) -> None:
    answer = house.ops.put("/v1/brands/acme", {**BRAND, **change})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/" + next(iter(change))


@pytest.mark.parametrize(
    "change",
    [{"factories": ["fab1", "fab2"]}, {"factories": []}, {"review_period_days": 14},
     {"release": "manual"}, {"open_to_buy": "100"}, {"timezone": "Asia/Tokyo"}],
    ids=str,
)  # fmt: skip
def test_a_brand_with_other_rules_has_its_active_styles_decided_anew(
    house: House, database: Database, change: dict[str, object]
) -> None:
    house.brand.put("/v1/styles/S", STYLE)
    house.brand.put("/v1/styles/P", {**STYLE, "planning": "paused", "skus": [{"sku": "P"}]})
    same = {**BRAND, "factories": ["fab1"]}

    house.ops.put("/v1/brands/acme", same)
    unchanged = signals(database)
    house.ops.put("/v1/brands/acme", {**same, **change})

    assert unchanged == [1, 1]
    assert signals(database) == [2, 1]


def signals(database: Database) -> list[int]:
    """How often each style was marked due, in the order the styles were made."""
    with database.read() as session:
        return list(session.scalars(select(DueWork.generation).order_by(DueWork.key)))


def test_the_currency_is_fixed_once_there_are_styles(house: House) -> None:
    assert house.ops.put("/v1/brands/acme", {**BRAND, "currency": "SEK"}).status_code == 200
    house.ops.put("/v1/brands/acme", BRAND)
    assert house.brand.put("/v1/styles/S", STYLE).status_code == 201

    answer = house.ops.put("/v1/brands/acme", {**BRAND, "currency": "SEK"})

    assert [answer.status_code, answer.json()["code"]] == [409, "currency_fixed"]


def test_the_time_zone_is_fixed_once_there_are_events(house: House, database: Database) -> None:
    assert house.ops.put("/v1/brands/acme", {**BRAND, "timezone": "UTC"}).status_code == 200
    house.brand.put("/v1/styles/S", STYLE)
    with database.write() as session:
        brand = brand_named(session, "acme")
        assert brand is not None
        session.add(
            SalesRow(
                brand_id=brand.id,
                event_id="e1",
                sku_id=session.scalars(select(Sku.id)).one(),
                kind="sale",
                quantity=1,
                occurred_at=datetime(2026, 3, 1, tzinfo=UTC),
                day=date(2026, 3, 1),
            )
        )

    answer = house.ops.put("/v1/brands/acme", {**BRAND, "timezone": "Europe/Paris"})

    assert [answer.status_code, answer.json()["code"]] == [409, "timezone_fixed"]


def test_a_factory_is_new_once_and_reads_back(house: House) -> None:
    matrix = {"S1": {"S2": 1.5, "S2/BLK": 2}}

    first = house.ops.put("/v1/factories/fab9", {**FACTORY, "setup_matrix": matrix})
    again = house.ops.put("/v1/factories/fab9", {**FACTORY, "setup_matrix": matrix})

    assert [first.status_code, again.status_code] == [201, 200]
    assert house.ops.get("/v1/factories/fab9").json() == {
        "factory": "fab9",
        "name": "Fab",
        "timezone": "Asia/Kolkata",
        "setup_matrix": matrix,
        "created_at": "2026-03-02T10:15:00Z",
    }


@pytest.mark.parametrize("hours", [-1, "2", True, None, 10_001])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_changeover_hours_are_numbers_from_nothing_up(house: House, hours: object) -> None:
    body = {**FACTORY, "setup_matrix": {"S1": {"S2": hours}}}

    answer = house.ops.put("/v1/factories/fab9", body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/setup_matrix/S1/S2"


def test_brands_are_listed_page_by_page(house: House) -> None:
    first = house.ops.get("/v1/brands?limit=1")
    target = first.headers["link"].removeprefix("<").split(">")[0]

    assert first.json()["data"][0]["brand"] == "acme"
    assert house.ops.get(target).json()["data"][0]["brand"] == "zeta"


@pytest.mark.parametrize("code", ["a%20b", "a%2Fb", "%C3%A9", "a" * 65])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_id_out_of_form_is_refused(house: House, code: str) -> None:
    assert house.ops.put(f"/v1/brands/{code}", BRAND).status_code in {404, 422}
