"""Sales of before: brought into partitions beside who sells, none lost and none counted twice."""

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import ProgrammingError

from app.database.database import Database
from app.database.migrate import Patience, current, head, migrate
from app.errors import SetupError
from app.parties.refs import BrandRef
from app.sales.ingest import store_sales
from app.sales.months import make_month, months_made, months_to_make, partitions, tend_months
from app.sales.queries import stored_contents
from app.sales.tables import SalesRow
from app.verification.once import miscounted_events
from tests.database.revisions import older_than
from tests.sales.shop import AT, add_style, open_brand, sale

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

BRIEF = Patience(lock_seconds=0.2, attempts=2, pause_seconds=0.05)

EVENTS = [
    sale("e1", "2026-02-28 10:15", 1, unit_price=Decimal("12.5")),
    sale("e2", "2026-03-02 10:15:00.000001", 2, channel="shöp", order_id="1"),
    sale("e3", "2026-03-02 10:15", 3, kind="cancellation", order_id="1"),
    sale("e4", "2026-03-31 21:59:59.999999", 4, kind="return", channel="web"),
]

OLD_CODE = """
INSERT INTO sales_events (brand_id, event_id, sku_id, kind, quantity, occurred_at, day, unit_price,
    channel, order_id)
VALUES (:brand_id, :event_id, 1, :kind, :quantity, :at, :day, :unit_price,
    :channel, :order_id)
ON CONFLICT (brand_id, event_id) DO NOTHING
"""


@pytest.fixture
def empty(database: Database) -> Iterator[Database]:
    """A database without a table, on the same server."""
    name = f"old_{uuid.uuid4().hex[:12]}"
    with database.outside_transactions() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = make_url(database.url).set(database=name).render_as_string(hide_password=False)
    made = Database(url)
    yield made
    made.close()
    with database.outside_transactions() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def post_by_old_code(database: Database, brand: BrandRef, number: int) -> None:
    event = EVENTS[number]
    at = event.occurred_at
    values = event._asdict() | {"brand_id": brand.id, "at": at, "day": at.date()}
    with database.write() as session:
        session.execute(text(OLD_CODE), values)


def test_what_was_stored_before_counts_once_after(empty: Database, tmp_path: Path) -> None:
    migrate(empty, scripts=older_than(tmp_path / "old", "event_ids"))
    with empty.write() as session:
        brand = open_brand(session)
        add_style(session, brand, "S2", ["A", "B"])
    post_by_old_code(empty, brand, 0)
    post_by_old_code(empty, brand, 1)

    migrate(empty, scripts=older_than(tmp_path / "ids kept", "event_ids_filled"))
    post_by_old_code(empty, brand, 1)
    post_by_old_code(empty, brand, 2)
    migrate(empty, scripts=older_than(tmp_path / "ids filled", "sales_by_month"))
    post_by_old_code(empty, brand, 3)
    migrate(empty)

    with empty.write() as session:
        again = store_sales(session, brand, EVENTS, at=AT)
        other = store_sales(
            session, brand, [one._replace(quantity=9, sku="B") for one in EVENTS], at=AT
        )
    assert again.verdicts == ("duplicate",) * 4
    assert other.verdicts == ("event_conflict",) * 4
    with empty.read() as session:
        assert current(session.connection()) == head()
        assert sorted(stored_contents(session, brand.id, ["e1", "e2", "e3", "e4"])) == [
            "e1", "e2", "e3", "e4",
        ]  # fmt: skip
        assert list(miscounted_events(session)) == []


