from dataclasses import replace

import numpy as np
import pytest

from app.demand.panel import DemandPanel
from app.forecasting.past.learning import learn_priors
from app.forecasting.past.powers import POWERS
from app.forecasting.past.profiles import until_end, while_sold
from app.forecasting.past.sizes import SplitPriors, split_prior
from app.forecasting.seen.evidence import gather
from tests.forecasting.panels import panel, style, weeks_ago

FADING = np.exp(-np.arange(52) / 8)


def launches(units: np.ndarray) -> DemandPanel:
    count, weeks = units.shape
    styles = [style(f"S{index}", launched=weeks_ago(weeks)) for index in range(count)]
    return panel(units, style_of=range(count), styles=styles)


def seen_weeks(world: DemandPanel) -> list[float]:
    evidence = gather(world, split_prior(world, SplitPriors()))
    return while_sold(until_end(world, evidence)).seen_share.sum(axis=1).tolist()


def test_weeks_after_a_sudden_end_or_the_end_of_life_are_no_demand() -> None:
    sold_out = launches(np.array([[60] * 14 + [0] * 26]))
    dropped = replace(
        sold_out,
        demand=np.array([[60] * 14 + [0] * 2 + [1] * 24]),
        styles=(replace(sold_out.styles[0], end_of_life=weeks_ago(26)),),
    )

    assert seen_weeks(sold_out) == [14.0]
    assert seen_weeks(dropped) == [14.0]


def test_a_slow_sellers_quiet_weeks_stay_demand_of_none() -> None:
    assert seen_weeks(launches(np.array([([0] * 4 + [1]) * 6 + [0] * 9]))) == [39.0]


def test_two_launches_are_weak_evidence_and_sixty_are_not() -> None:
    lively = np.round(150 * FADING[:20]).astype(int)

    two, sixty = (learn_priors(launches(np.tile(lively, (count, 1)))) for count in (2, 60))

    assert sixty.profile[19] / sixty.profile[0] == pytest.approx(FADING[19], rel=0.4)
    assert two.profile[19] / two.profile[0] > 0.2
    assert sixty.powers[int(np.flatnonzero(POWERS == 1)[0])] > 0.8
    assert np.array(two.powers)[POWERS < 1].sum() > 0.3


def test_a_profile_flattens_where_only_few_styles_got_that_old() -> None:
    units = np.zeros((40, 40), dtype=int)
    units[:2] = np.round(150 * FADING[:40])
    units[2:, -12:] = np.round(150 * FADING[:12])
    ages = [40] * 2 + [12] * 38
    world = panel(
        units,
        exposure=[[1.0 if 40 - week <= age else 0.0 for week in range(40)] for age in ages],
        style_of=range(40),
        styles=[style(f"S{index}", launched=weeks_ago(age)) for index, age in enumerate(ages)],
    )

    profile = np.array(learn_priors(world).profile)

    assert profile[11] / profile[0] == pytest.approx(FADING[11], rel=0.3)
    assert profile[30] / profile[11] > 3 * FADING[30] / FADING[11]
