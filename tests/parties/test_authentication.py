"""Who shows a key, and whether it is good."""

import time

from app.database.database import Database
from app.main import create_app
from app.settings import Settings
from tests.parties.conftest import House
from tests.web.asgi import Client


def test_a_request_needs_a_good_key(house: House) -> None:
    good = house.brand.key or ""
    shown = {
        "none": {},
        "a bad one": {"Authorization": "Bearer sr_live_nonsense"},
        "a changed one": {"Authorization": f"Bearer {good[:-1]}x"},
        "another scheme": {"Authorization": f"Basic {good}"},
        "two different ones": {"Authorization": f"Bearer {good}", "X-API-Key": good[::-1]},
    }
    nobody = Client(house.app)

    statuses = {
        name: nobody.get("/v1/clock", headers=headers).status_code
        for name, headers in shown.items()
    }

    assert statuses == dict.fromkeys(shown, 401)


def test_a_key_may_come_in_either_header(house: House) -> None:
    nobody = Client(house.app)
    key = house.brand.key or ""

    assert nobody.get("/v1/clock", headers={"X-API-Key": key}).status_code == 200
    assert nobody.get("/v1/clock", headers={"Authorization": f"bearer {key}"}).status_code == 200


def test_a_revoked_key_is_refused_at_once_here_and_within_a_second_elsewhere(
    house: House, database_url: str
) -> None:
    database = Database(database_url)
    elsewhere = create_app(Settings(database_url=database_url, sandbox=True), database)
    issued = house.issue(role="brand", brand="acme")
    here, there = Client(house.app, issued["key"]), Client(elsewhere, issued["key"])
    assert [here.get("/v1/clock").status_code, there.get("/v1/clock").status_code] == [200, 200]

    revoked = house.ops.send("DELETE", f"/v1/api-keys/{issued['id']}")

    assert revoked.status_code == 204
    assert here.get("/v1/clock").status_code == 401
    time.sleep(0.6)
    assert there.get("/v1/clock").status_code == 401
    database.close()


def test_a_key_ends_by_the_services_clock(house: House) -> None:
    key = house.issue(role="brand", brand="acme", expires_at="2026-03-03T00:00:00Z")["key"]
    client = Client(house.app, key)
    assert client.get("/v1/clock").status_code == 200

    house.ops.put("/v1/clock", {"now": "2026-03-03T00:00:00Z"})

    assert client.get("/v1/clock").status_code == 401
