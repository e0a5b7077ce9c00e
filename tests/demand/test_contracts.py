"""Known demand in a panel: what is to come, and which past order was a line's own."""

from datetime import date

import pytest

from app.catalog.queries import style_ids_by_code
from app.database.database import Database
from app.demand.build import build_panels
from app.demand.known import Expectation, KnownItem, store_known_demand
from app.demand.panel import DemandPanel, KnownLine
from app.parties.refs import BrandRef
from app.sales.ingest import SalesEvent, store_sales
from tests.sales.shop import AT, add_style, open_brand, sale

ORIGIN = date(2026, 4, 1)


def know(
    database: Database, brand: BrandRef, reference: str, sku: str, quantity: int, due: date
) -> None:
    with database.write() as session:
        item = KnownItem(reference, sku, Expectation(quantity, due, 0.8))
        store_known_demand(session, brand, [item], at=AT)


def sell(database: Database, brand: BrandRef, *events: SalesEvent) -> None:
    with database.write() as session:
        store_sales(session, brand, events, at=AT)


def panel_of(database: Database, brand: BrandRef, *, period_days: int = 7) -> DemandPanel:
    with database.read() as session:
        ids = sorted(style_ids_by_code(session, brand.id).values())
        [panel] = build_panels(session, brand, ids, origin=ORIGIN, period_days=period_days)
    return panel


def test_orders_and_the_largest_of_each_week_are_counted(
    database: Database, brand: BrandRef
) -> None:
    sell(
        database,
        brand,
        sale("1", "2026-03-20 12:00", 2),
        sale("2", "2026-03-21 12:00", 40),
        sale("3", "2026-03-21 13:00", 1),
        sale("4", "2026-03-26 12:00", 30, order_id="o4"),
        sale("5", "2026-03-27 12:00", 25, kind="cancellation", order_id="o4"),
        sale("6", "2026-03-28 12:00", 3, kind="return"),
    )

    panel = panel_of(database, brand)

    assert panel.demand.tolist() == [[43, 5], [0, 0]]
    assert panel.orders.tolist() == [[3, 1], [0, 0]]
    assert panel.largest.tolist() == [[40, 5], [0, 0]]


def test_days_have_their_own_orders(database: Database, brand: BrandRef) -> None:
    sell(database, brand, sale("1", "2026-03-30 12:00", 2), sale("2", "2026-03-31 12:00", 9))

    panel = panel_of(database, brand, period_days=1)

    assert panel.orders[0].tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert panel.largest[0].tolist() == [0, 0, 0, 0, 0, 2, 9]


def test_what_is_due_from_the_origin_on_is_known_by_due_date(
    database: Database, brand: BrandRef
) -> None:
    sell(database, brand, sale("1", "2026-03-20 12:00", 2))
    know(database, brand, "LATE", "B", 9, date(2026, 6, 1))
    know(database, brand, "NOW", "A", 5, date(2026, 4, 1))
    know(database, brand, "PAST", "A", 5, date(2026, 3, 31))
    know(database, brand, "BEYOND", "A", 5, date(2029, 4, 1))

    panel = panel_of(database, brand)

    assert panel.known == (
        KnownLine(0, "NOW", 5, date(2026, 4, 1), 0.8),
        KnownLine(1, "LATE", 9, date(2026, 6, 1), 0.8),
    )


def test_another_brands_known_demand_is_its_own(database: Database, brand: BrandRef) -> None:
    with database.write() as session:
        other = open_brand(session, "other")
        add_style(session, other, "S2", ["A"])
    know(database, other, "THEIRS", "A", 5, date(2026, 5, 1))

    assert panel_of(database, brand).known == ()


def test_the_large_order_of_a_line_is_no_base_demand(database: Database, brand: BrandRef) -> None:
    know(database, brand, "HIRING", "A", 40, date(2026, 3, 20))
    sell(
        database,
        brand,
        sale("1", "2026-03-12 12:00", 4),
        sale("2", "2026-03-19 12:00", 3),
        sale("3", "2026-03-26 12:00", 38),
        sale("4", "2026-03-26 13:00", 2),
    )

    panel = panel_of(database, brand)

    assert panel.demand[0].tolist() == [4, 3, 40]
    assert panel.contracted[0].tolist() == [0, 0, 38]
    assert panel.base_demand[0].tolist() == [4, 3, 2]
    assert panel.largest[0].tolist() == [4, 3, 2]


@pytest.mark.parametrize("quantities", [(1,) * 40, (19, 19)], ids=["one by one", "in halves"])
def test_a_line_that_many_orders_served_stays_base_demand(
    database: Database, brand: BrandRef, quantities: tuple[int, ...]
) -> None:
    know(database, brand, "PRE", "A", 40, date(2026, 3, 20))
    sell(
        database,
        brand,
        *(sale(f"e{at}", "2026-03-19 12:00", each) for at, each in enumerate(quantities)),
    )

    panel = panel_of(database, brand)

    assert panel.contracted.sum() == 0
    assert panel.base_demand.sum() == sum(quantities)


def test_lines_to_come_consume_as_much_as_earlier_ones_were_base_demand(
    database: Database, brand: BrandRef
) -> None:
    with database.write() as session:
        add_style(session, brand, "S3", ["C"])
    know(database, brand, "CONTRACT", "A", 50, date(2026, 3, 20))
    know(database, brand, "PRE-ORDERS", "B", 75, date(2026, 3, 20))
    for sku in ("A", "C"):
        know(database, brand, "NEXT", sku, 50, date(2026, 5, 1))
    sell(
        database,
        brand,
        sale("1", "2026-03-20 12:00", 50),
        *(sale(f"b{number}", "2026-03-19 12:00", 1, "B") for number in range(60)),
        sale("2", "2026-03-20 12:00", 50, "C"),
    )

    panel = panel_of(database, brand)

    assert {line.sku: line.consumes for line in panel.known} == {0: 0.5, 2: 1.0}


def test_what_an_early_order_served_is_not_to_come_any_more(
    database: Database, brand: BrandRef
) -> None:
    for reference, sku, due in (("SOON", "A", 3), ("SOON", "B", 3), ("LATER", "A", 20)):
        know(database, brand, reference, sku, 40, date(2026, 4, due))
    sell(
        database,
        brand,
        sale("1", "2026-03-30 12:00", 40),
        sale("2", "2026-03-30 12:00", 30, "B"),
        sale("3", "2026-03-16 12:00", 40),
    )

    panel = panel_of(database, brand)

    assert panel.known == (
        KnownLine(1, "SOON", 10, date(2026, 4, 3), 0.8, 0.0),
        KnownLine(0, "LATER", 40, date(2026, 4, 20), 0.8, 0.0),
    )
    assert panel.base_demand.tolist() == [[40, 0, 0], [0, 0, 0]]


def test_lines_take_no_more_than_was_sold(database: Database, brand: BrandRef) -> None:
    know(database, brand, "ONE", "A", 30, date(2026, 3, 20))
    know(database, brand, "TWO", "A", 30, date(2026, 3, 21))
    sell(database, brand, sale("1", "2026-03-20 12:00", 40), sale("2", "2026-03-20 13:00", 5))

    panel = panel_of(database, brand)

    assert panel.contracted[0].tolist() == [45, 0]
    assert panel.base_demand.min() == 0
