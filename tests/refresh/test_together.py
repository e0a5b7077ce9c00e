"""Brands that share a factory's weeks or material, decided in one batch."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from app.catalog.ingest import put_styles
from app.catalog.tables import Style
from app.database.database import Database
from app.parties.queries import brand_named, factory_named
from app.parties.refs import BrandRef
from app.parties.register import store_brand
from app.parties.schemas import BrandIn
from app.recommendations.answer import accept
from app.refresh import pipeline
from app.refresh.pipeline import refresh_next
from app.settings import Settings
from app.sourcing.ingest import put_offer
from app.sourcing.materials import MaterialDraft, put_material, reserve
from app.sourcing.tables import Offer
from tests.refresh.shop import (
    AT,
    SETTINGS,
    UNUSED,
    draft,
    offer,
    open_shop,
    refresh,
    sell,
    standing,
)


def two_brands(database: Database, *, currency: str = "EUR") -> tuple[BrandRef, BrandRef]:
    """Open acme with style A and bolt with style B, which sell alike and are made by fab."""
    acme = open_shop(database, "A")
    with database.write() as session:
        rules = BrandIn(name="Bolt", timezone="Europe/Paris", currency=currency, factories=["fab"])
        values = rules.model_dump(exclude={"factories"})
        store_brand(session, "bolt", values, ["fab"], uses=UNUSED, at=AT)
        bolt = brand_named(session, "bolt")
        factory = factory_named(session, "fab")
        assert bolt is not None
        assert factory is not None
        put_styles(session, bolt.id, [replace(draft("B"), currency=currency)], at=AT)
        terms = replace(offer(), code="for-bolt", brand="bolt", currency=currency)
        put_offer(session, factory.id, terms, at=AT)
        sell(session, acme, "A")
        sell(session, bolt, "B")
    return acme, bolt


def state_capacity(database: Database, units_a_week: int) -> None:
    with database.write() as session:
        session.execute(update(Offer).values(capacity_per_week=units_a_week))


def report(database: Database, metres: int, **kept: int) -> None:
    """Report oxford that everything is made of, a metre a unit, and what of it is reserved."""
    cloth = MaterialDraft(
        code="oxford", name="Oxford", unit="m", on_hand=Decimal(metres), returns=False
    )
    with database.write() as session:
        session.execute(update(Style).values(materials=[{"material": "oxford", "per_unit": 1}]))
        factory = factory_named(session, "fab")
        assert factory is not None
        put_material(session, factory, cloth, at=AT)
        for brand, quantity in kept.items():
            reserve(
                session, factory, "oxford", brand, quantity=Decimal(quantity),
                until=AT.date().replace(month=6), as_of=AT, reserved_by="factory", at=AT,
            )  # fmt: skip


def open_units(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {row.style: row.quantity for row in standing(session) if row.status == "open"}


def test_brands_get_a_factorys_weeks_by_what_they_make_of_them(database: Database) -> None:
    two_brands(database)
    state_capacity(database, 60)

    [outcome] = refresh(database)

    units = open_units(database)
    assert outcome.brand == "acme, bolt"
    assert 116 <= units["A"] + units["B"] <= 120
    assert abs(units["A"] - units["B"]) <= 15


def test_brands_get_a_factorys_material_by_what_they_make_of_it(database: Database) -> None:
    two_brands(database)
    report(database, 100)

    refresh(database)
    units = open_units(database)
    with database.write() as session:
        accepted = [accept(session, row.id, row.factory_id, at=AT) for row in standing(session)]

    assert sum(units.values()) == 100
    assert abs(units["A"] - units["B"]) <= 15
    assert [row.status for row in accepted] == ["accepted", "accepted"]


def test_what_is_reserved_for_a_brand_is_not_shared(database: Database) -> None:
    acme, _ = two_brands(database)
    report(database, 100, bolt=80)

    refresh_next(database, SETTINGS, at=AT, brand_id=acme.id)
    alone = open_units(database)
    refresh(database)

    assert alone == {"A": 20}
    assert open_units(database) == {"A": 20, "B": 80}


def test_a_brand_that_comes_later_gets_its_part_at_the_next_refresh_of_both(
    database: Database,
) -> None:
    acme, _ = two_brands(database)
    state_capacity(database, 60)
    refresh_next(database, SETTINGS, at=AT, brand_id=acme.id)
    alone = open_units(database)
    with database.write() as session:
        sell(session, acme, "A", days=1, a_day=1, named="more")

    refresh(database)

    units = open_units(database)
    assert alone.keys() == {"A"}
    assert units["A"] < alone["A"]
    assert 116 <= units["A"] + units["B"] <= 120


def test_brands_of_two_currencies_are_not_weighed_against_each_other(database: Database) -> None:
    two_brands(database, currency="USD")
    state_capacity(database, 60)

    outcomes = refresh(database)

    assert [outcome.brand for outcome in outcomes] == ["acme", "bolt"]
    assert sum(open_units(database).values()) <= 120


def test_brands_whose_factory_states_no_limit_come_one_by_one(database: Database) -> None:
    two_brands(database)

    outcomes = refresh(database)

    assert [outcome.brand for outcome in outcomes] == ["acme", "bolt"]


def test_a_batch_holds_no_more_styles_than_one_brands_would(database: Database) -> None:
    two_brands(database)
    state_capacity(database, 60)

    outcome = refresh_next(database, Settings(worker_batch_styles=1, forecast_paths=128), at=AT)

    assert outcome is not None
    assert len(outcome.fates) == 1


def test_what_cannot_be_decided_together_is_decided_brand_by_brand(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_brands(database)
    state_capacity(database, 60)

    def raises(*_: Any, **__: Any) -> None:
        raise ArithmeticError("no number")

    monkeypatch.setattr(pipeline, "decide_together", raises)
    [outcome] = refresh(database)

    assert outcome.errors == {}
    assert sum(open_units(database).values()) <= 120
