"""Months of sales that are taken out: what was counted stays counted, once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.audit.tables import AuditEntry
from app.catalog.tables import Sku
from app.database.database import Database
from app.demand.closed_queries import (
    closed_net_units,
    closed_net_units_by_style,
    has_closed_days,
)
from app.demand.closing import closable, close_month
from app.demand.position import positions
from app.demand.queries import first_sale_days, units_by_day
from app.errors import SetupError
from app.imports.queries import units_by_sku
from app.parties.refs import BrandRef
from app.sales.ingest import Outcome, SalesEvent, store_sales
from app.sales.months import make_month, partitions
from app.sales.tables import ClosedMonth, EventId, SalesRow
from app.stock.report import ReportedLevel, store_levels
from tests.sales.shop import AT, add_style, open_brand, sale, sku_id, utc

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

JANUARY, FEBRUARY = date(2025, 1, 1), date(2025, 2, 1)
FIRST, DAYS = date(2024, 12, 1), 160

PAST = (
    sale("dec", "2024-12-31 12:00", 2, order_id="o1"),
    sale("eve", "2025-01-31 22:30", 4, order_id="o2"),
    sale("same", "2025-01-31 21:00", 9, order_id="o3"),
    sale("b1", "2025-01-10 08:00", 5, sku="B"),
    sale("b2", "2025-01-10 12:00", 3, sku="B"),
    sale("b3", "2025-01-10 13:00", 1, sku="B", kind="return"),
    sale("b4", "2025-01-10 18:00", 2, sku="B", kind="cancellation"),
    sale("c1", "2025-01-02 12:00", 1, order_id="o1", kind="cancellation"),
    sale("c2", "2025-02-03 12:00", 3, order_id="o2", kind="cancellation"),
    sale("r1", "2025-02-04 12:00", 2, order_id="o3", kind="return"),
    sale("feb", "2025-02-03 12:00", 7, order_id="o4"),
    sale("now", "2026-03-02 12:00", 6, order_id="o5"),
)


@pytest.fixture
def brand(database: Database) -> BrandRef:
    """A brand in Paris that sold from December 2024 on, and reported a level amid a day."""
    with database.write() as session:
        brand = open_brand(session)
        add_style(session, brand, "S2", ["A", "B"])
        levels = [
            ReportedLevel("A", 1000, utc("2025-01-15 12:00")),
            ReportedLevel("B", 100, utc("2025-01-10 10:00")),
        ]
        store_levels(session, brand, levels, at=AT)
    store(database, brand, *PAST)
    return brand


def store(database: Database, brand: BrandRef, *events: SalesEvent) -> Outcome:
    with database.write() as session:
        return store_sales(session, brand, events, at=AT)


def close(database: Database, month: date) -> ClosedMonth:
    return close_month(database, month, at=AT)


def told(database: Database, brand: BrandRef) -> dict[str, Any]:
    """Return all that is read of the brand's sales."""
    with database.read(SalesRow) as session:
        skus = [sku_id(session, code) for code in ("A", "B")]
        styles = [session.scalars(select(Sku.style_id).where(Sku.id == skus[0])).one()]
        units = units_by_day(session, skus, first=FIRST, days=DAYS)
        plan = units_by_day(session, skus, first=FIRST, days=62, known_before=FEBRUARY)
        return {
            "units": {name: table.tolist() for name, table in vars(units).items()},
            "planned": plan.demand.tolist(),
            "launched": first_sale_days(session, styles, before=AT.date()),
            "positions": {
                moment: positions(session, skus, at=moment)
                for moment in (utc("2025-01-31 23:59"), AT)
            },
            "totals": units_by_sku(session, brand.id),
        }


def test_what_is_read_of_sales_is_the_same_before_and_after(
    database: Database, brand: BrandRef
) -> None:
    before = told(database, brand)

    closed = [close(database, month) for month in (date(2024, 12, 1), JANUARY)]

    assert [(one.table_name, one.events, one.units) for one in closed] == [
        ("sales_events_2024_12", 1, 2),
        ("sales_events_2025_01", 7, 25),
    ]
    assert told(database, brand) == before
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(SalesRow)) == 4
        archived = session.execute(text("SELECT count(*) FROM sales_events_2025_01"))
        assert archived.scalar_one() == 7
        skus = {sku_id(session, "A"): 12, sku_id(session, "B"): 6}
        assert closed_net_units(session, list(skus), first=JANUARY, after=FEBRUARY) == skus
        by_style = closed_net_units_by_style(session, brand.id, first=JANUARY, after=FEBRUARY)
        assert list(by_style.values()) == [18]
        act = session.scalars(select(AuditEntry)).all()[-1]
        assert (act.role, act.action, act.subject) == ("command", "sales.month_closed", "2025-01")


def test_a_month_that_is_closed_after_a_later_one_came_adds_up_as_well(
    database: Database, brand: BrandRef
) -> None:
    before = told(database, brand)

    for month in (date(2024, 12, 1), JANUARY, FEBRUARY):
        close(database, month)

    assert told(database, brand) == before


