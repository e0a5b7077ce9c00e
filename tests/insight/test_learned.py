"""What runs teach of an offer's lead time and yield, and what decisions make of it."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.database.database import Database
from app.insight.learned import learn, with_learned
from app.insight.made import Made, made_runs
from app.runs.progress import Step, take_steps
from app.runs.queries import locked_run
from app.sourcing.queries import Offered, offers_for
from app.sourcing.tables import Offer
from app.sourcing.terms import terms_of
from tests.insight.past import accepted, delivered, made, put_small_offer
from tests.recommendations.scene import AT, Scene, build

LATER = AT + timedelta(days=60)


def offered(database: Database, scene: Scene) -> Offered:
    """Return the first factory's offer as a decision of `LATER` uses it."""
    with database.read() as session:
        stated = {"S2": offers_for(session, scene.brand.id, day=LATER.date())}
        found = with_learned(session, scene.brand.id, stated, day=LATER.date(), at=LATER)["S2"][0]
        session.expunge_all()
    return found


def runs(database: Database, scene: Scene) -> list[Made]:
    with database.read() as session:
        return made_runs(session, brand_id=scene.brand.id, since=AT, until=LATER)


@pytest.mark.parametrize(
    ("days", "took"),
    [
        (15, 15.0),  # early: as fast as it was
        (27, 21.0),  # by the day it is needed: it waited for that
        (33, 26.0),  # five days after it: those come on top
    ],
)
def test_a_run_that_waited_for_its_need_counts_as_long_as_was_promised(
    database: Database, scene: Scene, days: int, took: float
) -> None:
    made(database, scene, days)

    (run,) = runs(database, scene)

    assert (run.elapsed_days, run.lead_days) == (days, took)


def test_a_run_in_parts_is_dated_by_its_units_mean_day_and_late_by_its_last(
    database: Database, scene: Scene
) -> None:
    run = accepted(database, scene)
    delivered(database, scene, run, AT + timedelta(days=20), {"S2-BLK-M": 60})
    with database.write() as session:
        row = locked_run(session, run, brand_id=scene.brand.id, factory_id=None)
        late = Step("late", "received", "S2-BLK-L", 20, AT + timedelta(days=32))
        take_steps(session, row, [late], posted_by="brand", at=LATER)

    (found,) = runs(database, scene)

    assert (found.elapsed_days, found.is_in_time) == (23.0, False)


def test_four_runs_change_nothing(database: Database, scene: Scene) -> None:
    put_small_offer(database, scene)
    for _ in range(4):
        made(database, scene, 35)

    assert offered(database, scene).learned is None


def test_five_runs_correct_lead_time_and_yield_towards_what_they_were(
    database: Database, scene: Scene
) -> None:
    put_small_offer(database, scene)
    for _ in range(5):
        made(database, scene, 35, units={"S2-BLK-M": 60, "S2-BLK-L": 40})

    found = offered(database, scene)
    terms = terms_of(found)

    # 28 days of 21, and 100 good of 120: a quarter of the way is left to the statement.
    assert (terms.lead_time_days, terms.lead_time_sd_days) == (26.0, 3.0)
    assert (terms.yield_rate, terms.yield_sd) == (0.875, 0.072)
    assert (found.stated_lead_time_days, found.offer.yield_rate) == (21.0, 1.0)


def test_runs_as_stated_leave_the_statement_as_it_is(database: Database, scene: Scene) -> None:
    put_small_offer(database, scene, lead_time_days_mean=20.6)
    for _ in range(5):
        made(database, scene, 21)

    terms = terms_of(offered(database, scene))

    assert (terms.lead_time_days, terms.yield_rate, terms.yield_sd) == (20.6, 1.0, 0.0)


def test_what_another_brand_saw_of_the_factory_teaches_nothing(
    database: Database, scene: Scene
) -> None:
    put_small_offer(database, scene)
    with database.write() as session:
        other = build(session, code="other")
    for _ in range(5):
        made(database, scene, 35)

    with database.read() as session:
        mine = session.scalars(select(Offer)).all()
        theirs = made_runs(session, brand_id=other.brand.id, since=AT, until=LATER)
        learned = learn(theirs, mine)

    assert learned == {}


def test_an_offer_without_runs_learns_from_its_factorys_others(
    database: Database, scene: Scene
) -> None:
    put_small_offer(database, scene)
    put_small_offer(database, scene, code="S2-large", lead_time_days_mean=42.0)
    for _ in range(5):
        made(database, scene, 35)

    with database.read() as session:
        offers = {one.code: one.id for one in session.scalars(select(Offer))}
        learned = learn(runs(database, scene), session.scalars(select(Offer)).all())
    ratios: Mapping[str, float] = {
        code: round(learned[key].lead_time_ratio, 4) for code, key in offers.items()
    }

    assert ratios == {"S2-small": 1.25, "S2-large": 1.1667}


def test_what_is_learned_does_not_depend_on_which_styles_are_decided_together(
    database: Database, scene: Scene
) -> None:
    put_small_offer(database, scene)
    put_small_offer(database, scene, code="S2-large", lead_time_days_mean=42.0)
    for _ in range(5):
        made(database, scene, 35)
    day = LATER.date()

    with database.read() as session:
        offers = offers_for(session, scene.brand.id, day=day)
        large = [one for one in offers if one.offer.code == "S2-large"]
        alone = with_learned(session, scene.brand.id, {"A": large}, day=day, at=LATER)["A"]
        both = with_learned(session, scene.brand.id, {"A": large, "B": offers}, day=day, at=LATER)

    assert alone[0].learned is not None
    assert alone[0].learned == both["A"][0].learned
