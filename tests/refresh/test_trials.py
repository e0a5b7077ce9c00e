"""A style on trial: its budget over accepted and standing work, and the verdict."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from app.catalog.ingest import put_styles
from app.catalog.signals import styles_changed
from app.catalog.tables import Style
from app.database.database import Database
from app.parties.refs import BrandRef
from app.recommendations.answer import accept
from app.recommendations.schemas import DecisionOut
from app.refresh.trials import trial_of
from tests.refresh.shop import AT, decisions, draft, open_shop, refresh, sell, standing, style_id

UNTIL = date(2026, 4, 30)


def open_trial(database: Database, budget: str, *, until: date = UNTIL) -> BrandRef:
    """Open a shop whose one style sells well and is on trial."""
    brand = open_shop(database, "S2")
    on_trial = {"budget": budget, "until": until.isoformat()}
    with database.write() as session:
        style = replace(
            draft("S2"), test=on_trial, end_of_life_date=AT.date() + timedelta(days=182)
        )
        put_styles(session, brand.id, [style], at=AT)
        sell(session, brand, "S2")
    return brand


def test_what_stands_ties_up_no_more_than_the_budget(database: Database) -> None:
    open_trial(database, "500.00")

    refresh(database)

    with database.read() as session:
        [issued] = standing(session)
        [decided] = decisions(session)
    assert issued.total_cost == 32 * 14 + 50
    assert "test_budget_binding" in {reason["code"] for reason in decided.body["reasons"]}
    [limit] = issued.economics["constraints"]
    assert (limit["constraint"], limit["bound"]) == ("test_budget", 32)


def test_the_verdict_says_how_sure_it_is_and_of_what(database: Database) -> None:
    open_trial(database, "500.00")

    refresh(database)

    with database.read() as session:
        [decided] = decisions(session)
    verdict = decided.body["test_verdict"]
    assert verdict["verdict"] == "scale"
    assert verdict["probability"] >= 0.8
    assert verdict["probability_of"].startswith("On the joint paths of demand, one launch now")
    assert (verdict["budget"], verdict["committed"], verdict["asked"]) == (
        "500.00",
        "0.00",
        "498.00",
    )
    assert verdict["launch"]["quantity"] > 32
    assert not verdict["is_over"]


def test_the_decision_is_shown_with_its_verdict(database: Database) -> None:
    open_trial(database, "500.00")
    refresh(database)
    with database.read() as session:
        [decided] = decisions(session)

    shown = DecisionOut.of("S2", decided).model_dump(mode="json")

    assert shown["test_verdict"]["verdict"] == "scale"
    assert shown["suitability"]["by_factory"] == {"fab": "small_batch"}
    assert shown["chosen"]["economics"]["gain_over_waiting"] == shown["chosen"]["gain_over_waiting"]


def test_an_accepted_run_is_taken_off_the_budget(database: Database) -> None:
    open_trial(database, "700.00")
    refresh(database)
    with database.write() as session:
        [first] = standing(session)
        accept(session, first.id, first.factory_id, at=AT)

    refresh(database)

    with database.read() as session:
        newest = decisions(session)[-1]
    verdict = newest.body["test_verdict"]
    assert Decimal(verdict["committed"]) == first.total_cost
    assert Decimal(verdict["committed"]) + Decimal(verdict["asked"]) <= 700


def test_a_style_that_is_not_on_trial_has_no_verdict(database: Database) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2")

    refresh(database)

    with database.read() as session:
        [decided] = decisions(session)
    assert decided.body["test_verdict"] is None


def test_the_budget_of_what_stands_is_free_for_what_replaces_it(database: Database) -> None:
    brand = open_trial(database, "500.00")
    refresh(database)
    with database.write() as session:
        styles_changed(session, brand.id, [style_id(session, "S2")], at=AT)

    [outcome] = refresh(database)

    assert set(outcome.fates.values()) == {"kept"}


def test_a_trial_lasts_through_its_last_day(database: Database) -> None:
    open_trial(database, "500.00", until=AT.date())
    with database.read() as session:
        style = session.scalars(select(Style)).one()

    def left(spent: int, day: date) -> tuple[float, float]:
        facts = {"sold_units": 7, "periods_on_sale": 3}
        told = trial_of(style, Decimal(spent), day, facts=facts, period_days=7, former="hold")
        assert told is not None
        assert (told.sold_units, told.days_on_sale, told.former) == (7, 21, None)
        return told.days_left, told.budget_left

    assert left(0, AT.date()) == (0, 500)
    assert left(600, AT.date() + timedelta(days=1)) == (-1, 0)


def test_the_last_verdict_is_what_the_next_decision_starts_from(database: Database) -> None:
    brand = open_trial(database, "500.00")
    refresh(database)
    with database.write() as session:
        styles_changed(session, brand.id, [style_id(session, "S2")], at=AT)

    refresh(database)

    with database.read() as session:
        first, second = decisions(session)
    assert first.inputs["situation"]["trial"]["former"] is None
    assert second.inputs["situation"]["trial"]["former"] == "scale"
    assert second.inputs["situation"]["trial"]["sold_units"] == 160
    assert second.body["test_verdict"]["verdict"] == "scale"


def test_before_anything_is_sold_a_trial_says_nothing_for_a_launch(database: Database) -> None:
    brand = open_shop(database, "S2", "S1")
    on_trial = {"budget": "500.00", "until": UNTIL.isoformat()}
    with database.write() as session:
        put_styles(session, brand.id, [replace(draft("S2"), test=on_trial)], at=AT)
        sell(session, brand, "S1", days=60, a_day=20)

    refresh(database)

    with database.read() as session:
        decided = next(one for one in decisions(session) if one.body["test_verdict"])
    assert decided.body["test_verdict"]["verdict"] == "hold"
    assert decided.body["test_verdict"]["sold_needed"] == 10
    assert "test_evidence_missing" in {reason["code"] for reason in decided.body["reasons"]}


def test_after_its_last_day_a_trial_asks_for_no_run(database: Database) -> None:
    open_trial(database, "500.00", until=AT.date() - timedelta(days=1))

    refresh(database)

    with database.read() as session:
        assert standing(session) == []
        [decided] = decisions(session)
    assert decided.action == "hold"
    assert decided.body["test_verdict"]["is_over"]
    assert "test_over" in {reason["code"] for reason in decided.body["reasons"]}
