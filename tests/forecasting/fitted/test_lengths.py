import numpy as np
import pytest

from app.forecasting.fitted.lengths import LENGTHS, cohort_of

LEAST = {
    "AutoETS": 8,
    "AutoCES": 8,
    "DynamicTheta": 5,
    "WindowAverage4": 4,
    "WindowAverage8": 8,
    "WindowAverage13": 13,
    "SeasonalNaive": 52,
}


def test_every_length_class_leaves_its_models_what_they_need_at_the_earliest_origin() -> None:
    short = [
        (length.at_least, name)
        for classes in LENGTHS.values()
        for length in classes
        for name in (*length.models, *length.searched)
        if length.least_seen < LEAST.get(name, 2)
    ]

    assert short == []


@pytest.mark.parametrize(("days", "length"), [(1, 27), (7, 7), (7, 0)])
def test_a_history_too_short_for_models_is_in_no_cohort(days: int, length: int) -> None:
    assert cohort_of(np.ones(length), days) is None


def test_histories_are_kept_apart_by_length_and_by_how_many_periods_sell_nothing() -> None:
    smooth = np.full(20, 5.0)
    gaps = np.where(np.arange(20) % 2, 5.0, 0.0)

    keys = [cohort_of(one, 7).key for one in (smooth, gaps, np.tile(smooth, 3))]  # type: ignore[union-attr]

    assert keys == ["7/16/smooth", "7/16/intermittent", "7/48/smooth"]
