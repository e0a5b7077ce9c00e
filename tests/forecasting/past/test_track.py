import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import nbinom

from app.demand.panel import DemandPanel
from app.forecasting.past.calibration import AGES, Calibration
from app.forecasting.past.learning import learn_priors
from app.forecasting.past.track import spread_by, within
from tests.forecasting.panels import panel, style, weeks_ago

WEEKS = 40


def launches(rates: NDArray[np.float64], *, seed: int, late: float = 1.0) -> DemandPanel:
    """A launch every week of two styles; from their third week on demand is `late` times it."""
    random = np.random.default_rng(seed)
    styles = len(rates)
    first = np.arange(styles) * (WEEKS - 4) // styles
    age = np.arange(WEEKS) - first[:, None]
    mean = rates[:, None] * np.where(age >= 3, late, 1.0)
    return panel(
        np.where(age >= 0, random.poisson(mean), 0),
        exposure=(age >= 0).astype(float),
        style_of=range(styles),
        styles=[
            style(f"S{index}", launched=weeks_ago(WEEKS - int(start)))
            for index, start in enumerate(first)
        ],
    )


def test_intervals_of_launches_are_made_to_hold_what_they_say() -> None:
    random = np.random.default_rng(1)

    calm = learn_priors(launches(np.full(120, 40.0), seed=2)).calibration
    wild = learn_priors(launches(40 * random.lognormal(0, 1.4, 120), seed=2)).calibration

    assert calm.spread[0] < 0.75
    assert wild.spread[0] > 1.4 * calm.spread[0]
    assert calm.styles[0] > 80


def test_an_age_that_no_launch_has_reached_is_not_corrected_by_itself() -> None:
    learnt = learn_priors(launches(np.full(60, 40.0), seed=4)).calibration

    assert learnt.styles[AGES.index(26)] > 0
    assert learn_priors(panel([[9] * 12] * 3, style_of=range(3))).calibration == Calibration()


def test_a_style_does_not_set_the_factors_that_it_is_forecast_with() -> None:
    world = launches(np.full(30, 40.0), seed=5)
    demand = world.demand.copy()
    demand[0, 2:] *= 50

    plain = learn_priors(world).calibration
    spoiled = learn_priors(replace(world, demand=demand)).calibration

    assert max(spoiled.bias) < 2.0
    assert spoiled.bias[0] == pytest.approx(plain.bias[0], rel=0.35)


def test_between_two_ages_the_factors_are_between() -> None:
    learnt = Calibration(
        bias=(1.0, 2.0, *(2.0,) * 6), spread=(1.0, 0.5, *(0.5,) * 6), styles=(9, 7, *(3,) * 6)
    )

    bias, spread, styles = learnt.at(np.array([-3.0, 0.0, 0.4, 1.0, 60.0]))

    assert bias[[0, 1, 3, 4]].tolist() == pytest.approx([1.0, 1.0, 2.0, 2.0])
    assert 1.0 < bias[2] < 2.0
    assert 0.5 < spread[2] < 1.0
    assert styles.tolist() == [9, 9, 9, 7, 3]


def test_whether_a_total_lies_within_agrees_with_the_negative_binomial() -> None:
    mean, cv, noise = np.full(400, 30.0), np.full(400, 0.5), np.full(400, 60.0)
    variance = 30 + (0.5 * 30) ** 2 + 60 * 1.25
    law = nbinom(30**2 / (variance - 30), 30 / variance)
    totals = np.arange(400.0)

    held = within(mean, cv, np.zeros(400), noise, totals)

    assert held.tolist() == ((totals >= law.ppf(0.1)) & (totals <= law.ppf(0.9))).tolist()


def test_the_calibration_survives_being_stored_as_json_to_the_last_bit() -> None:
    learnt = learn_priors(launches(np.full(40, 12.0), seed=6)).calibration

    assert Calibration.from_json(json.loads(json.dumps(learnt.to_json()))) == learnt


def test_a_law_that_holds_too_much_is_narrowed_never_widened_until_its_middle_is_nothing() -> None:
    totals = np.random.default_rng(8).gamma(2.0, 20.0, 500).round()
    mean, gone, noise = np.full(500, 40.0), np.zeros(500), np.zeros(500)

    wide = spread_by(lambda factor: within(mean, np.full(500, 2.0) * factor, gone, noise, totals))
    narrow = spread_by(lambda factor: within(mean, np.full(500, 0.3) * factor, gone, noise, totals))

    assert wide < 0.7
    assert narrow > 1.5
