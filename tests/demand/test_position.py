from datetime import date

import pytest

from app.database.database import Database
from app.demand.position import Position, positions
from app.parties.refs import BrandRef
from app.sales.ingest import store_sales
from app.stock.ledger import expect, receive
from app.stock.report import ReportedLevel, store_levels
from tests.sales.shop import AT, add_style, open_brand, sale, sku_id, utc


@pytest.fixture
def brand(database: Database) -> BrandRef:
    """A brand that can sell 29 of 100 returned units again."""
    with database.write() as session:
        brand = open_brand(session)
        add_style(session, brand, "S2", ["A", "B", "C"], resalable_share=0.29)
        return brand


def position(database: Database, code: str, at: str = "2026-04-01 12:00") -> Position:
    with database.read() as session:
        sku = sku_id(session, code)
        return positions(session, [sku], at=utc(at))[sku]


def report(database: Database, brand: BrandRef, on_hand: int, as_of: str, sku: str = "A") -> None:
    with database.write() as session:
        store_levels(session, brand, [ReportedLevel(sku, on_hand, utc(as_of))], at=AT)


def test_before_any_report_nothing_is_on_hand_and_that_is_said(
    database: Database, brand: BrandRef
) -> None:
    with database.write() as session:
        a = sku_id(session, "A")
        receive(session, brand.id, source="run", reference="r1", units={a: 5}, at=AT)

    assert position(database, "A") == Position(on_hand=0, stock_known=False, inbound=())


def test_on_hand_is_the_last_report_with_what_moved_since(
    database: Database, brand: BrandRef
) -> None:
    report(database, brand, 500, "2026-03-01 00:00")
    report(database, brand, 100, "2026-03-10 08:00")
    with database.write() as session:
        a = sku_id(session, "A")
        receive(
            session,
            brand.id,
            source="run",
            reference="r1",
            units={a: 40},
            at=utc("2026-03-12 00:00"),
        )
        store_sales(
            session,
            brand,
            [
                sale("before", "2026-03-09 10:00", 7),
                sale("sold", "2026-03-11 10:00", 30),
                sale("cancelled", "2026-03-11 11:00", 4, kind="cancellation"),
                sale("back", "2026-03-12 10:00", 100, kind="return"),
                sale("another", "2026-03-12 10:00", 9, sku="B"),
            ],
            at=AT,
        )

    assert position(database, "A").on_hand == 100 - 30 + 4 + 40 + 29
    assert position(database, "A", at="2026-03-11 10:30").on_hand == 70


def test_a_report_counts_what_happened_at_its_own_instant(
    database: Database, brand: BrandRef
) -> None:
    with database.write() as session:
        a = sku_id(session, "A")
        store_sales(
            session,
            brand,
            [
                sale("same", "2026-03-10 08:00", 3),
                sale("next", "2026-03-10 08:00:00.000001", 2),
            ],
            at=AT,
        )
        receive(
            session,
            brand.id,
            source="run",
            reference="r1",
            units={a: 40},
            at=utc("2026-03-10 08:00"),
        )
    report(database, brand, 100, "2026-03-10 08:00")

    assert position(database, "A").on_hand == 98


def test_on_hand_is_never_below_zero(database: Database, brand: BrandRef) -> None:
    report(database, brand, 1, "2026-03-10 08:00")
    with database.write() as session:
        store_sales(session, brand, [sale("sold", "2026-03-11 10:00", 3)], at=AT)

    assert position(database, "A").on_hand == 0


def test_inbound_is_summed_by_day_earliest_first_whatever_its_source(
    database: Database, brand: BrandRef
) -> None:
    early, late = date(2026, 4, 10), date(2026, 5, 1)
    with database.write() as session:
        a, b = sku_id(session, "A"), sku_id(session, "B")
        for source, reference, due, units in (
            ("inbound", "PO-1", late, {a: 5, b: 1}),
            ("run", "run_1", early, {a: 20}),
            ("counter", "rec_1", late, {a: 7}),
        ):
            expect(session, brand.id, source=source, reference=reference, due={due: units})

    assert position(database, "A").inbound == ((early, 20), (late, 12))
    assert position(database, "B").inbound == ((late, 1),)


def test_a_receipt_of_later_is_on_its_way_to_its_local_day(
    database: Database, brand: BrandRef
) -> None:
    report(database, brand, 10, "2026-04-01 08:00")
    with database.write() as session:
        units = {sku_id(session, "A"): 40}
        later = utc("2026-04-01 23:30")
        receive(session, brand.id, source="run", reference="r1", units=units, at=later)

    before = position(database, "A")
    after = position(database, "A", at="2026-04-01 23:30")

    assert (before.on_hand, before.inbound) == (10, ((date(2026, 4, 2), 40),))
    assert (after.on_hand, after.inbound) == (50, ())


def test_thousands_of_skus_have_their_positions_in_a_few_statements(
    database: Database, brand: BrandRef
) -> None:
    codes = [f"N{number}" for number in range(3000)]
    with database.write() as session:
        add_style(session, brand, "wide", codes)
        levels = [ReportedLevel(code, 10, utc("2026-03-01 00:00")) for code in codes]
        store_levels(session, brand, levels, at=AT)
        store_sales(
            session,
            brand,
            [sale(f"e{code}", "2026-03-02 10:00", sku=code) for code in codes],
            at=AT,
        )
        ids = [sku_id(session, codes[0]), sku_id(session, codes[-1])]
        everything = list(range(ids[0], ids[1] + 1))

    with database.read() as session:
        found = positions(session, everything, at=AT)

    assert [one.on_hand for one in found.values()] == [9] * 3000
