import pytest

from app.database.database import Database
from app.parties.refs import BrandRef
from app.sales.ingest import store_sales
from tests.sales.calling import Calling
from tests.sales.shop import AT, add_style, open_brand, sale


@pytest.fixture
def call(database: Database, brand: BrandRef) -> Calling:
    with database.write() as session:
        add_style(session, brand, "S3", ["S3/BLK M+ü"])
        add_style(session, open_brand(session, "other"), "S9", ["FOREIGN"])
        store_sales(session, brand, [sale("e1", "2026-03-02 12:00", 3, "S3/BLK M+ü")], at=AT)
    return Calling(database, brand)


def test_a_sku_with_any_characters_is_read_by_its_encoded_path(call: Calling) -> None:
    answer = call.get("/v1/demand/S3%2FBLK%20M%2B%C3%BC?from=2026-03-02&to=2026-03-03")

    assert answer.status_code == 200
    assert answer.json() == {
        "sku": "S3/BLK M+ü",
        "data": [
            {
                "date": "2026-03-02",
                "sold_units": 3,
                "cancelled_units": 0,
                "returned_units": 0,
                "demand_units": 3,
                "in_stock_share": 1.0,
                "censored": False,
            },
            {
                "date": "2026-03-03",
                "sold_units": 0,
                "cancelled_units": 0,
                "returned_units": 0,
                "demand_units": 0,
                "in_stock_share": 1.0,
                "censored": False,
            },
        ],
    }


def test_731_days_are_read_at_once_and_no_more(call: Calling) -> None:
    most = call.get("/v1/demand/A?from=2024-01-01&to=2025-12-31")
    more = call.get("/v1/demand/A?from=2024-01-01&to=2026-01-01")

    assert (most.status_code, len(most.json()["data"])) == (200, 731)
    assert (more.status_code, more.json()["code"]) == (400, "bad_parameter")


def test_a_range_that_makes_no_sense_is_refused(call: Calling) -> None:
    queries = ["", "?from=2026-03-02", "?from=2026-03-03&to=2026-03-02", "?from=x&to=2026-03-02"]

    answers = [call.get(f"/v1/demand/A{query}") for query in queries]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (400, "missing_parameter"),
        (400, "missing_parameter"),
        (400, "bad_parameter"),
        (400, "bad_parameter"),
    ]


def test_a_sku_that_is_not_the_brands_does_not_exist(call: Calling) -> None:
    query = "?from=2026-03-02&to=2026-03-02"

    answers = [call.get(f"/v1/demand/{sku}{query}") for sku in ("FOREIGN", "none", "a%00b")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert answers[0].json()["detail"] == answers[1].json()["detail"]
