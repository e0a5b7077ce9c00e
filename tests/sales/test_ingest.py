from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from app.catalog.tables import Sku, Style
from app.database.database import Database
from app.errors import Invalid, Unavailable
from app.jobs.tables import DueWork
from app.parties.refs import BrandRef
from app.parties.tables import Brand
from app.sales.ingest import Outcome, SalesEvent, store_sales
from app.sales.tables import SalesRow
from tests.sales.shop import AT, add_style, forget_events, open_brand, sale


def store(database: Database, brand: BrandRef, *events: SalesEvent) -> Outcome:
    with database.write() as session:
        return store_sales(session, brand, events, at=AT)


def stored(database: Database) -> list[tuple[str, int]]:
    with database.read() as session:
        query = select(SalesRow.event_id, SalesRow.quantity).order_by(SalesRow.event_id)
        return [(row.event_id, row.quantity) for row in session.execute(query)]


def generations(database: Database) -> dict[str, int]:
    with database.read() as session:
        query = select(Style.code, DueWork.generation).join(DueWork, DueWork.key == Style.id)
        return {row.code: row.generation for row in session.execute(query)}


def days_stored(database: Database, zone: str, instants: tuple[str, ...]) -> list[str]:
    with database.write() as session:
        brand = open_brand(session, zone, timezone=zone)
        add_style(session, brand, "S2", ["A"])
    store(database, brand, *(sale(f"e{n}", at) for n, at in enumerate(instants)))
    with database.read() as session:
        query = select(SalesRow.day).where(SalesRow.brand_id == brand.id)
        return [day.isoformat() for day in session.scalars(query.order_by(SalesRow.event_id))]


def test_each_event_gets_its_own_verdict(database: Database, brand: BrandRef) -> None:
    store(database, brand, sale("e1", "2026-03-02 10:15"), sale("e2", "2026-03-02 10:16"))

    outcome = store(
        database,
        brand,
        sale("e1", "2026-03-02 10:15"),
        sale("e2", "2026-03-02 10:16", quantity=2),
        sale("e3", "2026-03-02 10:17"),
        sale("e4", "2026-03-02 10:18", sku="no such"),
    )

    assert outcome.verdicts == ("duplicate", "event_conflict", "accepted", "unknown_sku")
    assert (outcome.accepted, outcome.duplicates) == (1, 1)
    assert outcome.rejected == {"event_conflict": 1, "unknown_sku": 1}
    assert stored(database) == [("e1", 1), ("e2", 1), ("e3", 1)]


def test_one_id_twice_in_a_batch_is_a_duplicate_or_a_conflict_like_any_other(
    database: Database, brand: BrandRef
) -> None:
    outcome = store(
        database,
        brand,
        sale("e1", "2026-03-02 10:15", sku="no such"),
        sale("e1", "2026-03-02 10:15"),
        sale("e1", "2026-03-02 10:15"),
        sale("e1", "2026-03-02 10:15", sku="B"),
    )

    assert outcome.verdicts == ("unknown_sku", "accepted", "duplicate", "event_conflict")
    assert stored(database) == [("e1", 1)]


def test_the_same_instant_and_amount_written_differently_are_the_same_content(
    database: Database, brand: BrandRef
) -> None:
    berlin = timezone(timedelta(hours=1))
    first = sale("e1", "2026-03-02 10:15", unit_price=Decimal("12.5"))
    again = first._replace(
        occurred_at=datetime(2026, 3, 2, 11, 15, tzinfo=berlin),
        unit_price=Decimal("12.50"),
    )
    store(database, brand, first)

    outcome = store(database, brand, again, first)

    assert outcome.verdicts == ("duplicate", "duplicate")


def test_any_other_content_under_a_stored_id_is_a_conflict(
    database: Database, brand: BrandRef
) -> None:
    event = sale("e1", "2026-03-02 10:15", unit_price=Decimal("9.99"), channel="web", order_id="1")
    store(database, brand, event)

    outcome = store(
        database,
        brand,
        event,
        event._replace(sku="B"),
        event._replace(kind="return"),
        event._replace(quantity=2),
        event._replace(occurred_at=datetime(2026, 3, 2, 10, 15, 0, 1, tzinfo=UTC)),
        event._replace(unit_price=Decimal("1.00")),
        event._replace(unit_price=None),
        event._replace(channel="shop"),
        event._replace(order_id=None),
    )

    assert outcome.verdicts == ("duplicate", *["event_conflict"] * 8)


def test_two_brands_may_use_the_same_event_id(database: Database, brand: BrandRef) -> None:
    with database.write() as session:
        other = open_brand(session, "other")
        add_style(session, other, "S2", ["A"])
    store(database, brand, sale("e1", "2026-03-02 10:15"))

    outcome = store(database, other, sale("e1", "2026-03-03 10:15"))

    assert outcome.verdicts == ("accepted",)


