"""What stands and what is issued together fit a brand's money and a factory's weeks."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from app.database.database import Database
from app.errors import Conflict
from app.parties.tables import Brand
from app.recommendations.answer import accept, counter
from app.recommendations.counter import Counter, CounterLine
from app.recommendations.issue import Proposal, publish
from app.recommendations.line_work import work_of
from app.recommendations.reserve import money_tied_up
from app.recommendations.review import accept_counter
from app.recommendations.weeks import Accepted, Work, fits_in, weeks_left, weeks_to_make
from app.runs.tables import Run
from app.sourcing.ingest import OfferDraft, put_offer
from tests.recommendations.scene import (
    AT,
    Scene,
    add_style,
    build,
    decide,
    proposal_of,
    run_of,
    stored,
    to_fab2,
)

COST = Decimal(1926)
"""What `run_of` costs: 120 units at 14.80 and a set-up of 150."""

LATER = AT + timedelta(hours=2)
HELD_SECONDS = 0.3
"""Long enough for another publication to read what this one has not committed."""


def spend_at_most(database: Database, scene: Scene, money: str) -> None:
    with database.write() as session:
        session.execute(
            update(Brand).where(Brand.id == scene.brand.id).values(open_to_buy=Decimal(money))
        )


def state_capacity(database: Database, scene: Scene, units_a_week: int) -> None:
    """Let the offer that `run_of` names say how much the factory makes in a week."""
    terms = OfferDraft(
        code="S2-small",
        brand=scene.brand.code,
        mode="small_batch",
        currency="EUR",
        price_breaks=((1, Decimal(14)),),
        lead_time_days_mean=21.0,
        capacity_per_week=units_a_week,
    )
    with database.write() as session:
        put_offer(session, scene.fab1, terms, at=AT)


def second_style(database: Database, scene: Scene) -> Scene:
    with database.write() as session:
        style_id, skus = add_style(session, scene.brand.id, "S3")
    return replace(scene, style_id=style_id, skus=skus)


def second_brand(database: Database) -> Scene:
    with database.write() as session:
        return build(session, code="other")


def fates_of_two_at_once(
    databases: tuple[Database, Database], scenes: tuple[Scene, Scene]
) -> list[str]:
    """Publish one proposal each; the second begins before the first has committed."""
    has_issued = threading.Event()

    def first() -> str:
        with databases[0].write() as session:
            proposal = proposal_of(scenes[0], run_of(scenes[0]))
            fates = publish(session, scenes[0].brand, [proposal], at=AT).fates
            has_issued.set()
            threading.Event().wait(HELD_SECONDS)
        return fates[scenes[0].style_id]

    def second() -> str:
        has_issued.wait(10)
        with databases[1].write() as session:
            proposal = proposal_of(scenes[1], run_of(scenes[1]))
            fates = publish(session, scenes[1].brand, [proposal], at=AT).fates
        return fates[scenes[1].style_id]

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(first), pool.submit(second)]
        return [one.result() for one in running]


def test_of_two_styles_at_once_only_one_gets_the_money(
    database: Database, open_again: Callable[[], Database], scene: Scene
) -> None:
    spend_at_most(database, scene, "3000")
    scenes = scene, second_style(database, scene)

    fates = fates_of_two_at_once((database, open_again()), scenes)

    assert fates == ["issued", "short"]
    assert len(stored(database)) == 1


def test_of_two_brands_at_once_only_one_gets_the_factorys_weeks(
    database: Database, open_again: Callable[[], Database], scene: Scene
) -> None:
    state_capacity(database, scene, 60)
    scenes = scene, second_brand(database)

    fates = fates_of_two_at_once((database, open_again()), scenes)

    assert fates == ["issued", "short"]


def test_money_for_both_lets_both_out(
    database: Database, open_again: Callable[[], Database], scene: Scene
) -> None:
    spend_at_most(database, scene, "3852")
    scenes = scene, second_style(database, scene)

    fates = fates_of_two_at_once((database, open_again()), scenes)

    assert fates == ["issued", "issued"]


def test_one_publication_counts_what_it_issues_itself(database: Database, scene: Scene) -> None:
    spend_at_most(database, scene, "3000")
    other = second_style(database, scene)
    proposals: list[Proposal] = [proposal_of(one, run_of(one)) for one in (scene, other)]

    with database.write() as session:
        fates = publish(session, scene.brand, proposals, at=AT).fates

    assert fates == {scene.style_id: "issued", other.style_id: "short"}


def test_one_publication_counts_the_weeks_it_takes_itself(database: Database, scene: Scene) -> None:
    state_capacity(database, scene, 60)
    other = second_style(database, scene)
    proposals: list[Proposal] = [proposal_of(one, run_of(one)) for one in (scene, other)]

    with database.write() as session:
        fates = publish(session, scene.brand, proposals, at=AT).fates

    assert fates == {scene.style_id: "issued", other.style_id: "short"}


def test_what_is_replaced_makes_room_for_what_replaces_it(database: Database, scene: Scene) -> None:
    spend_at_most(database, scene, "2000")
    decide(database, scene, run_of(scene))

    fate = decide(database, scene, run_of(scene, medium=40, large=80))

    assert fate == "superseded"


def test_what_is_withdrawn_makes_room_for_another_factory(database: Database, scene: Scene) -> None:
    spend_at_most(database, scene, "2000")
    decide(database, scene, run_of(scene))

    assert decide(database, scene, to_fab2(scene)) == "issued"


def test_what_no_longer_fits_leaves_standing_what_stood(database: Database, scene: Scene) -> None:
    spend_at_most(database, scene, "2000")
    decide(database, scene, run_of(scene))

    fate = decide(database, scene, run_of(scene, medium=160))

    assert fate == "short"
    assert [row.status for row in stored(database)] == ["open"]


def test_a_standing_one_that_no_longer_fits_gives_way_to_a_smaller_one(
    database: Database, scene: Scene
) -> None:
    decide(database, scene, run_of(scene))
    spend_at_most(database, scene, "1915")

    fate = decide(database, scene, run_of(scene, medium=79))

    assert fate == "superseded"


def test_accepted_work_ties_up_money_until_it_is_received(database: Database, scene: Scene) -> None:
    decide(database, scene, run_of(scene))
    with database.write() as session:
        accept(session, stored(database)[0].id, scene.fab1, at=LATER)

    with database.write() as session:
        tied_up = money_tied_up(session, scene.brand.id)
        session.execute(update(Run).values(status="received"))
        received = money_tied_up(session, scene.brand.id)

    assert (tied_up, received) == (COST, Decimal(0))


def test_work_counts_for_every_brand_and_shrinks_as_it_is_made(
    database: Database, scene: Scene
) -> None:
    state_capacity(database, scene, 60)
    decide(database, scene, run_of(scene))
    with database.write() as session:
        accept(session, stored(database)[0].id, scene.fab1, at=LATER)

    with database.read() as session:
        new = work_of(session, [scene.fab1], day=date(2026, 3, 2))[scene.fab1]
        later = work_of(session, [scene.fab1], day=date(2026, 3, 16))[scene.fab1]
        over = work_of(session, [scene.fab1], day=date(2026, 3, 23))[scene.fab1]

    assert new == [Work(2.0, 21.0)]
    assert later == [Work(pytest.approx(40 / 60), 7.0)]
    assert over == []


def test_an_offer_that_states_no_capacity_is_not_limited(database: Database, scene: Scene) -> None:
    other = second_brand(database)

    fates = [decide(database, one, run_of(one)) for one in (scene, other)]

    assert fates == ["issued", "issued"]


def test_a_tolerated_counter_beyond_the_money_waits_for_the_brand(
    database: Database, scene: Scene
) -> None:
    with database.write() as session:
        session.execute(update(Brand).values(counter_tolerance=Decimal(100)))
    spend_at_most(database, scene, "1950")
    decide(database, scene, run_of(scene))
    terms = Counter(unit_cost=Decimal("14.50"))

    with database.write() as session:
        row = counter(session, stored(database)[0].id, scene.fab1, terms=terms, at=LATER)

    assert row.status == "countered"


def test_the_brand_cannot_agree_to_more_than_it_may_spend(database: Database, scene: Scene) -> None:
    spend_at_most(database, scene, "1950")
    decide(database, scene, run_of(scene))
    terms = Counter(lines=(CounterLine("S2-BLK-M", 100),))
    with database.write() as session:
        row = counter(session, stored(database)[0].id, scene.fab1, terms=terms, at=LATER)

    with pytest.raises(Conflict, match="more than open_to_buy"), database.write() as session:
        accept_counter(session, scene.brand, row.id, reason=None, at=LATER)

    assert [one.status for one in stored(database)] == ["countered"]


def test_less_money_does_not_stop_a_factory_from_accepting_what_was_asked(
    database: Database, scene: Scene
) -> None:
    decide(database, scene, run_of(scene))
    spend_at_most(database, scene, "100")

    with database.write() as session:
        row = accept(session, stored(database)[0].id, scene.fab1, at=LATER)

    assert row.status == "accepted"


def test_work_fits_where_everything_can_be_made_by_its_date() -> None:
    work = [Work(1.0, 7.0), Work(1.0, 21.0)]

    assert weeks_left(work, 14.0) == 1.0
    assert fits_in(work, Work(1.0, 14.0))
    assert not fits_in(work, Work(1.1, 14.0))
    assert not fits_in(work, Work(0.5, 3.0))
    assert fits_in([], Work(1.0, 0.0))


def test_work_due_later_must_still_fit_behind_new_work() -> None:
    work = [Work(2.5, 21.0)]

    assert fits_in(work, Work(0.5, 7.0))
    assert not fits_in(work, Work(0.6, 7.0))


def test_what_stands_unchanged_keeps_its_money_from_what_is_new(
    database: Database, scene: Scene
) -> None:
    spend_at_most(database, scene, "2000")
    other = second_style(database, scene)
    decide(database, other, run_of(other))
    wanted = [proposal_of(scene, run_of(scene)), proposal_of(other, run_of(other))]

    with database.write() as session:
        fates = publish(session, scene.brand, wanted, at=LATER).fates
        tied_up = money_tied_up(session, scene.brand.id)

    assert fates == {scene.style_id: "short", other.style_id: "kept"}
    assert tied_up == COST


def test_of_two_dearer_counters_at_once_the_second_waits_for_the_brand(
    database: Database, open_again: Callable[[], Database], scene: Scene
) -> None:
    with database.write() as session:
        session.execute(update(Brand).values(counter_tolerance=Decimal(1000)))
    other = second_style(database, scene)
    decide(database, scene, run_of(scene))
    decide(database, other, run_of(other))
    spend_at_most(database, scene, str(2 * COST + 68))
    first, second = [row.id for row in stored(database)]
    dearer = Counter(unit_cost=Decimal("14.50"))
    answered, elsewhere = threading.Event(), open_again()

    def agree_and_wait() -> str:
        with database.write() as session:
            row = counter(session, first, scene.fab1, terms=dearer, at=LATER)
            answered.set()
            threading.Event().wait(HELD_SECONDS)
            return row.status

    def agree() -> str:
        answered.wait()
        with elsewhere.write() as session:
            return counter(session, second, scene.fab1, terms=dearer, at=LATER).status

    with ThreadPoolExecutor(2) as pool:
        one, other_one = pool.submit(agree_and_wait), pool.submit(agree)

    assert (one.result(), other_one.result()) == ("accepted", "countered")


def test_those_kept_together_tie_up_no_more_than_the_money(
    database: Database, scene: Scene
) -> None:
    other = second_style(database, scene)
    for one in (scene, other):
        decide(database, one, run_of(one))
    spend_at_most(database, scene, str(2 * COST - 40))
    smaller = [proposal_of(one, run_of(one, medium=78)) for one in (scene, other)]

    with database.write() as session:
        fates = publish(session, scene.brand, smaller, at=LATER).fates
        tied_up = money_tied_up(session, scene.brand.id)

    assert sorted(fates.values()) == ["superseded", "superseded"]
    assert tied_up == 2 * COST - 4 * Decimal("14.80")


def test_only_as_many_give_way_as_the_money_needs(database: Database, scene: Scene) -> None:
    other = second_style(database, scene)
    for one in (scene, other):
        decide(database, one, run_of(one))
    spend_at_most(database, scene, str(2 * COST - 20))
    smaller = [proposal_of(one, run_of(one, medium=78)) for one in (scene, other)]

    with database.write() as session:
        fates = publish(session, scene.brand, smaller, at=LATER).fates

    assert sorted(fates.values()) == ["kept", "superseded"]


def test_what_stands_and_changes_keeps_its_money_until_it_does(
    database: Database, scene: Scene
) -> None:
    spend_at_most(database, scene, "2500")
    other = second_style(database, scene)
    decide(database, other, run_of(other))
    small = run_of(scene, medium=20, large=20)
    wanted = [proposal_of(scene, small), proposal_of(other, run_of(other, medium=200))]

    with database.write() as session:
        fates = publish(session, scene.brand, wanted, at=LATER).fates
        tied_up = money_tied_up(session, scene.brand.id)

    assert fates == {scene.style_id: "short", other.style_id: "short"}
    assert tied_up == COST


def test_what_stands_beyond_less_money_is_taken_back(database: Database, scene: Scene) -> None:
    other = second_style(database, scene)
    for one in (scene, other):
        decide(database, one, run_of(one))
    spend_at_most(database, scene, "3000")
    wanted = [proposal_of(one, run_of(one)) for one in (scene, other)]

    with database.write() as session:
        fates = publish(session, scene.brand, wanted, at=LATER).fates
        tied_up = money_tied_up(session, scene.brand.id)

    assert fates == {scene.style_id: "kept", other.style_id: "short"}
    assert tied_up == COST


def test_a_line_makes_no_more_than_it_can_of_several_runs_at_once() -> None:
    day = date(2026, 3, 2)
    runs = [
        Accepted(day, day + timedelta(days=14), 2.0),
        Accepted(day + timedelta(days=7), day + timedelta(days=21), 1.0),
    ]

    assert weeks_to_make(runs, day + timedelta(days=7)) == pytest.approx([1.0, 1.0])
    assert weeks_to_make(runs, day + timedelta(days=14)) == pytest.approx([0.0, 1.0])
    assert weeks_to_make(runs, day + timedelta(days=21)) == pytest.approx([0.0, 0.0])


def test_what_is_taken_on_day_after_day_is_never_more_than_the_line_makes() -> None:
    start = date(2026, 3, 2)
    runs: list[Accepted] = []
    for days in range(60):
        day = start + timedelta(days=days)
        left = weeks_to_make(runs, day)
        work = [
            Work(weeks, float((run.due_date - day).days))
            for run, weeks in zip(runs, left, strict=True)
            if weeks > 0
        ]
        free = weeks_left(work, 14.0)
        if free > 0:
            runs.append(Accepted(day, day + timedelta(days=14), free))

    taken = sum(run.weeks for run in runs)

    assert taken == pytest.approx((59 + 14) / 7)
