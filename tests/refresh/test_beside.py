"""A slow large run and a fast small one until it lands, at two factories."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.catalog.ingest import put_styles
from app.catalog.signals import styles_changed
from app.database.database import Database
from app.parties.refs import BrandRef
from app.parties.register import store_brand, store_factory
from app.parties.schemas import BrandIn
from app.parties.tables import Factory
from app.recommendations.answer import accept, decline
from app.recommendations.tables import Recommendation
from app.sourcing.ingest import put_offer
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

LAST_DAY = AT.date() + timedelta(days=182)


def open_to_two(database: Database, *, one_factory: bool = False) -> BrandRef:
    """Open a shop without stock for half a year: a fast dear factory, and a slow cheap one."""
    brand = open_shop(database, "S2")
    with database.write() as session:
        made = {"name": "Far", "timezone": "UTC", "setup_matrix": None}
        store_factory(session, "far", made, at=AT)
        rules = BrandIn(
            name="Acme",
            timezone="Europe/Paris",
            currency="EUR",
            factories=["fab", "far"],
            review_period_days=14,
        )
        values = rules.model_dump(exclude={"factories"})
        store_brand(session, "acme", values, ["fab", "far"], uses=UNUSED, at=AT)
        ids = {row.code: row.id for row in session.scalars(select(Factory))}
        fast = replace(
            offer(), mode="on_demand", price_breaks=((1, Decimal(24)),), lead_time_days_mean=7.0,
            max_quantity=120, setup_cost=Decimal(10),
        )  # fmt: skip
        slow = replace(
            offer(), code="large", mode="large_batch", price_breaks=((1, Decimal(9)),),
            lead_time_days_mean=56.0, moq_run=300,
        )  # fmt: skip
        put_offer(session, ids["fab"], fast, at=AT)
        put_offer(session, ids["fab" if one_factory else "far"], slow, at=AT)
        put_styles(session, brand.id, [replace(draft("S2"), end_of_life_date=LAST_DAY)], at=AT)
        sell(session, brand, "S2", a_day=4)
    return brand


def by_factory(rows: list[Recommendation]) -> dict[str, Recommendation]:
    return {row.factory: row for row in rows}


def test_both_factories_are_asked_at_once(database: Database) -> None:
    open_to_two(database)

    [outcome] = refresh(database)

    assert set(outcome.fates.values()) == {"issued"}
    with database.read() as session:
        asked = by_factory(standing(session))
        assert {code: (row.status, row.mode) for code, row in asked.items()} == {
            "fab": ("open", "on_demand"),
            "far": ("open", "large_batch"),
        }
        [decided] = decisions(session)
    beside = decided.body["chosen"]["beside"]
    assert decided.body["chosen"]["quantity"] == asked["far"].quantity
    assert (beside["factory"], beside["quantity"]) == ("fab", asked["fab"].quantity)
    assert asked["fab"].digest == asked["far"].digest == decided.digest


def test_nothing_new_keeps_both(database: Database) -> None:
    brand = open_to_two(database)
    refresh(database)
    for _ in range(2):
        with database.write() as session:
            styles_changed(session, brand.id, [style_id(session, "S2")], at=AT)

        [outcome] = refresh(database)

        assert set(outcome.fates.values()) == {"kept"}
    with database.read() as session:
        assert [row.status for row in standing(session)] == ["open", "open"]


@pytest.mark.parametrize("first", ["far", "fab"])
def test_when_one_is_accepted_the_other_still_stands(database: Database, first: str) -> None:
    open_to_two(database)
    refresh(database)
    with database.write() as session:
        row = by_factory(standing(session))[first]
        accept(session, row.id, row.factory_id, at=AT)

    refresh(database)

    with database.read() as session:
        states = [(row.factory, row.status) for row in standing(session)]
    other = {"far": "fab", "fab": "far"}[first]
    assert (first, "accepted") in states
    assert (other, "open") in states
    assert (other, "withdrawn") not in states


def test_a_second_run_of_the_same_factory_waits_for_the_first(database: Database) -> None:
    open_to_two(database, one_factory=True)
    refresh(database)
    with database.write() as session:
        [first] = standing(session)
        assert first.mode == "large_batch"
        accept(session, first.id, first.factory_id, at=AT)

    refresh(database)

    with database.read() as session:
        later = {row.mode: row.status for row in standing(session)}
    assert later == {"large_batch": "accepted", "on_demand": "open"}


def test_the_next_decision_knows_how_the_last_run_was_made(database: Database) -> None:
    open_to_two(database)
    refresh(database)
    with database.write() as session:
        row = by_factory(standing(session))["fab"]
        accept(session, row.id, row.factory_id, at=AT)

    refresh(database)

    with database.read() as session:
        newest = decisions(session)[-1]
    assert newest.inputs["situation"]["last_mode"] == "on_demand"
    assert "scale_to_large" in {reason["code"] for reason in newest.body["reasons"]}


def test_a_factory_that_declined_counts_as_less_reliable(database: Database) -> None:
    open_to_two(database)
    refresh(database)
    with database.write() as session:
        row = by_factory(standing(session))["fab"]
        declined = decline(session, row.id, row.factory_id, reason="full", at=AT)
        declined.answered_at = AT - timedelta(days=90)  # by now it may be asked again

    refresh(database)

    with database.read() as session:
        newest = decisions(session)[-1]
    assert newest.inputs["situation"]["records"] == [
        {"code": "fab", "delivers": 0.8595},
        {"code": "far", "delivers": 0.9025},
    ]
