import numpy as np
import pytest

from app.demand.panel_parts import part
from app.forecasting.past.learning import learn_priors
from app.forecasting.past.others import with_others
from app.forecasting.past.priors import BrandPriors
from tests.forecasting.panels import panel, style, weeks_ago

NEXT = weeks_ago(4)


def test_styles_that_did_not_teach_have_the_rates_and_levels_they_would_have_had() -> None:
    random = np.random.default_rng(1)
    fading = np.exp(-np.arange(20) / 10)
    demand = random.poisson(40 * random.lognormal(0, 0.5, (60, 1)) * fading)
    world = panel(
        demand,
        style_of=range(60),
        styles=[
            style(f"S{number}", launched=weeks_ago(20), successor="S0", successor_launch=NEXT)
            for number in range(60)
        ],
    )
    teaches = np.arange(60) < 40
    some = learn_priors(part(world, teaches))

    learnt = with_others(some, part(world, ~teaches))

    whole = learn_priors(world)
    assert learnt.rates == pytest.approx(whole.rates, abs=0.05)
    assert learnt.succession.levels == pytest.approx(whole.succession.levels, abs=0.05)
    assert list(learnt.rates)[:40] == list(some.rates)
    assert (learnt.styles, learnt.profile, learnt.season) == (40, some.profile, some.season)


def test_where_nothing_was_taught_others_are_not_known_either() -> None:
    assert with_others(BrandPriors(), panel([[5] * 8])) == BrandPriors()
