"""What a brand tolerates is no way to learn its margin, and none to take it bit by bit."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from app.database.database import Database
from app.recommendations.answer import accept, counter
from app.recommendations.counter import Counter, CounterLine
from app.recommendations.pricing import PricedCounter
from app.recommendations.review import decline_counter
from app.recommendations.tables import Recommendation
from tests.recommendations.scene import AT, Scene, build, decide, run_of, stored

HOUR = timedelta(hours=1)


@pytest.fixture
def scene(database: Database) -> Scene:
    """A brand that gives up 100.00 at most, asking fab1 for 120 units at 14.00."""
    with database.write() as session:
        scene = build(session, counter_tolerance=Decimal(100))
    decide(database, scene, run_of(scene, urgent=True))
    return scene


def answer(database: Database, scene: Scene, terms: Counter, *, at: datetime) -> str:
    with database.write() as session:
        return counter(session, stored(database)[-1].id, scene.fab1, terms=terms, at=at).status


def ask_again(database: Database, scene: Scene, *, medium: int, at: datetime) -> None:
    decide(database, scene, run_of(scene, medium=medium, urgent=True), at=at)


def dearer(unit_cost: str) -> Counter:
    return Counter(unit_cost=Decimal(unit_cost))


def test_small_rises_one_after_the_other_add_up_to_what_is_tolerated(
    database: Database, scene: Scene
) -> None:
    first = answer(database, scene, dearer("14.50"), at=AT + HOUR)
    ask_again(database, scene, medium=80, at=AT + 2 * HOUR)
    second = answer(database, scene, dearer("14.34"), at=AT + 3 * HOUR)
    third = answer(database, scene, dearer("14.33"), at=AT + 4 * HOUR)
    ask_again(database, scene, medium=80, at=AT + 5 * HOUR)
    fourth = answer(database, scene, dearer("14.01"), at=AT + 6 * HOUR)

    assert [first, second, third, fourth] == ["accepted", "countered", "accepted", "countered"]


def test_after_a_review_period_what_was_given_up_no_longer_counts(
    database: Database, scene: Scene
) -> None:
    answer(database, scene, dearer("14.80"), at=AT + HOUR)
    next_week = AT + timedelta(days=7)
    ask_again(database, scene, medium=80, at=next_week + HOUR)

    assert answer(database, scene, dearer("14.80"), at=next_week + 2 * HOUR) == "accepted"


def test_what_was_issued_long_ago_and_answered_now_counts_now(
    database: Database, scene: Scene
) -> None:
    with database.write() as session:
        session.execute(update(Recommendation).values(issued_at=AT - timedelta(days=8)))
    answer(database, scene, dearer("14.80"), at=AT + HOUR)
    ask_again(database, scene, medium=80, at=AT + 2 * HOUR)

    assert answer(database, scene, dearer("14.80"), at=AT + 3 * HOUR) == "countered"


def test_a_counter_that_was_declined_before_makes_no_other_free(
    database: Database, scene: Scene
) -> None:
    answer(database, scene, dearer("30"), at=AT + HOUR)
    with database.write() as session:
        decline_counter(session, scene.brand, stored(database)[0].id, reason=None, at=AT + HOUR)
    first = answer(database, scene, dearer("14.80"), at=AT + HOUR)
    ask_again(database, scene, medium=80, at=AT + 2 * HOUR)
    second = answer(database, scene, dearer("14.80"), at=AT + 3 * HOUR)

    assert (first, second) == ("accepted", "countered")


def test_a_new_recommendation_brings_no_new_guesses(database: Database, scene: Scene) -> None:
    for number in range(3):
        answer(database, scene, dearer(f"{20 - number}"), at=AT + HOUR)
    with database.write() as session:
        decline_counter(session, scene.brand, stored(database)[0].id, reason=None, at=AT + HOUR)
    ask_again(database, scene, medium=300, at=AT + 2 * HOUR)

    guessed = answer(database, scene, dearer("14.01"), at=AT + 3 * HOUR)

    assert guessed == "countered"


def test_what_costs_the_brand_nothing_is_taken_whatever_came_before(
    database: Database, scene: Scene
) -> None:
    answer(database, scene, dearer("14.80"), at=AT + HOUR)
    ask_again(database, scene, medium=80, at=AT + 2 * HOUR)

    assert answer(database, scene, dearer("13.99"), at=AT + 3 * HOUR) == "accepted"


def test_an_accepted_recommendation_takes_nothing_of_what_is_tolerated(
    database: Database, scene: Scene
) -> None:
    with database.write() as session:
        accept(session, stored(database)[0].id, scene.fab1, at=AT + HOUR)
    ask_again(database, scene, medium=80, at=AT + 2 * HOUR)

    assert answer(database, scene, dearer("14.80"), at=AT + 3 * HOUR) == "accepted"


@pytest.mark.parametrize(
    "lines", [None, (CounterLine("S2-BLK-M", 70), CounterLine("S2-BLK-L", 40))]
)
def test_a_promise_of_haste_pays_for_no_dearer_price(
    database: Database, scene: Scene, lines: tuple[CounterLine, ...] | None
) -> None:
    [asked] = stored(database)
    terms = Counter(
        lines=lines, unit_cost=Decimal("15.50"), need_by=asked.need_by - timedelta(days=8)
    )
    priced = PricedCounter(
        recommendation_id=asked.id,
        terms=terms,
        given_up=-223.4,
        standard_error=1.0,
        total_cost=Decimal(1500),
        has_budget=False,
        shown={"profit_given_up": "-223.40"},
    )

    with database.write() as session:
        answered = counter(session, asked.id, scene.fab1, terms=terms, at=AT + HOUR, price=priced)

    assert answered.status == "countered"
