from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.database.database import Database
from app.errors import SetupError
from app.imports.economics import Economics
from app.imports.economics_file import read_economics
from app.imports.offers import LONG_AGO, put_economics
from app.jobs.tables import DueWork
from app.parties.queries import listed_factories
from app.sourcing.material_queries import offers_by_style
from app.sourcing.queries import Offered
from app.sourcing.tables import Offer
from tests.imports.files import AT, WriteRetail, take_in

NOON = "2011-03-01T12:00"
DAY = date(2011, 12, 10)
ROWS = [
    ("536365", "85123A", "HEART", 6, NOON, 2.55),
    ("536366", "71053", "LANTERN", 6, NOON, 2.55),
    ("536367", "22139", "TEA SET", 1, NOON, 4.25),
]


@pytest.fixture
def economics() -> Economics:
    return read_economics(Path(__file__).with_name("online_retail.toml"))


@pytest.fixture
def range_of_three(database: Database, retail: WriteRetail) -> Database:
    take_in(database, retail(ROWS), preset="online-retail")
    return database


def usable(database: Database, style: str) -> list[Offered]:
    with database.read() as session:
        return offers_by_style(session, 1, [style], day=DAY)[style]


def test_styles_of_one_price_share_an_offer_and_pay_the_share_of_it(
    range_of_three: Database, economics: Economics
) -> None:
    written = put_economics(range_of_three, economics, brand="acme", at=AT)

    assert written == 4
    large, small = usable(range_of_three, "85123")
    assert (small.factory, small.offer.code) == ("workshop", "small-2.55")
    assert (large.factory, large.offer.code) == ("overseas", "large-2.55")
    assert small.offer.styles == ["71053", "85123"]
    assert small.offer.price_breaks == [
        {"min_quantity": 1, "unit_cost": "1.2750"},
        {"min_quantity": 200, "unit_cost": "1.1475"},
    ]
    assert (small.offer.moq_run, small.offer.setup_cost) == (24, Decimal(15))
    assert [one.offer.code for one in usable(range_of_three, "22139")] == [
        "large-4.25",
        "small-4.25",
    ]


def test_the_brand_lists_the_factories_beside_those_it_had(
    range_of_three: Database, economics: Economics
) -> None:
    first = replace(economics, offers=economics.offers[:1])
    put_economics(range_of_three, first, brand="acme", at=AT)
    rest = replace(economics, offers=economics.offers[1:])
    put_economics(range_of_three, rest, brand="acme", at=AT)

    with range_of_three.read() as session:
        assert listed_factories(session, [1]) == {1: ["overseas", "workshop"]}


def test_doing_it_again_changes_nothing(range_of_three: Database, economics: Economics) -> None:
    put_economics(range_of_three, economics, brand="acme", at=AT)
    with range_of_three.write() as session:
        session.query(DueWork).delete()

    assert put_economics(range_of_three, economics, brand="acme", at=AT) == 0

    with range_of_three.read() as session:
        assert session.scalars(select(DueWork)).all() == []


def test_the_offer_of_a_price_that_no_style_has_any_more_ends(
    range_of_three: Database, economics: Economics, retail: WriteRetail
) -> None:
    put_economics(range_of_three, economics, brand="acme", at=AT)
    take_in(
        range_of_three, retail([("536367", "22139", "TEA SET", 2, NOON, 5.0)]),
        preset="online-retail",
    )  # fmt: skip

    written = put_economics(range_of_three, economics, brand="acme", at=AT)

    assert written == 4
    assert [one.offer.code for one in usable(range_of_three, "22139")] == [
        "large-5.00",
        "small-5.00",
    ]
    with range_of_three.read() as session:
        ended = session.scalars(select(Offer).where(Offer.code == "small-4.25")).one()
    assert ended.valid_to == LONG_AGO


def test_an_offer_without_shares_is_one_for_every_style(
    range_of_three: Database, economics: Economics
) -> None:
    [step, _] = economics.offers[0].steps
    flat = replace(
        economics.offers[0],
        steps=(replace(step, unit_cost=Decimal("1.20"), unit_cost_share=None),),
    )

    put_economics(range_of_three, replace(economics, offers=(flat,)), brand="acme", at=AT)

    [offered] = usable(range_of_three, "22139")
    assert (offered.offer.code, offered.offer.styles) == ("small", None)


def test_a_factory_that_is_nowhere_described_is_refused(
    range_of_three: Database, economics: Economics
) -> None:
    undescribed = replace(economics, factories=economics.factories[:1])

    with pytest.raises(SetupError, match="there is no factory overseas"):
        put_economics(range_of_three, undescribed, brand="acme", at=AT)


def test_a_brand_that_does_not_exist_is_refused(database: Database, economics: Economics) -> None:
    with pytest.raises(SetupError, match="there is no brand nobody"):
        put_economics(database, economics, brand="nobody", at=AT)


def test_a_share_of_a_price_too_small_for_a_cost_is_refused(
    range_of_three: Database, economics: Economics, retail: WriteRetail
) -> None:
    take_in(
        range_of_three, retail([("536367", "22139", "TEA SET", 2, NOON, 0.0001)]),
        preset="online-retail",
    )  # fmt: skip

    with pytest.raises(
        SetupError, match=r"offer large: price_breaks\.0\.unit_cost must be greater"
    ):
        put_economics(range_of_three, economics, brand="acme", at=AT)
