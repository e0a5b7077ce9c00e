"""What there is of a material, in what is decided and asked of factories."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.ingest import put_styles
from app.database.database import Database
from app.parties.queries import factory_named
from app.recommendations.answer import accept
from app.recommendations.tables import Recommendation
from app.sourcing.ingest import put_offer
from app.sourcing.materials import MaterialDraft, put_material
from app.sourcing.tables import MaterialUse
from tests.refresh.shop import AT, decisions, draft, offer, open_shop, refresh, sell, standing

MADE_OF = [{"material": "oxford", "per_unit": 1.25}]


@pytest.fixture
def selling(database: Database) -> Database:
    """S2, 8 units a day, is out of stock; made in 14 days, and in 5 with the cloth at hand."""
    brand = open_shop(database, "S2")
    fast = replace(offer(), material_lead_time_days_mean=5.0)
    with database.write() as session:
        put_styles(session, brand.id, [replace(draft("S2"), materials=MADE_OF)], at=AT)
        sell(session, brand, "S2")
        factory = factory_named(session, "fab")
        assert factory is not None
        put_offer(session, factory.id, fast, at=AT)
    return database


def report(database: Database, units: int, *, returns: bool = True) -> None:
    """Report cloth for so many units."""
    cloth = MaterialDraft(
        code="oxford", name="Oxford", unit="m", on_hand=Decimal("1.25") * units, returns=returns
    )
    with database.write() as session:
        factory = factory_named(session, "fab")
        assert factory is not None
        put_material(session, factory, cloth, at=AT)


def open_ones(session: Session) -> list[tuple[int, int]]:
    """Return lead time and units of what is open."""
    return [(row.lead_time_days, row.quantity) for row in standing(session) if row.status == "open"]


def test_cloth_at_hand_brings_a_run_sooner(selling: Database) -> None:
    report(selling, 10_000)

    refresh(selling)

    with selling.read() as session:
        [run] = standing(session)
        assert (run.offer, run.lead_time_days) == ("small", 5)
        assert (run.need_by - run.order_by).days == 5
        ways = decisions(session)[-1].body["alternatives"]
        assert ("small", 14.0) in {(way["offer"], way["lead_time_days"]) for way in ways}


def test_without_a_report_it_takes_the_usual_time(selling: Database) -> None:
    refresh(selling)

    with selling.read() as session:
        assert [lead for lead, _ in open_ones(session)] == [14]


def test_the_last_of_the_cloth_is_the_most_that_is_asked_for(selling: Database) -> None:
    refresh(selling)
    with selling.read() as session:
        [(_, before)] = open_ones(session)

    report(selling, 40, returns=False)
    refresh(selling)

    with selling.read() as session:
        assert before > 40
        assert open_ones(session) == [(5, 40)]


def test_when_the_last_of_the_cloth_is_gone_nothing_is_asked_for(selling: Database) -> None:
    report(selling, 40, returns=False)
    refresh(selling)

    report(selling, 0, returns=False)
    refresh(selling)

    with selling.read() as session:
        assert [row.status for row in standing(session)] == ["withdrawn"]
        assert decisions(session)[-1].action in {"hold", "discontinue"}


def test_a_run_accepted_uses_the_cloth_up_for_the_next(selling: Database) -> None:
    report(selling, 40, returns=False)
    refresh(selling)
    with selling.write() as session:
        [run] = standing(session)
        accept(session, run.id, run.factory_id, at=AT)

    refresh(selling, at=AT + timedelta(days=1))

    with selling.read() as session:
        [use] = session.scalars(select(MaterialUse))
        assert use.quantity == Decimal(50)
        query = select(Recommendation.status).order_by(Recommendation.id)
        assert session.scalars(query).all() == ["accepted"]


def test_what_stands_is_kept_when_nothing_of_the_cloth_changed(selling: Database) -> None:
    report(selling, 10_000)
    refresh(selling)

    report(selling, 10_000)
    [outcome] = refresh(selling)

    assert set(outcome.fates.values()) == {"kept"}
