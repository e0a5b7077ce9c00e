import random
from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database.database import Database
from app.demand.days import DemandDay, demand_days
from app.parties.refs import BrandRef
from app.sales.ingest import SalesEvent, store_sales
from app.stock.ledger import receive
from app.stock.report import ReportedLevel, store_levels
from tests.sales.shop import AT, add_style, forget_events, open_brand, sale, sku_id, utc


def days(
    database: Database, brand: BrandRef, first: str, last: str, code: str = "A"
) -> list[DemandDay]:
    with database.read() as session:
        return demand_days(
            session,
            brand,
            sku_id(session, code),
            first=date.fromisoformat(first),
            last=date.fromisoformat(last),
        )


def store(database: Database, brand: BrandRef, *events: SalesEvent) -> None:
    with database.write() as session:
        store_sales(session, brand, events, at=AT)


def report(database: Database, brand: BrandRef, *levels: tuple[int, str]) -> None:
    with database.write() as session:
        store_levels(
            session,
            brand,
            [ReportedLevel("A", on_hand, utc(as_of)) for on_hand, as_of in levels],
            at=AT,
        )


def column(rows: list[DemandDay], name: str) -> list[Any]:
    return [getattr(row, name) for row in rows]


def test_every_day_has_a_row_both_ends_included(database: Database, brand: BrandRef) -> None:
    store(
        database,
        brand,
        sale("e0", "2026-03-01 12:00", 9),
        sale("e1", "2026-03-02 12:00", 3),
        sale("e2", "2026-03-02 13:00", 2),
        sale("e3", "2026-03-04 12:00", 1),
        sale("e4", "2026-03-05 12:00", 9),
        sale("e5", "2026-03-03 12:00", 4, sku="B"),
    )

    rows = days(database, brand, "2026-03-02", "2026-03-04")

    assert rows[0] == DemandDay(date(2026, 3, 2), 5, 0, 0, 5, 1.0, censored=False)
    assert column(rows, "date") == [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)]
    assert column(rows, "demand_units") == [5, 0, 1]


def test_a_cancellation_takes_demand_back_on_the_day_of_its_sale(
    database: Database, brand: BrandRef
) -> None:
    store(
        database,
        brand,
        sale("e1", "2026-03-02 12:00", 5, order_id="o1"),
        sale("e2", "2026-03-04 12:00", 3),
        sale("e3", "2026-03-04 13:00", 2, kind="cancellation", order_id="o1"),
    )

    rows = days(database, brand, "2026-03-02", "2026-03-04")

    assert column(rows, "cancelled_units") == [2, 0, 0]
    assert column(rows, "demand_units") == [3, 0, 3]


def test_a_cancellation_whose_order_names_no_sale_of_the_sku_counts_on_its_own_day(
    database: Database, brand: BrandRef
) -> None:
    with database.write() as session:
        other = open_brand(session, "other")
        add_style(session, other, "S2", ["OTHER"])
    store(database, other, sale("e0", "2026-03-02 12:00", 5, order_id="o1", sku="OTHER"))
    store(
        database,
        brand,
        sale("e1", "2026-03-02 12:00", 5),
        sale("e2", "2026-03-02 12:00", 5, order_id="o1", sku="B"),
        sale("e3", "2026-03-03 12:00", 5, order_id="o1", kind="return"),
        sale("e4", "2026-03-04 12:00", 9),
        sale("e5", "2026-03-04 13:00", 2, kind="cancellation", order_id="o1"),
        sale("e6", "2026-03-04 13:00", 1, kind="cancellation"),
    )

    rows = days(database, brand, "2026-03-02", "2026-03-04")

    assert column(rows, "cancelled_units") == [0, 0, 3]
    assert column(rows, "demand_units") == [5, 0, 6]


def test_demand_is_never_below_zero_and_returns_are_apart(
    database: Database, brand: BrandRef
) -> None:
    store(
        database,
        brand,
        sale("e1", "2026-03-02 12:00", 1),
        sale("e2", "2026-03-02 12:00", 3, kind="cancellation"),
        sale("e3", "2026-03-03 12:00", 2, kind="return"),
    )

    rows = days(database, brand, "2026-03-02", "2026-03-03")

    assert column(rows, "demand_units") == [0, 0]
    assert column(rows, "cancelled_units") == [3, 0]
    assert column(rows, "returned_units") == [0, 2]