def test_an_event_of_a_closed_month_that_comes_again_is_a_duplicate_or_a_conflict(
    database: Database, brand: BrandRef
) -> None:
    close(database, JANUARY)
    before = told(database, brand)

    outcome = store(
        database,
        brand,
        *PAST,
        sale("eve", "2025-01-31 22:30", 5, order_id="o2"),
        sale("eve", "2026-03-01 22:30", 4, order_id="o2"),
    )

    assert outcome.verdicts == ("duplicate",) * 12 + ("event_conflict",) * 2
    assert told(database, brand) == before


def test_an_event_that_comes_after_its_month_was_closed_is_added_once(
    database: Database, brand: BrandRef
) -> None:
    before = told(database, brand)
    close(database, JANUARY)
    late = sale("late", "2025-01-10 15:00", 20, sku="B")

    verdicts = [store(database, brand, late).verdicts for _ in range(2)]

    assert verdicts == [("accepted",), ("duplicate",)]
    day = (date(2025, 1, 10) - FIRST).days
    after = told(database, brand)
    assert before["units"]["sold"][1][day] == 8
    assert after["units"]["sold"][1][day] == 28
    assert after["units"]["orders"][1][day] == 3
    assert after["units"]["largest"][1][day] == 20
    with database.read() as session:
        assert closable(session, before=date(2025, 2, 1), today=AT.date()) == [date(2024, 12, 1)]


def test_fifty_clients_with_one_batch_while_its_month_is_closed_count_each_event_once(
    database: Database, brand: BrandRef
) -> None:
    batch = [sale(f"n{day:02}", f"2025-01-{1 + day % 28:02} 12:00") for day in range(60)]
    batch += [sale(f"m{day:02}", "2026-03-03 12:00") for day in range(20)]
    start = threading.Barrier(11)

    def post(client: int) -> list[tuple[str, ...]]:
        if client < 10:
            start.wait()
        return [store(database, brand, *batch[:: (-1) ** turn]).verdicts for turn in range(1, 3)]

    with ThreadPoolExecutor(10) as pool:
        posting = [pool.submit(post, client) for client in range(50)]
        start.wait()
        close(database, JANUARY)
        verdicts = Counter(one for each in posting for answer in each.result() for one in answer)

    assert verdicts == {"accepted": 80, "duplicate": 50 * 2 * 80 - 80}
    with database.read(SalesRow) as session:
        skus = [sku_id(session, "A")]
        units = units_by_day(session, skus, first=JANUARY, days=31)
        assert units.orders.sum() == 62
        assert session.scalar(select(func.count()).select_from(EventId)) == 92


def test_an_event_that_is_being_stored_while_its_month_is_closed_is_summed_up(
    database: Database, brand: BrandRef
) -> None:
    with database.write() as session:
        make_month(session, JANUARY)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            store_sales(session, brand, [sale("amid", "2025-01-20 12:00", 50)], at=AT)
            closing = pool.submit(close, database, JANUARY)
            while not someone_waits(database):
                assert not closing.done()
        closed = closing.result()

    assert (closed.events, closed.units) == (8, 75)
    assert told(database, brand)["totals"]["A", "sale"] == 78


def someone_waits(database: Database) -> bool:
    with database.read() as session:
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IS NOT NULL")
        return session.execute(waiting).scalar_one() > 0


def test_a_snapshot_that_was_begun_before_sees_the_month_whole(
    database: Database, brand: BrandRef
) -> None:
    tried = threading.Event()

    with database.read(SalesRow) as session, ThreadPoolExecutor(1) as pool:
        key = sku_id(session, "B")
        closing = pool.submit(close_month, database, JANUARY, at=AT, pause=lambda _: tried.set())
        assert tried.wait(20)
        units = units_by_day(session, [key], first=JANUARY, days=31)
        session.rollback()
        closing.result()

    assert units.sold.sum() == 8


def test_months_that_were_taken_out_are_listed_no_more(database: Database, brand: BrandRef) -> None:
    close(database, JANUARY)

    with database.read() as session:
        assert [one.table_name for one in partitions(session)] == ["sales_events_default"]
        months = closable(session, before=date(2025, 3, 1), today=AT.date())
    assert months == [date(2024, 12, 1), FEBRUARY]


def test_the_last_full_months_stay(database: Database, brand: BrandRef) -> None:
    with database.read() as session, pytest.raises(SetupError, match="--before 2025-03 at latest"):
        closable(session, before=date(2025, 4, 1), today=AT.date())


def test_a_table_in_long_use_stays_as_it_is(database: Database, brand: BrandRef) -> None:
    def give_up(_: float) -> None:
        raise TimeoutError

    with database.read(SalesRow), pytest.raises(TimeoutError):
        close_month(database, JANUARY, at=AT, pause=give_up)

    with database.read() as session:
        assert session.scalars(select(ClosedMonth)).all() == []
        assert session.scalar(select(func.count()).select_from(SalesRow)) == len(PAST)


def test_who_comes_second_to_close_a_month_is_told_so(database: Database, brand: BrandRef) -> None:
    close(database, JANUARY)
    before = told(database, brand)

    with pytest.raises(SetupError, match="2025-01 was closed already"):
        close(database, JANUARY)

    assert told(database, brand) == before


def test_a_brand_has_sold_though_its_sales_were_taken_out(
    database: Database, brand: BrandRef
) -> None:
    with database.read() as session:
        assert not has_closed_days(session, brand.id)

    close(database, JANUARY)

    with database.read() as session:
        assert has_closed_days(session, brand.id)
        assert not has_closed_days(session, brand.id + 1)