def test_where_sales_are_in_use_old_code_goes_on_and_the_next_attempt_ends_it(
    empty: Database, tmp_path: Path
) -> None:
    old = older_than(tmp_path / "old", "event_ids")
    migrate(empty, scripts=old)
    with empty.write() as session:
        brand = open_brand(session)
        add_style(session, brand, "S2", ["A", "B"])
    post_by_old_code(empty, brand, 0)
    migrate(empty, scripts=older_than(tmp_path / "ids kept", "event_ids_filled"))

    with empty.read() as report:
        report.execute(text("SELECT count(*) FROM sales_events"))
        with pytest.raises(SetupError, match="tables were locked at 2 attempts"):
            migrate(empty, BRIEF)
        post_by_old_code(empty, brand, 1)
    migrate(empty, BRIEF)

    with pytest.raises(ProgrammingError, match="no unique or exclusion constraint"):
        post_by_old_code(empty, brand, 2)
    with pytest.raises(SetupError, match="newer than this version"):
        migrate(empty, scripts=old)
    with empty.read() as session:
        assert list(session.scalars(select(SalesRow.event_id).order_by(SalesRow.id))) == [
            "e1", "e2",
        ]  # fmt: skip
        assert list(miscounted_events(session)) == []


def test_rows_in_the_default_partition_go_to_their_month_once_it_is_made(
    database: Database,
) -> None:
    with database.write() as session:
        brand = open_brand(session)
        add_style(session, brand, "S2", ["A"])
        store_sales(session, brand, EVENTS, at=AT)
    with database.read() as session:
        wanted = months_to_make(session, today=AT.date(), at_least=3)

    moved = {}
    for month in wanted:
        with database.write() as session:
            moved[f"{month:%Y-%m}"] = make_month(session, month)

    assert moved == {"2026-03": 3, "2026-04": 0, "2026-05": 0, "2026-06": 0, "2026-07": 0}
    with database.write() as session:
        assert make_month(session, wanted[0]) == 0
        store_sales(session, brand, [sale("e5", "2026-03-05 12:00")], at=AT)
    with database.read() as session:
        events = {one.table_name: one.events for one in partitions(session) if one.events}
        assert events == {"sales_events_2026_03": 4, "sales_events_default": 1}
        assert months_to_make(session, today=AT.date(), at_least=1) == [
            EVENTS[0].occurred_at.date().replace(day=1)
        ]
        assert list(miscounted_events(session)) == []


MARCH = date(2026, 3, 1)


def wait_for_waiting(database: Database, sessions: int) -> None:
    waiting = text("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with database.read() as session:
            if (session.scalar(waiting) or 0) >= sessions:
                return
        time.sleep(0.01)
    raise AssertionError(f"never did {sessions} wait")


def test_who_sells_while_rows_are_moved_waits_and_is_not_refused(database: Database) -> None:
    with database.write() as session:
        brand = open_brand(session)
        add_style(session, brand, "S2", ["A"])
        store_sales(session, brand, EVENTS, at=AT)

    def move() -> int:
        with database.write() as session:
            return make_month(session, MARCH)

    def sell() -> tuple[str, ...]:
        with database.write() as session:
            session.execute(text("SET LOCAL deadlock_timeout = '300ms'"))
            return store_sales(session, brand, [sale("e5", "2026-03-05 12:00")], at=AT).verdicts

    with ThreadPoolExecutor(2) as pool:
        with database.write() as session:
            session.execute(text("SELECT FROM sales_events WHERE event_id = 'e2' FOR UPDATE"))
            moving = pool.submit(move)
            wait_for_waiting(database, 1)
            selling = pool.submit(sell)
            wait_for_waiting(database, 2)
        moved, sold = moving.result(), selling.result()

    assert (moved, sold) == (3, ("accepted",))
    with database.read() as session:
        assert list(miscounted_events(session)) == []


def test_a_month_in_use_keeps_no_month_to_come_from_being_made(database: Database) -> None:
    with database.write() as session:
        brand = open_brand(session)
        add_style(session, brand, "S2", ["A"])
        store_sales(session, brand, [sale("e1", "2026-04-01 10:15")], at=AT)

    with database.read(SalesRow):
        tend_months(database, today=AT.date())

    with database.read() as session:
        assert sorted(months_made(session)) == [
            date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1),
        ]  # fmt: skip
