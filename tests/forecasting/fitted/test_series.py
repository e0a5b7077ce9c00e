import json

import numpy as np
import pytest

from app.forecasting.fitted.series import Rolling, pattern_of, scale_cv, weekday_rhythm


def rolling(actual: list[list[float]], predicted: list[list[float]]) -> Rolling:
    return Rolling(np.array(actual), np.array(predicted), np.array([[-4, -3], [-2, -1]]), 2.0)


def test_the_rhythm_of_the_week_is_found_and_starts_with_the_day_before_the_origin() -> None:
    saturdays = np.tile([10.0] * 5 + [40.0, 10.0], 20)

    rhythm = weekday_rhythm(saturdays, 1)

    assert rhythm.mean() == pytest.approx(1.0)
    assert rhythm[1] / rhythm[0] == pytest.approx(4.0, rel=0.2)


def test_days_to_come_continue_the_rhythm() -> None:
    saturdays = np.tile([10.0] * 5 + [40.0, 10.0], 20)

    past, ahead = pattern_of(saturdays, np.ones(140), 1)

    assert past[:7].tolist() == ahead[:7].tolist()
    assert int(ahead[:7].argmax()) == 5


def test_weeks_have_no_rhythm_and_a_shop_without_sales_neither() -> None:
    assert weekday_rhythm(np.arange(20.0), 7).tolist() == [1.0]
    assert weekday_rhythm(np.zeros(20), 1).tolist() == [1.0] * 7


def test_totals_that_missed_by_more_than_noise_widen_the_shared_scale() -> None:
    right = rolling([[100, 100], [100, 100]], [[100, 100], [100, 100]])
    wrong = rolling([[200, 200], [30, 30]], [[100, 100], [100, 100]])

    assert scale_cv(right, 0.01, 0.3) < 0.3 < scale_cv(wrong, 0.01, 0.3)


def test_misses_that_noise_explains_leave_the_scale_as_it_was() -> None:
    noisy = rolling([[130, 130], [70, 70]], [[100, 100], [100, 100]])

    assert scale_cv(noisy, 0.5, 0.3) <= 0.3


def test_earlier_forecasts_are_told_in_units_of_demand() -> None:
    even = rolling([[1, 1], [1, 1]], [[2, 2], [2, 2]])

    units = even.times(np.array([9.0, 1.0, 2.0, 3.0, 4.0]))

    assert units.actual.tolist() == [[1, 2], [3, 4]]
    assert units.predicted.tolist() == [[2, 4], [6, 8]]


def test_weeks_later_the_same_forecasts_lie_further_back() -> None:
    told = rolling([[1, 2], [3, 4]], [[2, 2], [2, 2]])

    assert told.reach == 4
    assert told.earlier(1).reach == 5
    assert told.earlier(1).times(np.array([2.0, 3.0, 1.0, 1.0, 9.0])).actual.tolist() == [
        [2, 6],
        [3, 4],
    ]


def test_earlier_forecasts_are_the_same_after_being_stored() -> None:
    told = rolling([[1 / 3, 2], [3, 4]], [[2, 2], [2, 1e-9]])

    again = Rolling.from_json(json.loads(json.dumps(told.to_json())))

    assert again.to_json() == told.to_json()
    assert again.periods.dtype == told.periods.dtype
