import pytest

from app.database.database import Database
from app.parties.refs import BrandRef
from tests.sales.calling import Calling, named


@pytest.fixture
def call(database: Database, brand: BrandRef) -> Calling:
    return Calling(database, brand)


def test_levels_are_answered_row_by_row(call: Calling) -> None:
    level = {"sku": "A", "on_hand": 42, "as_of": "2026-03-02T06:00:00Z"}

    answer = call.post("/v1/stock", {"levels": [level, level, {**level, "sku": "x"}]})

    assert answer.status_code == 200
    assert answer.json() == {
        "accepted": 1,
        "duplicates": 1,
        "rejected": 1,
        "results": [
            {"index": 0, "status": "accepted"},
            {"index": 1, "status": "duplicate"},
            {
                "index": 2,
                "status": "rejected",
                "code": "unknown_sku",
                "message": "the brand has no such SKU",
            },
        ],
    }


def test_inbound_items_are_answered_row_by_row(call: Calling) -> None:
    item = {"reference": "PO-1", "sku": "A", "quantity": 60, "due_date": "2026-03-20"}
    received = {**item, "received_on": "2026-03-19"}

    answer = call.post("/v1/inbound", {"items": [item, item, received, {**item, "sku": "x"}]})

    assert answer.status_code == 200
    assert [row["status"] for row in answer.json()["results"]] == [
        "accepted",
        "duplicate",
        "accepted",
        "rejected",
    ]


def test_bodies_with_nothing_to_take_are_refused_with_their_results(call: Calling) -> None:
    level = {"sku": "x", "on_hand": 42, "as_of": "2026-03-02T06:00:00Z"}
    item = {"reference": "PO-1", "sku": "x", "quantity": 60, "due_date": "2026-03-20"}

    stock = call.post("/v1/stock", {"levels": [level]})
    inbound = call.post("/v1/inbound", {"items": [item]})

    assert (stock.status_code, stock.json()["code"]) == (422, "all_rejected")
    assert (inbound.status_code, inbound.json()["code"]) == (422, "all_rejected")
    assert inbound.json()["results"][0]["code"] == "unknown_sku"


def test_invalid_values_are_named(call: Calling) -> None:
    level = {"sku": "A", "on_hand": -1, "as_of": "2026-03-02"}
    item = {"reference": "PO 1", "sku": "A", "quantity": 1.5, "due_date": "20.3.2026"}

    stock = call.post("/v1/stock", {"levels": [level]})
    inbound = call.post("/v1/inbound", {"items": [item]})

    assert [pointer for pointer, _ in named(stock)] == ["/levels/0/on_hand", "/levels/0/as_of"]
    assert [pointer for pointer, _ in named(inbound)] == [
        "/items/0/reference",
        "/items/0/quantity",
        "/items/0/due_date",
    ]
