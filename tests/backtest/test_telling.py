"""Which ranges and differences of a backtest tell anything."""

from dataclasses import replace

import numpy as np
import pytest

from app.backtest.telling import is_told_apart, least_weeks, warning
from tests.backtest.worlds import LARGE, SMALL, world

WEEK = np.ones((3, 7), dtype=np.int64)
NEVER = replace(SMALL, code="never", made_to_order=True, lead_time_days=400.0)


def test_a_range_lasts_two_of_the_slowest_lead_times_and_a_review() -> None:
    assert least_weeks(world(WEEK, offers=(SMALL,))) == 2  # 2 x 3 + 7 days
    assert least_weeks(world(WEEK, offers=(SMALL, LARGE))) == 7  # 2 x 21 + 7
    assert least_weeks(world(WEEK, offers=(SMALL, LARGE, NEVER), review_days=28)) == 10


@pytest.mark.parametrize(
    ("gap", "error", "is_long_enough", "told"),
    [
        (201.0, 100.0, True, True),
        (-201.0, 100.0, True, True),
        (199.0, 100.0, True, False),
        (201.0, 100.0, False, False),
        (201.0, None, True, False),
    ],
)
def test_a_difference_counts_beyond_two_errors_of_a_long_range(
    gap: float, error: float | None, *, is_long_enough: bool, told: bool
) -> None:
    assert is_told_apart(gap, error, is_long_enough=is_long_enough) is told


def test_what_is_said_of_a_short_range_names_the_weeks_to_ask_for() -> None:
    assert "after 4 weeks" in warning(4, 21)
    assert "ask for 21 weeks or more" in warning(4, 21)
