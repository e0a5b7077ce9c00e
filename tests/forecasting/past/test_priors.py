import json

import numpy as np
import pytest

from app.forecasting.past.learning import in_weeks, learn_priors
from app.forecasting.past.priors import BrandPriors
from tests.forecasting.panels import panel, style, weeks_ago


def test_without_a_past_the_prior_is_the_wide_default() -> None:
    learnt = learn_priors(panel(np.zeros((2, 3)), exposure=0.0))

    assert learnt == BrandPriors()
    assert learnt.styles == 0


def test_styles_that_lived_teach_rate_profile_and_spread() -> None:
    random = np.random.default_rng(1)
    fading = np.exp(-np.arange(20) / 10)
    demand = random.poisson(40 * random.lognormal(0, 0.5, (60, 1)) * fading)
    world = panel(
        demand,
        style_of=range(60),
        styles=[style(f"S{index}", launched=weeks_ago(20)) for index in range(60)],
    )

    learnt = learn_priors(world)

    launch_rate = 40 * fading[:13].mean()
    assert learnt.styles == 60
    assert np.exp(learnt.rate_law.brand.log_mean) == pytest.approx(launch_rate, rel=0.2)
    assert 0.4 < learnt.rate_law.brand.log_sd < 0.9
    assert learnt.profile[0] / learnt.profile[12] == pytest.approx(np.exp(1.2), rel=0.25)
    assert np.mean(learnt.profile[:13]) == pytest.approx(1.0)


def test_a_family_speaks_for_its_own_and_the_brand_for_the_rest() -> None:
    world = panel(
        np.repeat([[50] * 8, [2] * 8], 20, axis=0),
        style_of=range(40),
        styles=[style(f"T{i}", category="tee") for i in range(20)]
        + [style(f"C{i}", category="coat") for i in range(20)],
    )

    learnt = learn_priors(world)

    tee, coat, other = (
        np.exp(learnt.rate(style(category=name)).log_mean) for name in ("tee", "coat", None)
    )
    assert tee == pytest.approx(50, rel=0.3)
    assert coat == pytest.approx(2, rel=0.4)
    assert 5 < other < 20


def test_styles_said_to_be_alike_move_the_rate_and_narrow_it() -> None:
    world = panel([[50] * 8, [2] * 8], style_of=[0, 1], styles=[style("HIT"), style("SLOW")])
    learnt = learn_priors(world)

    like_hit, plain = learnt.rate(style(like=("HIT", "GONE"))), learnt.rate(style())

    assert like_hit.log_mean > plain.log_mean + 0.5
    assert like_hit.log_sd < plain.log_sd


def test_days_become_weeks_counted_back_from_the_origin() -> None:
    days = panel(
        [list(range(16))],
        in_stock=[[1] * 9 + [0] * 7],
        exposure=[[0] * 4 + [1] * 12],
        period_days=1,
    )

    weeks = in_weeks(days)

    assert weeks.demand.tolist() == [[2 + 3 + 4 + 5 + 6 + 7 + 8, 84]]
    assert weeks.exposure.tolist() == [[5 / 7, 1.0]]
    assert weeks.in_stock_share.tolist() == [[1.0, 0.0]]


def test_priors_survive_being_stored_as_json_to_the_last_bit() -> None:
    learnt = learn_priors(
        panel([[9] * 30, [1, 3] * 15], styles=[style(category="tee")], sizes=("S", "M"))
    )

    assert BrandPriors.from_json(json.loads(json.dumps(learnt.to_json()))) == learnt
