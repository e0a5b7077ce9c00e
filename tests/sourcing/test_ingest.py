from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import delete, insert, select, update

from app.database.database import Database
from app.errors import Invalid, NotFound
from app.jobs.tables import DueWork
from app.parties.tables import Brand, BrandFactory
from app.sourcing.ingest import OfferDraft, put_offer
from app.sourcing.material_queries import offers_by_style
from app.sourcing.queries import offers_for, offers_named

AT = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
DAY = date(2026, 3, 2)
OFFER = OfferDraft(
    code="small",
    brand="acme",
    mode="small_batch",
    currency="EUR",
    price_breaks=((1, Decimal("14.00")), (200, Decimal("12.1"))),
    lead_time_days_mean=21,
)


@pytest.fixture
def quiet(market: Database) -> Database:
    """The market with nothing due."""
    with market.write() as session:
        session.execute(delete(DueWork))
    return market


def due(database: Database) -> set[tuple[int, int]]:
    with database.read() as session:
        rows = session.execute(select(DueWork.group_id, DueWork.key)).all()
        return {(row.group_id, row.key) for row in rows}


def offered(database: Database, day: date = DAY) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(one.factory, one.offer.code) for one in offers_for(session, 1, day=day)]


def test_an_offer_for_all_styles_makes_the_planned_ones_due(quiet: Database) -> None:
    with quiet.write() as session:
        created = put_offer(session, 1, OFFER, at=AT)

    assert created
    assert due(quiet) == {(1, 1), (1, 2)}


def test_a_change_makes_due_what_the_offer_was_for_and_what_it_is_for(quiet: Database) -> None:
    with quiet.write() as session:
        put_offer(session, 1, replace(OFFER, styles=["S1"]), at=AT)
        session.execute(delete(DueWork))

    with quiet.write() as session:
        created = put_offer(session, 1, replace(OFFER, styles=["S2", "S9"]), at=AT)

    assert not created
    assert due(quiet) == {(1, 1), (1, 2)}


def test_an_offer_turned_to_another_brand_makes_styles_of_both_due(quiet: Database) -> None:
    with quiet.write() as session:
        session.execute(insert(BrandFactory).values(brand_id=2, factory_id=1))
        put_offer(session, 1, replace(OFFER, styles=["S1"]), at=AT)
        session.execute(delete(DueWork))

    with quiet.write() as session:
        put_offer(session, 1, replace(OFFER, brand="other"), at=AT)

    assert due(quiet) == {(1, 1), (2, 4)}


@pytest.mark.parametrize("brand", ["other", "nobody"])
def test_a_brand_that_does_not_list_the_factory_does_not_exist(quiet: Database, brand: str) -> None:
    with quiet.write() as session, pytest.raises(NotFound, match=r"^there is no such brand$"):
        put_offer(session, 1, replace(OFFER, brand=brand), at=AT)

    assert due(quiet) == set()


def test_another_currency_than_the_brands_is_refused(quiet: Database) -> None:
    with quiet.write() as session, pytest.raises(Invalid) as raised:
        put_offer(session, 1, replace(OFFER, currency="USD"), at=AT)

    assert raised.value.refusal_code == "currency_mismatch"
    assert [error.pointer for error in raised.value.errors] == ["/currency"]


def test_costs_are_kept_exactly(quiet: Database) -> None:
    with quiet.write() as session:
        put_offer(session, 1, replace(OFFER, setup_cost=Decimal("0.0001")), at=AT)

    with quiet.read() as session:
        [stored] = offers_named(session, "small", brand_id=1, factory_id=None)
        assert stored.offer.price_breaks == [
            {"min_quantity": 1, "unit_cost": "14.00"},
            {"min_quantity": 200, "unit_cost": "12.1"},
        ]
        assert stored.offer.setup_cost == Decimal("0.0001")


def test_an_offer_is_used_on_the_days_it_is_valid(quiet: Database) -> None:
    limited = replace(OFFER, valid_from=date(2026, 3, 2), valid_to=date(2026, 3, 3))
    with quiet.write() as session:
        put_offer(session, 1, limited, at=AT)

    used = [offered(quiet, date(2026, 3, day)) for day in (1, 2, 3, 4)]

    assert used == [[], [("fab1", "small")], [("fab1", "small")], []]


def test_offers_of_a_factory_no_longer_listed_are_not_used(quiet: Database) -> None:
    with quiet.write() as session:
        put_offer(session, 1, OFFER, at=AT)
        session.execute(delete(BrandFactory).where(BrandFactory.brand_id == 1))

    assert offered(quiet) == []


def test_offers_in_a_currency_the_brand_left_are_not_used(quiet: Database) -> None:
    with quiet.write() as session:
        put_offer(session, 1, OFFER, at=AT)
        session.execute(update(Brand).where(Brand.id == 1).values(currency="USD"))

    assert offered(quiet) == []


def test_each_style_gets_the_offers_that_are_for_it(quiet: Database) -> None:
    with quiet.write() as session:
        session.execute(insert(BrandFactory).values(brand_id=1, factory_id=2))
        put_offer(session, 2, OFFER, at=AT)
        put_offer(session, 1, replace(OFFER, code="large", styles=["S2"]), at=AT)
        put_offer(session, 1, OFFER, at=AT)

    with quiet.read() as session:
        found = offers_by_style(session, 1, ["S1", "S2"], day=DAY)
        names = {
            style: [(one.factory, one.offer.code) for one in offers]
            for style, offers in found.items()
        }

    assert names == {
        "S1": [("fab1", "small"), ("fab2", "small")],
        "S2": [("fab1", "large"), ("fab1", "small"), ("fab2", "small")],
    }