def test_a_level_of_zero_means_out_until_the_next_report_above_it(
    database: Database, brand: BrandRef
) -> None:
    report(
        database,
        brand,
        (4, "2026-03-02 06:00"),
        (0, "2026-03-03 11:00"),  # noon in Paris
        (0, "2026-03-04 11:00"),
        (5, "2026-03-05 17:00"),
        (0, "2026-03-06 23:00"),  # midnight in Paris
    )

    rows = days(database, brand, "2026-03-01", "2026-03-08")

    assert column(rows, "in_stock_share") == [1.0, 1.0, 0.5, 0.0, 0.25, 1.0, 0.0, 0.0]
    assert column(rows, "censored") == [False, False, True, True, True, False, True, True]


def test_a_receipt_ends_a_stock_out_unless_the_report_counted_it(
    database: Database, brand: BrandRef
) -> None:
    report(database, brand, (0, "2026-03-02 23:00"), (0, "2026-03-04 23:00"))
    with database.write() as session:
        a = sku_id(session, "A")
        for reference, at in (("r0", "2026-03-02 23:00"), ("r1", "2026-03-03 11:00")):
            receive(session, brand.id, source="run", reference=reference, units={a: 9}, at=utc(at))

    rows = days(database, brand, "2026-03-03", "2026-03-05")

    assert column(rows, "in_stock_share") == [0.5, 1.0, 0.0]


def test_before_any_report_nothing_is_censored(database: Database, brand: BrandRef) -> None:
    store(database, brand, sale("e1", "2026-03-02 12:00"))

    assert column(days(database, brand, "2026-03-02", "2026-03-03"), "censored") == [False, False]


def test_a_share_is_of_the_hours_the_day_really_has(database: Database) -> None:
    outs = {
        "Europe/Paris": ("2026-03-28 23:00", "2026-03-29 10:30", "2026-03-29"),
        "America/New_York": ("2025-11-02 04:00", "2025-11-02 16:30", "2025-11-02"),
        "America/Santiago": ("2025-09-07 04:00", "2025-09-07 15:30", "2025-09-07"),
        "Africa/Cairo": ("2025-10-30 21:00", "2025-10-31 10:00", "2025-10-30"),
        "Pacific/Apia": ("2011-12-30 10:00", "2011-12-30 22:00", "2011-12-30"),
    }
    shares = {}
    for zone, (out, back, day) in outs.items():
        with database.write() as session:
            brand = open_brand(session, zone, timezone=zone)
            add_style(session, brand, "S2", [zone])
            levels = [ReportedLevel(zone, 0, utc(out)), ReportedLevel(zone, 1, utc(back))]
            store_levels(session, brand, levels, at=AT)
        shares[zone] = column(days(database, brand, day, day, zone), "in_stock_share")

    assert shares == {
        "Europe/Paris": [0.5],  # 11.5 of 23 hours
        "America/New_York": [0.5],  # 12.5 of 25
        "America/Santiago": [0.5],  # 11.5 of 23, midnight skipped
        "Africa/Cairo": [24 / 25],  # the last of 25
        "Pacific/Apia": [1.0],  # the day that never was
    }


EVENTS = (
    sale("e1", "2026-03-02 12:00", 5, order_id="o1"),
    sale("e2", "2026-03-02 22:59:59", 2, order_id="o2"),
    sale("e3", "2026-03-02 23:00", 3, order_id="o3"),
    sale("e4", "2026-03-04 10:00", 2, kind="cancellation", order_id="o1"),
    sale("e5", "2026-03-04 11:00", 1, kind="cancellation", order_id="o3"),
    sale("e6", "2026-03-04 12:00", 1, kind="return", order_id="o2"),
    sale("e7", "2026-03-04 12:00", 4),
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 14), max_size=4))
def test_order_repetition_and_batching_change_nothing(
    database: Database, brand: BrandRef, seed: int, cuts: list[int]
) -> None:
    with database.write() as session:
        forget_events(session)
    events = [*EVENTS, *EVENTS]
    random.Random(seed).shuffle(events)  # noqa: S311 - a test's order, no secret
    edges = [0, *sorted(cuts), len(events)]

    for start, end in pairwise(edges):
        store(database, brand, *events[start:end])

    rows = days(database, brand, "2026-03-02", "2026-03-04")
    assert column(rows, "sold_units") == [7, 3, 4]
    assert column(rows, "cancelled_units") == [2, 1, 0]
    assert column(rows, "returned_units") == [0, 0, 1]
