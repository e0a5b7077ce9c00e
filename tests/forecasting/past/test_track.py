import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from app.demand.panel import DemandPanel
from app.forecasting.past.calibration import AGES, Calibration
from app.forecasting.past.learning import learn_priors
from tests.forecasting.panels import panel, style, weeks_ago

WEEKS = 40


def launches(
    rates: NDArray[np.float64], *, seed: int, late: NDArray[np.float64] | None = None
) -> DemandPanel:
    """A few launches every week; from a style's fourth week on demand is `late` times its rate."""
    random = np.random.default_rng(seed)
    styles = len(rates)
    first = np.arange(styles) * (WEEKS - 4) // styles
    age = np.arange(WEEKS) - first[:, None]
    late = np.ones(styles) if late is None else late
    mean = rates[:, None] * np.where(age >= 3, late[:, None], 1.0)
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

    bias, spread, styles = learnt.at(np.array([-3.0, 0.0, 0.4, 1.0, 60.0]), np.full(5, 40.0))

    assert bias[[0, 1, 3, 4]].tolist() == pytest.approx([1.0, 1.0, 2.0, 2.0])
    assert 1.0 < bias[2] < 2.0
    assert 0.5 < spread[2] < 1.0
    assert styles.tolist() == [9, 9, 9, 7, 3]


def test_a_forecast_is_widened_by_what_others_of_its_units_needed() -> None:
    learnt = Calibration(
        spread=(2.0,) * 8,
        levels=((), (), *((np.log(10.0), np.log(1000.0)),) * 6),
        of_level=((), (), *((1.0, 0.25),) * 6),
    )

    _, spread, _ = learnt.at(
        np.array([2.0, 2.0, 2.0, 2.0, 0.5, 60.0]), np.array([0.0, 10.0, 100.0, 9e9, 1e3, 1e3])
    )

    assert spread.tolist() == pytest.approx([2.0, 2.0, 1.0, 0.5, 2.0, 0.5])


def test_bestsellers_that_are_surer_than_others_have_narrower_intervals() -> None:
    random = np.random.default_rng(3)
    rates = np.tile([200.0, 5.0], 170)
    strays = np.where(rates > 50, 1.0, random.lognormal(0, 1.2, 340))

    learnt = learn_priors(launches(rates, seed=3, late=strays)).calibration

    age = AGES.index(3)
    assert learnt.levels[age][-1] > np.log(500.0)
    assert learnt.of_level[age][-1] < 0.7 * learnt.of_level[age][0]


def test_few_styles_are_all_widened_alike() -> None:
    learnt = learn_priors(launches(np.full(120, 12.0), seed=6)).calibration

    assert learnt.levels == ((),) * len(AGES)


def test_a_calibration_stored_before_there_were_classes_is_read_as_having_none() -> None:
    stored = {"bias": [1.1] * 8, "spread": [0.9] * 8, "styles": [12] * 8}

    assert Calibration.from_json(stored) == Calibration((1.1,) * 8, (0.9,) * 8, (12,) * 8)


def test_the_calibration_survives_being_stored_as_json_to_the_last_bit() -> None:
    learnt = learn_priors(launches(np.full(340, 12.0), seed=6)).calibration

    assert learnt.levels[0]
    assert Calibration.from_json(json.loads(json.dumps(learnt.to_json()))) == learnt
