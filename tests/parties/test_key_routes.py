"""Keys: made once, shown once, rotated with overlap, revoked."""

import pytest
from sqlalchemy import select

from app.database.database import Database
from app.parties.tables import ApiKey
from tests.parties.conftest import House
from tests.web.asgi import Client


def works(house: House, key: str) -> bool:
    return Client(house.app, key).get("/v1/clock").status_code == 200


def test_a_key_is_shown_once_and_only_its_hash_is_stored(house: House, database: Database) -> None:
    issued = house.issue(role="brand", brand="acme")

    listed = house.ops.get(f"/v1/api-keys/{issued['id']}").json()
    with database.read() as session:
        row = session.scalars(select(ApiKey).where(ApiKey.id == issued["id"])).one()

    assert works(house, issued["key"])
    assert "key" not in listed
    assert listed["brand"] == "acme"
    assert listed["hint"] == issued["key"][:12]
    assert issued["key"] not in str(vars(row))


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"role": "brand"}, "/brand", "missing"),
        ({"role": "factory", "brand": "acme"}, "/brand", "not_for_this_role"),
        ({"role": "ops", "factory": "fab1"}, "/factory", "not_for_this_role"),
        ({"role": "brand", "brand": "nobody"}, "/brand", "unknown_brand"),
        ({"role": "factory", "factory": "nobody"}, "/factory", "unknown_factory"),
        ({"role": "ops", "expires_at": "2026-03-02T10:15:00Z"}, "/expires_at", "in_past"),
        ({"role": "king"}, "/role", "unknown_value"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_key_for_nobody_is_not_made(
    house: House, body: dict[str, str], pointer: str, code: str
) -> None:
    answer = house.ops.post("/v1/api-keys", {"name": "x", **body})

    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]


def test_a_rotated_key_works_on_for_its_overlap(house: House) -> None:
    old = house.issue(role="factory", factory="fab1")

    new = house.ops.post(f"/v1/api-keys/{old['id']}/rotate", {"overlap_seconds": 3600}).json()

    assert [works(house, old["key"]), works(house, new["key"])] == [True, True]
    assert new["factory"] == "fab1"
    house.ops.put("/v1/clock", {"now": "2026-03-02T11:15:00Z"})
    assert [works(house, old["key"]), works(house, new["key"])] == [False, True]


def test_a_key_rotated_without_overlap_stops_at_once(house: House) -> None:
    old = house.issue(role="factory", factory="fab1")

    new = house.ops.post(f"/v1/api-keys/{old['id']}/rotate", {}).json()

    assert [works(house, old["key"]), works(house, new["key"])] == [False, True]


def test_a_stopped_key_is_not_rotated(house: House) -> None:
    old = house.issue(role="factory", factory="fab1")
    house.ops.send("DELETE", f"/v1/api-keys/{old['id']}")

    answer = house.ops.post(f"/v1/api-keys/{old['id']}/rotate", {})

    assert [answer.status_code, answer.json()["code"]] == [409, "key_not_active"]


def test_revoking_twice_is_the_same_and_revoking_nothing_is_404(house: House) -> None:
    key_id = house.issue(role="brand", brand="acme")["id"]

    first = house.ops.send("DELETE", f"/v1/api-keys/{key_id}")
    again = house.ops.send("DELETE", f"/v1/api-keys/{key_id}")
    nothing = house.ops.send("DELETE", "/v1/api-keys/key_nothing")

    assert [first.status_code, again.status_code, nothing.status_code] == [204, 204, 404]


def test_a_repeated_request_gives_the_same_key_again(house: House) -> None:
    body = {"role": "brand", "brand": "acme", "name": "shop"}
    headers = {"Idempotency-Key": "k1"}

    first = house.ops.post("/v1/api-keys", body, headers=headers).json()
    again = house.ops.post("/v1/api-keys", body, headers=headers).json()

    assert first == again
    assert works(house, again["key"])


def test_keys_are_listed_in_the_order_they_were_made(house: House) -> None:
    rows = house.ops.get("/v1/api-keys").json()["data"]

    assert [row["role"] for row in rows] == ["ops", "brand", "factory"]
