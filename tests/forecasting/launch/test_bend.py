from datetime import timedelta

import numpy as np
import pytest

from app.demand.panel import DemandPanel
from app.forecasting.launch.bend import Bend, as_unbent, bend, bent
from app.forecasting.launch.following import follow
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.sizes import split_prior
from app.forecasting.past.succession import DEFAULT_LEFT, SuccessionPriors
from app.forecasting.seen.evidence import Evidence, gather
from tests.forecasting.panels import ORIGIN, panel, style, weeks_ago

OLD = weeks_ago(80)


def seen(world: DemandPanel) -> Evidence:
    return gather(world, split_prior(world, BrandPriors().split))


def bending(world: DemandPanel, priors: BrandPriors | None = None) -> Bend:
    return bend(world, seen(world), priors or BrandPriors())


def test_a_style_without_successor_and_end_does_not_bend() -> None:
    found = bending(panel([[5] * 10], styles=[style(successor="NEXT")]))

    assert (found.past == 1).all()
    assert (found.ahead == 1).all()
    assert found.notes == ((),)


def test_demand_bends_from_its_successors_launch_on() -> None:
    old = style(launched=OLD, successor="NEXT", successor_launch=weeks_ago(-4))

    found = bending(panel([[20] * 40], styles=[old]))

    assert found.past[0].tolist() == pytest.approx([1.0] * 40)
    assert found.ahead[0, :4].tolist() == pytest.approx([1.0] * 4)
    assert (np.diff(found.ahead[0, 4:30]) < 0).all()
    # The mean over how far it may follow, of what a style that follows fully keeps.
    assert found.ahead[0, -1] == pytest.approx(0.42, abs=0.01)
    assert found.notes[0] == (
        {
            "code": "successor",
            "successor": "NEXT",
            "launch": "2026-06-29",
            "share_left": round(float(found.ahead[0, -1]), 4),
        },
    )


def test_its_own_history_since_then_says_how_far_it_bends() -> None:
    old = style(launched=OLD, successor="NEXT", successor_launch=weeks_ago(12))
    left = np.array(DEFAULT_LEFT[:12])

    stays, follows, falls = (
        bending(panel([np.round([100.0] * 30 + list(100 * kept))], styles=[old])).ahead[0, -1]
        for kept in (np.ones(12), left, left**2)
    )

    assert stays > 0.75
    assert follows == pytest.approx(DEFAULT_LEFT[-1], abs=0.08)
    assert falls < 0.25


def test_what_recent_weeks_contain_is_not_bent_again() -> None:
    old = style(launched=OLD, successor="NEXT", successor_launch=weeks_ago(40))
    sold = [100] * 20 + [36] * 40
    world = panel([sold], styles=[old])

    found = bending(world)

    # From the last half year at 36 on, nothing is left to bend.
    assert found.ahead[0, 0] / found.past[0, -1] == pytest.approx(1.0, abs=0.01)


def test_a_bend_is_not_taken_for_the_fading_of_a_launch() -> None:
    fades = BrandPriors(profile=tuple(np.exp(-np.arange(52) / 20)))
    old = style(launched=weeks_ago(30), successor="NEXT", successor_launch=weeks_ago(6))
    even = style(launched=weeks_ago(30))
    kept = [round(60 * left) for left in DEFAULT_LEFT[:6]]
    world = panel([[60] * 24 + kept, [60] * 30], style_of=[0, 1], styles=[old, even])
    evidence = seen(world)

    found = bend(world, evidence, fades)
    mistaken = follow(world, evidence, fades)
    by_age = follow(world, as_unbent(evidence, found), fades)
    together = bent(by_age, found)

    assert by_age.ahead[0, 20] / by_age.ahead[0, 0] > 0.02 + (
        mistaken.ahead[0, 20] / mistaken.ahead[0, 0]
    )
    np.testing.assert_allclose(by_age.ahead[1], mistaken.ahead[1])
    np.testing.assert_allclose(together.ahead, by_age.ahead * found.ahead)
    np.testing.assert_allclose(together.past, by_age.past * found.past)


def test_only_the_last_half_year_before_is_held_against_what_came_after() -> None:
    old = style(launched=OLD, successor="NEXT", successor_launch=weeks_ago(12))

    found = bending(panel([[200] * 40 + [50] * 38], styles=[old]))

    assert found.ahead[0, -1] > 0.7


@pytest.mark.parametrize(
    ("days_left", "week"), [(0, [1 / 7, 0.0]), (6, [1.0, 0.0]), (8, [1.0, 2 / 7]), (-1, [0.0, 0.0])]
)
def test_nothing_is_wanted_after_the_day_of_the_end(days_left: int, week: list[float]) -> None:
    ending = style(launched=OLD, end_of_life=ORIGIN + timedelta(days=days_left))

    found = bending(panel([[5] * 20], styles=[ending]))

    assert found.ahead[0, :2].tolist() == pytest.approx(week)
    assert (found.ahead[0, 2:] == 0).all()
    assert found.notes[0][0]["code"] == "end"


def test_days_after_the_end_are_empty_too() -> None:
    ending = style(launched=OLD, end_of_life=ORIGIN + timedelta(days=9))

    found = bending(panel([[5] * 20], styles=[ending], period_days=1))

    assert found.ahead[0, 9] == 1
    assert (found.ahead[0, 10:] == 0).all()


def test_the_last_weeks_of_a_life_sell_as_they_did_in_others() -> None:
    priors = BrandPriors(succession=SuccessionPriors(tail=(0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1)))
    ending = style(launched=OLD, end_of_life=ORIGIN + timedelta(days=13))

    found = bending(panel([[5] * 20], styles=[ending]), priors)

    assert found.ahead[0, :3].tolist() == pytest.approx([0.4, 0.2, 0.0])
    assert found.past[0, -4:].tolist() == pytest.approx([1.0, 1.0, 0.8, 0.6])
