from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from app.catalog.tables import Style
from app.database.database import Database
from app.demand.position import positions
from app.errors import Invalid
from app.parties.refs import BrandRef
from app.stock.inbound import InboundItem, Verdict, store_inbound
from app.stock.report import ReportedLevel, store_levels
from app.stock.tables import Receipt, Supply
from tests.sales.shop import AT, sku_id, utc

DUE, LATER = date(2026, 4, 10), date(2026, 4, 20)


def store(database: Database, brand: BrandRef, *items: InboundItem) -> list[Verdict]:
    with database.write() as session:
        return list(store_inbound(session, brand, items, at=AT))


def expected(database: Database) -> list[tuple[str, int, date]]:
    with database.read() as session:
        rows = session.scalars(select(Supply).order_by(Supply.reference, Supply.sku_id))
        return [(row.reference, row.quantity, row.due_date) for row in rows]


def test_an_item_is_known_by_its_reference_and_sku(database: Database, brand: BrandRef) -> None:
    first = store(
        database, brand, InboundItem("PO-1", "A", 5, DUE), InboundItem("PO-1", "B", 6, DUE)
    )
    second = store(
        database,
        brand,
        InboundItem("PO-1", "A", 5, DUE),
        InboundItem("PO-1", "B", 6, LATER),
        InboundItem("PO-2", "x", 1, DUE),
    )

    assert first == ["accepted", "accepted"]
    assert second == ["duplicate", "accepted", "unknown_sku"]
    assert expected(database) == [("PO-1", 5, DUE), ("PO-1", 6, LATER)]


def test_zero_removes_an_item_expected_or_received(database: Database, brand: BrandRef) -> None:
    store(
        database,
        brand,
        InboundItem("PO-1", "A", 5, DUE),
        InboundItem("PO-2", "A", 5, DUE, received_on=date(2026, 3, 20)),
    )

    said = store(
        database,
        brand,
        InboundItem("PO-1", "A", 0, DUE),
        InboundItem("PO-2", "A", 0, DUE),
        InboundItem("PO-3", "A", 0, DUE),
    )

    assert said == ["accepted", "accepted", "duplicate"]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Supply)) == 0
        assert session.scalar(select(func.count()).select_from(Receipt)) == 0


def test_a_received_item_is_on_hand_from_the_start_of_that_local_day(
    database: Database, brand: BrandRef
) -> None:
    with database.write() as session:
        a = sku_id(session, "A")
        store_levels(session, brand, [ReportedLevel("A", 10, utc("2026-03-19 12:00"))], at=AT)
    store(database, brand, InboundItem("PO-1", "A", 5, DUE))

    store(database, brand, InboundItem("PO-1", "A", 4, DUE, received_on=date(2026, 3, 20)))

    with database.read() as session:
        before = positions(session, [a], at=utc("2026-03-19 22:59:59"))[a]
        after = positions(session, [a], at=utc("2026-03-19 23:00"))[a]
    assert (before.on_hand, after.on_hand) == (10, 14)
    assert after.inbound == ()


def test_an_item_received_by_mistake_can_be_expected_again(
    database: Database, brand: BrandRef
) -> None:
    store(database, brand, InboundItem("PO-1", "A", 5, DUE, received_on=date(2026, 3, 20)))

    store(database, brand, InboundItem("PO-1", "A", 5, DUE))

    assert expected(database) == [("PO-1", 5, DUE)]
    with database.read() as session:
        assert session.scalars(select(Receipt.id)).all() == []


def test_of_one_item_twice_in_a_body_the_last_one_wins(database: Database, brand: BrandRef) -> None:
    said = store(
        database, brand, InboundItem("PO-1", "A", 5, DUE), InboundItem("PO-1", "A", 8, LATER)
    )

    assert said == ["accepted", "accepted"]
    assert expected(database) == [("PO-1", 8, LATER)]


def test_a_receipt_ahead_of_the_clock_refuses_the_body(database: Database, brand: BrandRef) -> None:
    with pytest.raises(Invalid) as refused:
        store(
            database,
            brand,
            InboundItem("PO-1", "A", 5, DUE),
            InboundItem("PO-2", "A", 5, DUE, received_on=date(2026, 4, 3)),
        )

    assert [(one.pointer, one.code) for one in refused.value.errors] == [
        ("/items/1/received_on", "in_future")
    ]
    assert expected(database) == []


def test_only_a_change_raises_the_supply_version(database: Database, brand: BrandRef) -> None:
    for _ in range(3):
        store(database, brand, InboundItem("PO-1", "A", 5, DUE))

    with database.read() as session:
        assert session.scalars(select(Style.supply_version)).all() == [1]


def test_racing_bodies_leave_an_item_expected_or_received_and_never_both(
    database: Database, brand: BrandRef
) -> None:
    states = [
        InboundItem("PO-1", "A", 5, DUE),
        InboundItem("PO-1", "A", 5, DUE, received_on=date(2026, 3, 20)),
    ]

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda turn: store(database, brand, states[turn % 2]), range(20)))

    with database.read() as session:
        rows = [*session.scalars(select(Supply.id)), *session.scalars(select(Receipt.id))]
    assert len(rows) == 1
