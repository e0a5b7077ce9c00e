import pytest
from sqlalchemy import select

from app.catalog.tables import Style
from app.database.database import Database
from app.errors import Invalid
from app.jobs.tables import DueWork
from app.parties.refs import BrandRef
from app.stock.report import ReportedLevel, Verdict, store_levels
from app.stock.tables import StockLevel
from tests.sales.shop import AT, utc

NOON, EVENING = "2026-03-10 12:00", "2026-03-10 18:00"


def store(database: Database, brand: BrandRef, *levels: tuple[str, int, str]) -> list[Verdict]:
    with database.write() as session:
        return list(
            store_levels(
                session,
                brand,
                [ReportedLevel(sku, on_hand, utc(as_of)) for sku, on_hand, as_of in levels],
                at=AT,
            )
        )


def stored(database: Database) -> list[int]:
    with database.read() as session:
        return list(
            session.scalars(
                select(StockLevel.on_hand).order_by(StockLevel.sku_id, StockLevel.as_of)
            )
        )


def test_each_level_gets_its_own_verdict(database: Database, brand: BrandRef) -> None:
    store(database, brand, ("A", 5, NOON))

    said = store(database, brand, ("A", 5, NOON), ("A", 4, EVENING), ("x", 1, NOON), ("B", 0, NOON))

    assert said == ["duplicate", "accepted", "unknown_sku", "accepted"]
    assert stored(database) == [5, 4, 0]


def test_of_two_levels_for_one_time_the_last_one_wins(database: Database, brand: BrandRef) -> None:
    first = store(database, brand, ("A", 5, NOON), ("A", 7, NOON), ("A", 7, NOON))
    second = store(database, brand, ("A", 3, NOON))

    assert first == ["accepted", "accepted", "duplicate"]
    assert second == ["accepted"]
    assert stored(database) == [3]


def test_a_level_ahead_of_the_clock_refuses_the_batch(database: Database, brand: BrandRef) -> None:
    with pytest.raises(Invalid) as refused:
        store(database, brand, ("A", 5, NOON), ("A", 5, "2026-04-02 12:00:01"))

    assert [(one.pointer, one.code) for one in refused.value.errors] == [
        ("/levels/1/as_of", "in_future")
    ]
    assert stored(database) == []


def test_a_level_that_changes_nothing_marks_nothing_due(
    database: Database, brand: BrandRef
) -> None:
    store(database, brand, ("A", 5, NOON))
    store(database, brand, ("A", 5, NOON))

    with database.read() as session:
        assert session.scalars(select(DueWork.generation)).all() == [1]
        assert session.scalars(select(Style.supply_version)).all() == [0]
