"""Shares and spreads."""

import pytest

from app.insight.figures import Share, Spread, spread


def test_a_share_of_nothing_is_unknown_and_expected_at_its_prior() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).shrunk(0.95, 20) == 0.95


def test_a_share_is_drawn_halfway_to_its_prior_by_as_many_cases() -> None:
    assert Share(10, 20).value == 0.5
    assert Share(10, 20).shrunk(0.95, 20) == pytest.approx(0.725)


def test_a_spread_has_mean_standard_deviation_and_interpolated_quantiles() -> None:
    assert spread([1, 2, 3, 4, 10]) == Spread(5, 4.0, 3.5355, 3.0, 7.6)


def test_one_measurement_has_no_standard_deviation_and_none_has_nothing() -> None:
    assert spread([7.0]) == Spread(1, 7.0, None, 7.0, 7.0)
    assert spread([]) == Spread(0, None, None, None, None)
