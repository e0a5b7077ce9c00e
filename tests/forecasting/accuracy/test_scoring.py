from math import isnan

import numpy as np
import pytest

from app.forecasting.accuracy.scoring import (
    bias,
    covered,
    crps,
    pinball,
    quantiles,
    ratio,
    wape,
    within,
)

STYLES = np.array([0, 1, 2])


def test_wape_is_the_absolute_error_over_what_was_sold() -> None:
    figure = wape(np.array([10.0, 0.0, 30.0]), np.array([12.0, 3.0, 25.0]), STYLES)

    assert figure.value == 0.25


def test_bias_is_positive_where_too_much_was_forecast() -> None:
    figure = bias(np.array([10.0, 10.0, 20.0]), np.array([20.0, 10.0, 18.0]), STYLES)

    assert figure.value == 0.2


def test_a_style_that_errs_at_every_cut_counts_once_for_the_standard_error() -> None:
    actual = np.array([10.0, 10.0, 10.0, 10.0])
    predicted = np.array([20.0, 20.0, 10.0, 10.0])

    two_styles = wape(actual, predicted, np.array([0, 0, 1, 1]))
    four_styles = wape(actual, predicted, np.array([0, 1, 2, 3]))

    assert two_styles.value == four_styles.value == 0.5
    assert two_styles.error == pytest.approx(0.354, abs=0.02)
    assert four_styles.error == pytest.approx(0.25, abs=0.02)


def test_the_standard_error_of_a_mean_is_the_textbook_one() -> None:
    values = np.random.default_rng(1).normal(5.0, 2.0, 400)

    figure = ratio(values, np.ones(400), np.arange(400))

    assert figure.value == pytest.approx(values.mean())
    assert figure.error == pytest.approx(0.1, abs=0.01)


def test_the_same_forecasts_have_the_same_standard_error() -> None:
    actual, predicted = np.arange(1.0, 9.0), np.arange(2.0, 10.0) ** 1.5
    styles = np.arange(8)

    assert wape(actual, predicted, styles) == wape(actual, predicted, styles)


def test_where_nothing_was_sold_there_is_no_wape() -> None:
    assert isnan(wape(np.zeros(2), np.ones(2), np.array([0, 1])).value)
    assert isnan(wape(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64)).value)


def test_a_single_style_has_no_standard_error() -> None:
    assert isnan(wape(np.ones(2), np.zeros(2), np.array([4, 4])).error)


def test_pinball_loss_costs_the_level_below_and_the_rest_above() -> None:
    actual = np.array([10.0])

    assert pinball(actual, np.array([[8.0]]), (0.9,)).tolist() == pytest.approx([1.8])
    assert pinball(actual, np.array([[12.0]]), (0.9,)).tolist() == pytest.approx([0.2])
    assert pinball(actual, np.array([[8.0], [12.0]]), (0.9, 0.5)).tolist() == pytest.approx([1.4])


def test_crps_of_one_sample_is_its_absolute_error() -> None:
    assert crps(np.array([7.0]), np.array([[10.0]])).tolist() == [3.0]


def test_crps_takes_half_the_distance_between_samples_off() -> None:
    scores = crps(np.array([0.0, 2.0]), np.array([[1.0, 3.0], [1.0, 3.0]]))

    assert scores.tolist() == [1.5, 0.5]


def test_crps_of_a_standard_normal_is_the_published_one() -> None:
    """Gneiting & Raftery (2007), equation 22: sigma (2 phi(0) - 1 / sqrt(pi)) at its mean."""
    samples = np.random.default_rng(1).standard_normal((1, 100_000))

    assert crps(np.zeros(1), samples)[0] == pytest.approx(0.2337, abs=0.002)


def test_a_quantile_is_the_least_sample_that_its_share_stays_within() -> None:
    samples = np.array([[5.0, 1.0, 2.0, 4.0, 3.0]])

    assert quantiles(samples, (0.2, 0.5, 0.8)).tolist() == [[1.0], [3.0], [4.0]]


@pytest.mark.parametrize(
    ("actual", "by_lot", "inclusive"),
    [(0.0, 0.0, 0.0), (1.0, 0.0, 1.0), (2.0, 1.0, 1.0), (9.0, 1.0, 1.0), (10.0, 0.0, 0.0)],
)
def test_the_ends_of_an_interval_count_by_lot_or_whole(
    actual: float, by_lot: float, inclusive: float
) -> None:
    samples = np.arange(1.0, 11.0)[None, :]

    assert covered(np.array([actual]), samples).tolist() == pytest.approx([by_lot])
    assert within(np.array([actual]), samples).tolist() == [inclusive]


def test_a_count_that_holds_most_samples_is_covered_by_the_part_inside() -> None:
    samples = np.array([[0.0] * 15 + [1.0] * 5])

    assert covered(np.zeros(1), samples)[0] == pytest.approx(0.65 / 0.75)
    assert covered(np.ones(1), samples)[0] == pytest.approx(0.15 / 0.25)
    assert within(np.zeros(1), samples)[0] == 1.0


def test_calibrated_slow_sellers_are_covered_exactly_as_claimed() -> None:
    random = np.random.default_rng(3)
    samples = random.poisson(0.7, (4_000, 400)).astype(float)
    actual = random.poisson(0.7, 4_000).astype(float)

    assert covered(actual, samples).mean() == pytest.approx(0.8, abs=0.01)
    assert within(actual, samples).mean() > 0.9
