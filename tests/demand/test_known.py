"""Known demand: written down line by line, the last word on a line counts."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from app.database.database import Database
from app.demand.known import Expectation, KnownItem, store_known_demand
from app.jobs.tables import DueWork
from app.parties.refs import BrandRef
from tests.sales.calling import Calling, named
from tests.sales.shop import AT, add_style, open_brand

ITEM = {
    "reference": "PRE-1", "sku": "A", "quantity": 40, "due_date": "2026-04-15", "probability": 0.8,
}  # fmt: skip


@pytest.fixture
def call(database: Database, brand: BrandRef) -> Calling:
    return Calling(database, brand)


def test_each_line_is_answered_and_the_last_one_stands(call: Calling) -> None:
    items = [ITEM, ITEM, {**ITEM, "quantity": 50}, {**ITEM, "sku": "x"}, {**ITEM, "sku": "B"}]

    answer = call.post("/v1/known-demand", {"items": items})

    assert answer.status_code == 200
    assert [row["status"] for row in answer.json()["results"]] == [
        "accepted",
        "duplicate",
        "accepted",
        "rejected",
        "accepted",
    ]
    assert call.get("/v1/known-demand").json() == {
        "data": [{**ITEM, "quantity": 50}, {**ITEM, "sku": "B"}],
        "has_more": False,
        "next_cursor": None,
    }


def test_a_line_is_replaced_and_quantity_0_removes_it(call: Calling) -> None:
    call.post("/v1/known-demand", {"items": [ITEM, {**ITEM, "sku": "B"}]})

    later = {**ITEM, "due_date": "2026-05-01", "probability": 1}
    replaced = call.post(
        "/v1/known-demand", {"items": [later, {**ITEM, "sku": "B", "quantity": 0}]}
    )
    again = call.post("/v1/known-demand", {"items": [later, {**ITEM, "sku": "B", "quantity": 0}]})

    assert replaced.json()["accepted"] == 2
    assert again.json()["duplicates"] == 2
    assert call.get("/v1/known-demand").json()["data"] == [{**later, "probability": 1.0}]


def test_a_list_of_known_demand_has_pages(call: Calling) -> None:
    items = [{**ITEM, "reference": reference, "sku": sku} for reference in "ab" for sku in "AB"]
    call.post("/v1/known-demand", {"items": items})

    first = call.get("/v1/known-demand?limit=3").json()
    second = call.get(f"/v1/known-demand?limit=3&cursor={first['next_cursor']}").json()

    seen = [(item["reference"], item["sku"]) for item in first["data"] + second["data"]]
    assert seen == [("a", "A"), ("a", "B"), ("b", "A"), ("b", "B")]
    assert second["has_more"] is False


def test_known_demand_is_the_brands_own(call: Calling, database: Database) -> None:
    with database.write() as session:
        other = open_brand(session, "other")
        add_style(session, other, "S9", ["FOREIGN"])
    call.post("/v1/known-demand", {"items": [ITEM]})

    theirs = Calling(database, other)
    foreign = theirs.post("/v1/known-demand", {"items": [ITEM]})

    assert theirs.get("/v1/known-demand").json()["data"] == []
    assert (foreign.status_code, foreign.json()["code"]) == (422, "all_rejected")


def test_a_line_that_changes_marks_its_style_due(call: Calling, database: Database) -> None:
    call.post("/v1/known-demand", {"items": [ITEM]})
    call.post("/v1/known-demand", {"items": [ITEM]})

    with database.read() as session:
        assert session.scalars(select(DueWork.generation)).all() == [1]


def test_invalid_values_of_known_demand_are_named(call: Calling) -> None:
    bad = {"reference": "a b", "sku": "", "quantity": -1, "due_date": "15.4.", "probability": 1.1}

    answer = call.post("/v1/known-demand", {"items": [ITEM, bad, {"reference": "r", "sku": "A"}]})

    assert answer.status_code == 422
    assert named(answer) == [
        ("/items/1/reference", "bad_text"),
        ("/items/1/sku", "too_short"),
        ("/items/1/quantity", "too_small"),
        ("/items/1/due_date", "bad_day"),
        ("/items/1/probability", "too_large"),
        ("/items/2/quantity", "missing"),
        ("/items/2/due_date", "missing"),
        ("/items/2/probability", "missing"),
    ]
    assert call.get("/v1/known-demand").json()["data"] == []


def test_writers_who_replace_each_others_lines_wait_and_do_not_deadlock(
    brand: BrandRef, database: Database
) -> None:
    def lines(sku: str, units: int) -> list[KnownItem]:
        wanted = Expectation(units, date(2026, 4, 15), 0.8)
        return [KnownItem(f"PRE-{n}", sku, wanted) for n in range(40)]

    def write(items: Sequence[KnownItem]) -> set[str]:
        said: set[str] = set()
        for _ in range(15):
            with database.write() as session:
                said.update(store_known_demand(session, brand, items, at=AT))
        return said

    batches = [
        lines("A", 1) + lines("B", 0), lines("A", 0) + lines("B", 2),
        lines("A", 3) + lines("B", 3), lines("B", 4) + lines("A", 4),
    ]  # fmt: skip
    with ThreadPoolExecutor(4) as pool:
        said = set().union(*pool.map(write, batches))

    assert said <= {"accepted", "duplicate"}
