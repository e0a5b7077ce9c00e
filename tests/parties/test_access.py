"""Who may do what for whom."""

import time
from datetime import date

import pytest
from sqlalchemy import select

from app.database.database import Database
from app.main import create_app
from app.parties.keyring import Caller, KeyRing
from app.sales.tables import SalesRow
from app.settings import Settings
from tests.parties.conftest import BRAND, House
from tests.web.asgi import Client

STYLE = {
    "style": "S2",
    "name": "Boot",
    "currency": "EUR",
    "price": "40.00",
    "skus": [{"sku": "A", "colorway": "BLK", "size": "M"}],
}
SALE = {
    "event_id": "e1",
    "sku": "A",
    "kind": "sale",
    "quantity": 1,
    "occurred_at": "2026-03-01T12:00:00Z",
}
"""At noon in London it is the next day in Auckland."""


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("PUT", "/v1/brands/acme"),
        ("PUT", "/v1/factories/fab1"),
        ("PUT", "/v1/clock"),
        ("POST", "/v1/api-keys"),
        ("GET", "/v1/api-keys"),
        ("DELETE", "/v1/api-keys/key_1"),
    ],
)
def test_only_ops_run_the_house(house: House, method: str, url: str) -> None:
    body = None if method in {"GET", "DELETE"} else {}

    assert house.brand.send(method, url, json=body).status_code == 403
    assert house.factory.send(method, url, json=body).status_code == 403


def test_brand_routes_are_for_the_brand_itself_and_for_ops_who_name_it(house: House) -> None:
    styles = "/v1/styles"

    assert house.brand.get(styles).status_code == 200
    assert house.brand.get(f"{styles}?brand=acme").status_code == 200
    assert house.factory.get(styles).status_code == 403
    assert house.ops.get(f"{styles}?brand=acme").status_code == 200
    unnamed = house.ops.get(styles)
    assert [unnamed.status_code, unnamed.json()["code"]] == [400, "missing_parameter"]


def test_factory_routes_are_for_the_factory_itself_and_for_ops_who_name_it(house: House) -> None:
    offers = "/v1/offers"

    assert house.factory.get(offers).status_code == 200
    assert house.factory.get(f"{offers}?factory=fab1").status_code == 200
    assert house.ops.get(f"{offers}?factory=fab1").status_code == 200
    unnamed = house.ops.get(offers)
    assert [unnamed.status_code, unnamed.json()["code"]] == [400, "missing_parameter"]


@pytest.mark.parametrize(
    ("who", "foreign", "unknown"),
    [
        ("brand", "/v1/styles?brand=zeta", "/v1/styles?brand=nobody"),
        ("factory", "/v1/offers?factory=fab2", "/v1/offers?factory=nobody"),
        ("factory", "/v1/factories/fab2/feed", "/v1/factories/nobody/feed"),
        ("brand", "/v1/brands/zeta", "/v1/brands/nobody"),
        ("factory", "/v1/factories/fab2", "/v1/factories/nobody"),
        ("factory", "/v1/brands/acme", "/v1/brands/nobody"),
        ("brand", "/v1/runs?brand=zeta", "/v1/runs?brand=nobody"),
        ("brand", "/v1/runs?factory=fab2", "/v1/runs?factory=nobody"),
        ("factory", "/v1/runs?brand=zeta", "/v1/runs?brand=nobody"),
    ],
)
def test_what_is_foreign_looks_like_what_does_not_exist(
    house: House, who: str, foreign: str, unknown: str
) -> None:
    client: Client = getattr(house, who)

    seen = [client.get(foreign, headers={"X-Request-Id": "same"}) for _ in range(2)]
    missing = client.get(unknown, headers={"X-Request-Id": "same"})

    assert seen[0].status_code == 404
    assert seen[0].content == missing.content


def test_a_look_up_that_had_to_wait_is_remembered_no_longer_for_it() -> None:
    ring, caller = KeyRing(), Caller("key_1", "ops", None, None)

    ring.remember("at once", caller, asked=time.monotonic())
    ring.remember("after a second", caller, asked=time.monotonic() - 1)

    assert (ring.recall("at once"), ring.recall("after a second")) == (caller, None)


def test_a_look_up_that_was_under_way_when_something_changed_is_not_remembered() -> None:
    ring, caller = KeyRing(), Caller("key_1", "ops", None, None)
    asked = time.monotonic()

    ring.forget()
    ring.remember("before", caller, asked=asked)
    ring.remember("after", caller, asked=time.monotonic())

    assert (ring.recall("before"), ring.recall("after")) == (None, caller)


def test_what_changes_of_a_brand_that_operators_name_holds_elsewhere_within_a_second(
    house: House, database: Database, database_url: str
) -> None:
    elsewhere = create_app(Settings(database_url=database_url, sandbox=True), database)
    there = Client(elsewhere, house.ops.key)
    there.post("/v1/catalog?brand=acme", {"styles": [STYLE]}).raise_for_status()

    house.ops.put("/v1/brands/acme", {**BRAND, "timezone": "Pacific/Auckland"}).raise_for_status()
    time.sleep(0.6)
    there.post("/v1/sales?brand=acme", {"events": [SALE]}).raise_for_status()

    with database.read() as session:
        assert session.scalars(select(SalesRow.day)).all() == [date(2026, 3, 2)]


def test_a_changed_brand_is_seen_by_the_next_request(house: House) -> None:
    house.brand.get("/v1/styles")

    house.ops.put("/v1/brands/acme", {**BRAND, "name": "Acme & Sons"})

    assert house.brand.get("/v1/brands/acme").json()["name"] == "Acme & Sons"


def test_each_key_lists_its_own_party_only(house: House) -> None:
    def codes(client: Client, kind: str, field: str) -> list[str]:
        return [row[field] for row in client.get(f"/v1/{kind}").json()["data"]]

    assert codes(house.ops, "brands", "brand") == ["acme", "zeta"]
    assert codes(house.brand, "brands", "brand") == ["acme"]
    assert codes(house.factory, "brands", "brand") == []
    assert codes(house.ops, "factories", "factory") == ["fab1", "fab2"]
    assert codes(house.factory, "factories", "factory") == ["fab1"]
    assert codes(house.brand, "factories", "factory") == []
