"""The exports of platforms, by the headings that they have; the rows are our own."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.catalog.tables import Sku
from app.sales.tables import SalesRow
from app.stock.tables import StockLevel
from tests.imports.site import Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SHOPIFY = """\
Name,Email,Financial Status,Paid at,Created at,Lineitem quantity,Lineitem name,Lineitem price,\
Lineitem sku,Lineitem requires shipping,Cancelled at,Refunded Amount,Id
#1001,a@example.com,paid,2026-03-01 10:15:03 +0100,2026-03-01 10:15:00 +0100,2,Tee M,39.00,S1-M,true,,0.00,5301
#1001,a@example.com,,,2026-03-01 10:15:00 +0100,1,Tee M again,39.00,S1-M,true,,,
#1001,a@example.com,,,2026-03-01 10:15:00 +0100,1,Gift card,50.00,S2,false,,,
#1002,b@example.com,voided,,2026-03-02 09:00:00 +0100,3,Tee L,39.00,S1-L,true,2026-03-02 12:00:00 +0100,,5302
#1002,b@example.com,,,2026-03-02 09:00:00 +0100,1,Bag,12.50,S2,true,,,
#1003,c@example.com,refunded,,2026-03-03 09:00:00 +0100,1,Bag,12.50,S2,true,,12.50,5303
"""  # noqa: E501  lines of a file

AMAZON = """\
amazon-order-id	merchant-order-id	purchase-date	last-updated-date	order-status	sales-channel	ship-service-level	product-name	sku	asin	item-status	quantity	currency	item-price
111-1	x	2026-03-01T09:15:00+00:00	2026-03-02T09:15:00+00:00	Shipped	Amazon.de	Standard	Tee	S1-M	B0	Shipped	2	EUR	78.00
111-2	x	2026-03-01T10:15:00+00:00	2026-03-01T11:15:00+00:00	Cancelled	Amazon.de	Standard	Tee	S1-L	B0	Cancelled	0	EUR	0.00
111-3	x	2026-03-01T11:15:00+00:00	2026-03-01T12:15:00+00:00	Cancelled	Amazon.de	Standard	Bag	S2	B0	Cancelled	1	EUR	12.50
"""  # noqa: E501  a line of a file

WOOCOMMERCE = """\
order_id,order_number,order_date,status,item_id,item_sku,item_quantity,item_total
71,71,2026-03-01 10:15:00,completed,1,S1-M,2,78.00
71,71,2026-03-01 10:15:00,completed,2,S1-M,1,39.00
72,72,2026-03-01 11:15:00,wc-cancelled,3,S2,1,12.50
73,73,2026-03-01 12:15:00,failed,4,S2,1,12.50
"""

NETSTOCK = """\
date,item_code,location,quantity
2026-03-08,S2,MAIN,4
2026-03-08,S2,NORTH,4
2026-03-09,S2,MAIN,0
2026-03-10,S2,MAIN,1
"""


def stored(site: Site) -> list[tuple[object, ...]]:
    codes = dict(site.rows(Sku, "id", "code"))
    rows = site.rows(SalesRow, "order_id", "sku_id", "kind", "quantity", "unit_price")
    return sorted(((row[0], codes[row[1]], *row[2:]) for row in rows), key=repr)


def test_a_shopify_export_is_recognised_and_a_cancelled_order_taken_back(site: Site) -> None:
    done = site.take(SHOPIFY.encode())

    assert done["read_as"]["preset"] == "shopify-orders"
    assert done["rows"] == {
        "read": 6, "stored": 5, "duplicate": 0, "rejected": 0,
        "left_out": {"needs no shipping": 1},
    }  # fmt: skip
    assert stored(site) == [
        ("1001", "S1-M", "sale", 1, Decimal(39)),
        ("1001", "S1-M", "sale", 2, Decimal(39)),
        ("1002", "S1-L", "cancellation", 3, None),
        ("1002", "S1-L", "sale", 3, Decimal(39)),
        ("1002", "S2", "cancellation", 1, None),
        ("1002", "S2", "sale", 1, Decimal("12.5")),
        ("1003", "S2", "sale", 1, Decimal("12.5")),
    ]
    assert done["read_as"]["warnings"][0].startswith("orders were refunded")


def test_a_later_export_with_other_orders_before_adds_only_what_is_new(site: Site) -> None:
    site.take(SHOPIFY.encode())
    header, *rows = SHOPIFY.splitlines()
    earlier = rows[-1].replace("#1003", "#900").replace("5303", "4900")

    done = site.take("\n".join([header, earlier, *rows]).encode())

    assert (done["rows"]["stored"], done["rows"]["duplicate"]) == (1, 5)


def test_an_amazon_report_prices_the_unit(site: Site) -> None:
    done = site.take(AMAZON.encode(), name="report.txt")

    assert done["read_as"]["preset"] == "amazon-orders"
    assert done["rows"]["left_out"] == {"cancelled": 1}
    assert stored(site) == [
        ("111-1", "S1-M", "sale", 2, Decimal(39)),
        ("111-3", "S2", "cancellation", 1, None),
        ("111-3", "S2", "sale", 1, Decimal("12.5")),
    ]


def test_a_woocommerce_export_knows_its_lines_and_what_was_never_paid(site: Site) -> None:
    done = site.take(WOOCOMMERCE.encode())

    assert done["rows"]["left_out"] == {"not paid: failed": 1}
    assert [row[:4] for row in stored(site)] == [
        ("71", "S1-M", "sale", 1),
        ("71", "S1-M", "sale", 2),
        ("72", "S2", "cancellation", 1),
        ("72", "S2", "sale", 1),
    ]


def test_a_days_total_counts_once_it_is_over_and_is_never_doubled(site: Site) -> None:
    first = site.take(NETSTOCK.encode(), preset="netstock-sales")
    again = site.take(
        NETSTOCK.replace("2026-03-08,S2,MAIN,4", "2026-03-08,S2,MAIN,5").encode(),
        preset="netstock-sales",
    )

    assert first["rows"]["stored"] == 2
    assert first["rows"]["left_out"] == {"day not over": 1, "no units": 1}
    assert (again["rows"]["stored"], again["rows"]["duplicate"]) == (0, 1)
    assert site.errors(again["id"])[0].startswith("2,event_id,event_conflict")


def test_a_history_of_stock(site: Site) -> None:
    done = site.take(
        b"Date,Item Code,SOH\n2026-03-01,S2,4\n2026-03-02,S2,0\n", kind="stock",
        preset="stock-history",
    )  # fmt: skip

    assert done["rows"]["stored"] == 2
    assert [on_hand for (on_hand,) in site.rows(StockLevel, "on_hand")] == [0, 4]


def test_a_preset_of_another_kind_is_refused_by_name(site: Site) -> None:
    answer = site.send(SHOPIFY.encode(), kind="stock", preset="shopify-orders")

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/preset", "unknown_value")
    assert error["message"] == "must be a preset for stock: stock-history"


def test_a_mapping_that_worked_is_remembered_for_the_same_columns(site: Site) -> None:
    header = b"when,what,how many\n"
    mapping = {"sku": "what", "quantity": "how many", "occurred_at": "when"}
    site.take(header + b"2026-03-01,S2,1\n", mapping=mapping)

    done = site.take(header + b"2026-03-02,S2,1\n")

    assert (done["status"], done["rows"]["stored"]) == ("done", 1)
    assert done["read_as"]["mapping"] == "as in an earlier file with these columns"


@pytest.mark.parametrize(
    ("mapping", "code"),
    [({"sku": "absent"}, "unknown_column"), ({"colour": "what"}, "unknown_field")],
)
def test_a_mapping_to_what_is_not_there_fails_in_words(
    site: Site, mapping: dict[str, str], code: str
) -> None:
    done = site.take(b"when,what,how many\n2026-03-01,S2,1\n", mapping=json.dumps(mapping))

    assert done["error"]["code"] == code


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-03-01T10:15:00+01:00", datetime(2026, 3, 1, 9, 15, tzinfo=UTC)),
        ("2026-03-01 10:15", datetime(2026, 3, 1, 9, 15, tzinfo=UTC)),
        ("1.3.2026", datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("13/02/2026 10:15", datetime(2026, 2, 13, 9, 15, tzinfo=UTC)),
        ("02/13/2026 10:15 PM", datetime(2026, 2, 13, 21, 15, tzinfo=UTC)),
        ("1 Mar 2026", datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("Mar 1, 2026 10:15:30 UTC", datetime(2026, 3, 1, 10, 15, 30, tzinfo=UTC)),
        ("20260301", datetime(2026, 3, 1, 11, tzinfo=UTC)),
    ],
)
def test_dates_are_read_as_people_write_them(site: Site, said: str, at: datetime) -> None:
    site.take(f'sku,quantity,date\nS2,1,"{said}"\n'.encode())

    assert site.rows(SalesRow, "occurred_at") == [(at,)]
