"""What a factory declined is not asked of it again before the brand's next review."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from app.catalog.ingest import put_styles
from app.catalog.signals import styles_changed
from app.database.database import Database
from app.parties.refs import BrandRef
from app.parties.register import store_brand, store_factory
from app.parties.schemas import BrandIn
from app.parties.tables import Factory
from app.recommendations.answer import decline
from app.recommendations.review import withdraw
from app.recommendations.tables import Recommendation
from app.sourcing.ingest import put_offer
from tests.recommendations.scene import caller, key_for
from tests.refresh.shop import (
    AT,
    UNUSED,
    decisions,
    draft,
    offer,
    open_shop,
    refresh,
    sell,
    standing,
    style_id,
)


@pytest.fixture
def brand(database: Database) -> BrandRef:
    made = open_shop(database, "S2")
    with database.write() as session:
        sell(session, made, "S2")
    return made


def say_no(database: Database) -> None:
    with database.write() as session:
        asked = standing(session)[-1]
        decline(session, asked.id, asked.factory_id, reason="busy", at=AT)


def open_ones(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(row.factory, row.offer) for row in standing(session) if row.status == "open"]


def add_a_dearer_factory(database: Database) -> None:
    with database.write() as session:
        store_factory(
            session, "fab2", {"name": "2", "timezone": "UTC", "setup_matrix": None}, at=AT
        )
        rules = BrandIn(
            name="Acme", timezone="Europe/Paris", currency="EUR", factories=["fab", "fab2"]
        )
        values = rules.model_dump(exclude={"factories"})
        store_brand(session, "acme", values, ["fab", "fab2"], uses=UNUSED, at=AT)
        second = session.scalars(select(Factory.id).where(Factory.code == "fab2")).one()
        dearer = replace(offer(), code="dear", price_breaks=((1, Decimal(18)),))
        put_offer(session, second, dearer, at=AT)


def ask_again(database: Database, *, declined_at: datetime) -> list[tuple[str, str]]:
    """Let the factory have declined at another time, refresh, and return what stands open."""
    with database.write() as session:
        session.execute(update(Recommendation).values(answered_at=declined_at))
        styles_changed(session, 1, [style_id(session, "S2")], at=AT)
    refresh(database)
    return open_ones(database)


def test_a_declined_offer_rests_until_the_next_review(database: Database, brand: BrandRef) -> None:
    refresh(database)
    say_no(database)

    refresh(database)
    at_once = open_ones(database)
    a_day_before = ask_again(database, declined_at=AT - timedelta(days=6))
    at_the_review = ask_again(database, declined_at=AT - timedelta(days=7))

    assert (at_once, a_day_before) == ([], [])
    assert at_the_review == [("fab", "small")]


def test_what_its_brand_withdrew_rests_as_well(database: Database, brand: BrandRef) -> None:
    refresh(database)
    with database.write() as session:
        withdraw(session, brand, standing(session)[-1].id, at=AT)
        styles_changed(session, brand.id, [style_id(session, "S2")], at=AT)
    refresh(database)

    with database.read() as session:
        decided = decisions(session)[-1]
    said = {reason["code"]: reason["text"] for reason in decided.body["reasons"]}
    assert open_ones(database) == []
    assert "no_offer" not in said
    assert (
        said["withdrawn_by_brand"] == "small of fab was withdrawn: not asked for before 2026-03-09."
    )


def test_the_decision_says_who_declined_what_and_until_when(
    database: Database, brand: BrandRef
) -> None:
    refresh(database)
    say_no(database)
    refresh(database)

    with database.read() as session:
        decided = decisions(session)[-1]
    said = {reason["code"]: reason["text"] for reason in decided.body["reasons"]}
    assert said["declined_by_factory"] == "fab declined small: not asked again before 2026-03-09."


def test_an_offer_that_rests_keeps_a_style_near_its_end_from_being_called_over(
    database: Database, brand: BrandRef
) -> None:
    ending = replace(draft("S2"), end_of_life_date=AT.date() + timedelta(days=40))
    slow = replace(offer(), code="slow", lead_time_days_mean=90.0)
    with database.write() as session:
        put_styles(session, brand.id, [ending], at=AT)
        put_offer(session, session.scalars(select(Factory.id)).one(), slow, at=AT)
    refresh(database)
    say_no(database)
    refresh(database)

    with database.read() as session:
        decided = decisions(session)[-1]
    codes = {reason["code"] for reason in decided.body["reasons"]}
    assert (decided.action, decided.final) == ("hold", False)
    assert codes.isdisjoint({"end_of_life_near", "no_offer"})


def test_the_next_best_factory_is_asked_instead(database: Database, brand: BrandRef) -> None:
    add_a_dearer_factory(database)
    refresh(database)
    asked_first = open_ones(database)
    say_no(database)

    refresh(database)

    assert (asked_first, open_ones(database)) == ([("fab", "small")], [("fab2", "dear")])


def test_what_was_left_out_is_left_out_when_the_decision_is_replayed(
    database: Database, brand: BrandRef
) -> None:
    add_a_dearer_factory(database)
    refresh(database)
    say_no(database)
    refresh(database)

    with database.read() as session:
        last = standing(session)[-1]
    call = caller(database)
    key = key_for(database, "brand", brand_id=brand.id)
    replayed = call(key, "GET", f"/v1/recommendations/{last.id}/replay").json()
    assert replayed["identical"] is True
