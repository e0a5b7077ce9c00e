"""What a tenant reads of what was done: its own, and all of it."""

from sqlalchemy import select

from app.audit.chain import first_break
from app.audit.tables import AuditEntry
from app.database.database import Database
from tests.parties.conftest import BRAND, House
from tests.web.asgi import Client


def told(client: Client) -> list[tuple[str, str, str, bool]]:
    rows = client.get("/v1/audit").json()["data"]
    return [(row["role"], row["action"], row["subject"], row["key"] is None) for row in rows]


def test_keys_made_rotated_and_revoked_are_in_the_log(house: House, database: Database) -> None:
    made = house.issue(role="brand", brand="acme")["id"]
    new = house.ops.post(f"/v1/api-keys/{made}/rotate", {}).json()["id"]
    for _ in range(2):
        house.ops.send("DELETE", f"/v1/api-keys/{new}")

    assert told(house.ops) == [
        ("ops", "key.made", made, False),
        ("ops", "key.rotated", new, False),
        ("ops", "key.revoked", new, False),
    ]
    with database.read() as session:
        assert first_break(session) is None


def test_a_tenant_reads_its_own_entries_and_not_who_of_the_other_side(house: House) -> None:
    house.ops.put("/v1/brands/acme", BRAND)
    house.ops.put("/v1/brands/zeta", BRAND)
    house.ops.put("/v1/factories/fab2", {"name": "Fab", "timezone": "Asia/Kolkata"})
    house.brand.put(
        "/v1/styles/S1",
        {"name": "S", "currency": "EUR", "price": "39.00", "skus": [{"sku": "S1"}]},
    )

    assert told(house.brand) == [
        ("ops", "brand.set", "acme", True),
        ("brand", "style.set", "S1", False),
    ]
    assert told(house.factory) == []
    assert len(told(house.ops)) == 4


def test_a_refused_act_is_not_in_the_log(house: House, database: Database) -> None:
    house.brand.put(
        "/v1/styles/S1",
        {"name": "S", "currency": "USD", "price": "39.00", "skus": [{"sku": "S1"}]},
    )

    with database.read() as session:
        assert session.scalars(select(AuditEntry)).all() == []


def test_the_log_is_read_in_pages_that_do_not_tell_how_much_others_do(house: House) -> None:
    for _ in range(3):
        house.ops.put("/v1/brands/zeta", BRAND)
        house.ops.put("/v1/brands/acme", BRAND)

    pages = [house.brand.get("/v1/audit?limit=2").json()]
    while pages[-1]["has_more"]:
        cursor = pages[-1]["next_cursor"]
        pages.append(house.brand.get(f"/v1/audit?limit=2&cursor={cursor}").json())

    assert [len(page["data"]) for page in pages] == [2, 1]
    assert all("seq" not in row for page in pages for row in page["data"])
