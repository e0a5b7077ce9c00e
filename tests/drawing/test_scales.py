"""Scales and ticks: round, even, covering, and short to read."""

from datetime import date, timedelta
from itertools import pairwise
from math import ulp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.drawing.scales import MINUS, Scale, day_ticks, nice_ticks, tick_labels

VALUES = st.floats(-1e12, 1e12, allow_nan=False).map(lambda value: round(value, 3))


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0, 105, ["0", "50", "100", "150"]),
        (0, 0, ["0", "0.5", "1.0"]),
        (0, 5e-324, ["0", "0.5", "1.0"]),
        (-800, 900, [f"{MINUS}1,000", f"{MINUS}500", "0", "500", "1,000"]),
        (0, 23_456, ["0", "20k", "40k"]),
        (0, 1_500_000, ["0", "0.5M", "1.0M", "1.5M"]),
        (0, 3e15, ["0", "2e15", "4e15"]),
    ],
)
def test_ticks_are_round_and_their_labels_no_longer_than_needed(
    low: float, high: float, labels: list[str]
) -> None:
    assert tick_labels(nice_ticks(low, high, about=4)) == labels


@given(VALUES, VALUES, st.integers(2, 12))
def test_ticks_cover_what_is_shown_evenly_and_are_few(a: float, b: float, about: int) -> None:
    low, high = sorted((a, b))

    ticks = nice_ticks(low, high, about=about)

    span = ticks[-1] - ticks[0]
    assert ticks[0] <= low + 1e-6 * span
    assert ticks[-1] >= high - 1e-6 * span
    steps = [after - before for before, after in pairwise(ticks)]
    assert max(steps) - min(steps) <= 1e-6 * span + 4 * ulp(max(abs(tick) for tick in ticks))
    assert 2 <= len(ticks) <= 2 * about + 2


@given(VALUES, VALUES)
def test_no_two_ticks_are_called_the_same(a: float, b: float) -> None:
    low, high = sorted((a, b))

    labels = tick_labels(nice_ticks(low, high))

    assert len(set(labels)) == len(labels) or high - low < 1e-6 * max(abs(low), abs(high))


def test_units_have_no_ticks_between_them() -> None:
    assert tick_labels(nice_ticks(0, 1, whole=True)) == ["0", "1"]


@pytest.mark.parametrize(("low", "high"), [(1.0, 0.0), (0.0, float("inf")), (float("nan"), 1.0)])
def test_what_is_no_range_has_no_ticks(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        nice_ticks(low, high)


@given(VALUES, VALUES)
def test_a_scale_keeps_order_and_reaches_both_ends(a: float, b: float) -> None:
    low, high = sorted((a, b))
    scale = Scale(low, high, 100, 20)

    middle = scale(low + (high - low) / 2)

    assert scale(low) == 100
    assert scale(high) == pytest.approx(20 if high > low else 100)
    assert 20 <= middle <= 100


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 3000), st.integers(1, 12))
def test_days_are_labelled_in_order_inside_what_is_shown_and_fit(
    first: date, length: int, at_most: int
) -> None:
    last = first + timedelta(days=length)

    days = [day for day, _ in day_ticks(first, last, at_most=at_most)]

    assert days == sorted(set(days))
    assert first <= days[0]
    assert days[-1] <= last
    assert len(days) <= max(at_most, 1) + 1


def test_weeks_are_labelled_by_their_mondays_and_months_by_their_names() -> None:
    weeks = day_ticks(date(2026, 3, 1), date(2026, 3, 30), at_most=6)
    months = day_ticks(date(2025, 10, 15), date(2026, 3, 30), at_most=6)

    assert [label for _, label in weeks] == ["2 Mar", "9 Mar", "16 Mar", "23 Mar", "30 Mar"]
    assert [label for _, label in months] == ["Nov 2025", "Dec", "Jan 2026", "Feb", "Mar"]