def test_an_event_a_day_ahead_is_taken_and_one_later_refuses_the_batch(
    database: Database, brand: BrandRef
) -> None:
    store(database, brand, sale("e1", "2026-04-02 12:00"))

    with pytest.raises(Invalid) as refused:
        store(database, brand, sale("e2", "2026-03-02 10:15"), sale("e3", "2026-04-02 12:00:01"))

    assert [(one.pointer, one.code) for one in refused.value.errors] == [
        ("/events/1/occurred_at", "in_future")
    ]
    assert stored(database) == [("e1", 1)]


def test_only_styles_with_news_are_marked_due(database: Database, brand: BrandRef) -> None:
    with database.write() as session:
        add_style(session, brand, "S3", ["C"])
        add_style(session, brand, "S4", ["D"])
    store(database, brand, sale("e1", "2026-03-02 10:15"), sale("e2", "2026-03-02 10:15", sku="C"))

    store(database, brand, sale("e1", "2026-03-02 10:15"), sale("e3", "2026-03-02 10:15", sku="C"))

    assert generations(database) == {"S2": 1, "S3": 2}


def test_a_sale_of_an_inactive_sku_still_counts(database: Database, brand: BrandRef) -> None:
    with database.write() as session:
        session.query(Sku).where(Sku.code == "A").update({"active": False})

    outcome = store(database, brand, sale("e1", "2026-03-02 10:15"))

    assert outcome.verdicts == ("accepted",)


def test_an_event_belongs_to_the_brands_own_calendar_day(database: Database) -> None:
    moments = {
        "Europe/Paris": (
            "2026-03-28 22:59:59",
            "2026-03-28 23:00",
            "2026-03-29 21:59:59",
            "2026-03-29 22:00",
        ),
        "America/New_York": (
            "2025-11-02 03:59:59",
            "2025-11-02 04:00",
            "2025-11-03 04:59:59",
            "2025-11-03 05:00",
        ),
        "America/Santiago": ("2025-09-07 03:59:59", "2025-09-07 04:00"),
        "Africa/Cairo": (
            "2025-04-24 21:59:59",
            "2025-04-24 22:00",
            "2025-10-30 21:59:59",
            "2025-10-30 22:00",
        ),
        "Pacific/Apia": ("2011-12-30 09:59:59", "2011-12-30 10:00"),
        "Asia/Kolkata": ("2026-03-02 18:29:59", "2026-03-02 18:30"),
    }

    days = {zone: days_stored(database, zone, instants) for zone, instants in moments.items()}

    assert days == {
        "Europe/Paris": ["2026-03-28", "2026-03-29", "2026-03-29", "2026-03-30"],
        "America/New_York": ["2025-11-01", "2025-11-02", "2025-11-02", "2025-11-03"],
        "America/Santiago": ["2025-09-06", "2025-09-07"],
        "Africa/Cairo": ["2025-04-24", "2025-04-25", "2025-10-30", "2025-10-31"],
        "Pacific/Apia": ["2011-12-29", "2011-12-31"],
        "Asia/Kolkata": ["2026-03-02", "2026-03-03"],
    }


def test_a_sale_that_rolls_back_asks_for_no_refresh(database: Database, brand: BrandRef) -> None:
    def store_and_fail() -> None:
        with database.write() as session:
            store_sales(session, brand, [sale("e1", "2026-03-02 10:15")], at=AT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store_and_fail()

    assert stored(database) == []
    assert generations(database) == {}


def test_of_two_simultaneous_identical_batches_each_event_is_accepted_once(
    database: Database, brand: BrandRef
) -> None:
    batch = [sale(f"e{number:03}", "2026-03-02 10:15") for number in range(200)]

    def post(step: int) -> tuple[str, ...]:
        return store(database, brand, *batch[::step]).verdicts

    for _ in range(3):
        with database.write() as session:
            forget_events(session)

        with ThreadPoolExecutor(2) as pool:
            one, other = pool.map(post, (1, -1))

        assert sorted(zip(one, reversed(other), strict=True)) in (
            [("accepted", "duplicate")] * 200,
            [("duplicate", "accepted")] * 200,
        )
        with database.read() as session:
            assert session.scalar(select(func.sum(SalesRow.quantity))) == 200


def test_a_brand_that_moved_a_moment_ago_gets_its_days_by_the_new_time_zone(
    database: Database, brand: BrandRef
) -> None:
    moving = update(Brand).where(Brand.id == brand.id).values(timezone="Pacific/Auckland")
    held = select(Brand.id).where(Brand.id == brand.id).with_for_update()

    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            session.execute(held)
            posted = pool.submit(store, database, brand, sale("e1", "2026-03-02 12:00"))
            with pytest.raises(TimeoutError):
                posted.result(timeout=0.3)
            session.execute(moving)
        posted.result()

    with database.read() as session:
        assert session.scalars(select(SalesRow.day)).all() == [date(2026, 3, 3)]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_time_zone_that_gave_an_event_its_day_stays_until_that_is_stored(
    database: Database, brand: BrandRef
) -> None:
    moving = select(Brand.id).where(Brand.id == brand.id).with_for_update(nowait=True)

    with database.write() as session:
        store_sales(session, brand, [sale("e1", "2026-03-02 12:00")], at=AT)
        with pytest.raises(Unavailable), database.write() as other:
            other.execute(moving)
