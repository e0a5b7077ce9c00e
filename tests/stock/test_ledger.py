from datetime import date

from sqlalchemy import select

from app.database.database import Database
from app.parties.refs import BrandRef
from app.stock.ledger import expect, expect_no_more_than, forget, receive
from app.stock.tables import Receipt, Supply
from tests.sales.shop import sku_id, utc

DAY = date(2026, 4, 10)


def supply(database: Database) -> list[tuple[str, str, int, int]]:
    with database.read() as session:
        rows = session.scalars(select(Supply).order_by(Supply.reference, Supply.sku_id))
        return [(row.source, row.reference, row.sku_id, row.quantity) for row in rows]


def dated(database: Database) -> list[tuple[int, int, date]]:
    with database.read() as session:
        rows = session.scalars(select(Supply).order_by(Supply.id))
        kept = sorted(
            (row.reference.partition("/")[0], row.sku_id, row.due_date, row.quantity)
            for row in rows
        )
    return [(sku, quantity, day) for _, sku, day, quantity in kept]


def test_what_a_reference_expects_replaces_what_it_expected(
    database: Database, brand: BrandRef
) -> None:
    with database.write() as session:
        a, b = sku_id(session, "A"), sku_id(session, "B")
        expect(session, brand.id, source="run", reference="r1", due={DAY: {a: 5, b: 6}})
        expect(session, brand.id, source="run", reference="r2", due={DAY: {a: 1}})
        expect(session, brand.id, source="counter", reference="r1", due={DAY: {a: 2}})

    with database.write() as session:
        expect(session, brand.id, source="run", reference="r1", due={DAY: {a: 0, b: 4}})

    assert supply(database) == [
        ("counter", "r1", a, 2),
        ("run", "r1", b, 4),
        ("run", "r2", a, 1),
    ]


def test_a_forgotten_reference_is_expected_no_more(database: Database, brand: BrandRef) -> None:
    with database.write() as session:
        a = sku_id(session, "A")
        expect(session, brand.id, source="counter", reference="r1", due={DAY: {a: 5}})
        expect(session, brand.id, source="run", reference="r1", due={DAY: {a: 6}})

    with database.write() as session:
        forget(session, brand.id, source="counter", reference="r1")

    assert supply(database) == [("run", "r1", a, 6)]


def test_what_comes_on_several_days_is_one_reference(database: Database, brand: BrandRef) -> None:
    later = date(2026, 4, 20)
    with database.write() as session:
        a, b = sku_id(session, "A"), sku_id(session, "B")
        expect(
            session,
            brand.id,
            source="run",
            reference="r1",
            due={later: {a: 5, b: 6}, DAY: {a: 4}},
        )
        expect(session, brand.id, source="run", reference="r12", due={DAY: {a: 1}})

    with database.write() as session:
        expect_no_more_than(session, brand.id, source="run", reference="r1", units={a: 7, b: 9})
    both = dated(database)
    with database.write() as session:
        expect_no_more_than(session, brand.id, source="run", reference="r1", units={a: 3})
    last = dated(database)
    with database.write() as session:
        forget(session, brand.id, source="run", reference="r1")

    other = (a, 1, DAY)
    assert both == [(a, 2, DAY), (a, 5, later), (b, 6, later), other]
    assert last == [(a, 3, later), other]
    assert dated(database) == [other]


def test_a_receipt_is_booked_once(database: Database, brand: BrandRef) -> None:
    with database.write() as session:
        a, b = sku_id(session, "A"), sku_id(session, "B")

    for day in ("2026-04-10 00:00", "2026-04-11 00:00"):
        with database.write() as session:
            receive(
                session,
                brand.id,
                source="run",
                reference="run_1/ev-1",
                units={a: 5, b: 0},
                at=utc(day),
            )

    with database.read() as session:
        rows = session.scalars(select(Receipt)).all()
        assert [(row.sku_id, row.quantity, row.at) for row in rows] == [
            (a, 5, utc("2026-04-10 00:00"))
        ]
