"""Known demand takes the place of forecast on every path, and is never added twice."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demand.panel import KnownLine
from app.forecasting.consume import consume, known_units, needed
from app.forecasting.model import HORIZON, KnownUnits, StyleForecast
from app.forecasting.paths import draw_paths
from tests.forecasting.panels import ORIGIN, forecast, panel


def known(quantity: int = 40, **values: object) -> KnownUnits:
    line = {"sku": 0, "reference": "PRE-1", "period": 3, "probability": 1.0} | values
    return KnownUnits(quantity=quantity, **line)  # type: ignore[arg-type]


def drawn(style: StyleForecast, *lines: KnownUnits, periods: int = 13) -> np.ndarray:
    return draw_paths(replace(style, known=lines), periods=periods, paths=64, seed=9)


lines = st.builds(
    KnownUnits,
    sku=st.integers(0, 1),
    reference=st.sampled_from(["A", "B", "C"]),
    period=st.integers(0, 30),
    quantity=st.integers(1, 300),
    probability=st.sampled_from([0.0, 0.3, 1.0]),
    consumes=st.sampled_from([0.0, 0.5, 1.0]),
)
in_due_order = st.lists(lines, max_size=6).map(
    lambda many: tuple(sorted(many, key=lambda line: (line.period, line.reference, line.sku)))
)


@given(many=in_due_order, seed=st.integers(0, 2**63 - 1))
def test_each_path_has_between_base_or_known_and_both_together(
    many: tuple[KnownUnits, ...], seed: int
) -> None:
    base = np.random.default_rng(seed).poisson(8, (2, 16, 26)).astype(np.int32)
    inside = [line for line in many if line.period < 26]
    sure = [line for line in inside if line.probability == 1]
    most = [line for line in inside if line.probability > 0]

    total = consume(base, many, period_days=7, seed=seed)

    for sku in range(2):
        units = total[sku].sum(axis=1)
        assert (units >= base[sku].sum(axis=1)).all()
        assert (units >= sum(line.quantity for line in sure if line.sku == sku)).all()
        both = base[sku].sum(axis=1) + sum(line.quantity for line in most if line.sku == sku)
        assert (units <= both).all()
    assert total.min() >= 0


@given(many=in_due_order, periods=st.integers(1, 40))
def test_more_periods_change_none_of_the_first(many: tuple[KnownUnits, ...], periods: int) -> None:
    style = replace(forecast(mean=20.0, shares=(20.0, 10.0)), known=many)

    short = draw_paths(style, periods=periods, paths=16, seed=4)
    long = draw_paths(style, periods=64, paths=16, seed=4)

    np.testing.assert_array_equal(long[:, :, :periods], short)


def test_without_known_demand_the_paths_are_those_of_the_base() -> None:
    later = known(period=12 + 5)

    with_none, with_later = drawn(forecast()), drawn(forecast(), later)

    np.testing.assert_array_equal(with_later, with_none)


def test_a_line_that_cannot_come_changes_nothing_and_a_sure_one_always_comes() -> None:
    never = drawn(forecast(mean=0.0), known(probability=0.0))
    always = drawn(forecast(mean=0.0), known(probability=1.0))

    assert never.sum() == 0
    assert (always[0, :, 3] == 40).all()
    assert always.sum() == 40 * 64


def test_as_many_paths_have_it_as_it_is_likely() -> None:
    likely = draw_paths(
        replace(forecast(mean=0.0), known=(known(probability=0.8),)), periods=4, seed=1
    )

    assert (likely[0, :, 3] > 0).mean() == pytest.approx(0.8, abs=1 / 512)


def test_it_takes_the_place_of_its_own_period_then_of_earlier_then_of_later_ones() -> None:
    base = np.full((1, 1, 12), 10, dtype=np.int32)

    own, earlier, later = (
        consume(base, [known(units, period=6)], period_days=7, seed=1)[0, 0].tolist()
        for units in (4, 25, 75)
    )

    assert own == [10, 10, 10, 10, 10, 10, 6 + 4, 10, 10, 10, 10, 10]
    assert earlier == [10, 10, 10, 10, 5, 0, 25, 10, 10, 10, 10, 10]
    assert later == [10, 10, 0, 0, 0, 0, 75, 0, 0, 5, 10, 10]


def test_beyond_its_window_it_is_added() -> None:
    base = np.full((1, 1, 26), 10, dtype=np.int32)

    total = consume(base, [known(500, period=12)], period_days=7, seed=1)

    assert total.sum() == 26 * 10 - 9 * 10 + 500


def test_in_days_the_window_is_as_long() -> None:
    base = np.ones((1, 1, 80), dtype=np.int32)

    total = consume(base, [known(500, period=40)], period_days=1, seed=1)

    assert total[0, 0, 11:13].tolist() == [1, 0]
    assert total[0, 0, 68:70].tolist() == [0, 1]


def test_what_the_forecast_was_learned_without_comes_on_top() -> None:
    base = np.full((1, 1, 12), 10, dtype=np.int32)

    total = consume(base, [known(40, period=6, consumes=0.0)], period_days=7, seed=1)

    assert total[0, 0].tolist() == [10, 10, 10, 10, 10, 10, 50, 10, 10, 10, 10, 10]


def test_the_sizes_of_one_reference_come_together_and_others_by_themselves() -> None:
    maybe = {"probability": 0.5}
    total = drawn(
        forecast(mean=0.0),
        known(7, sku=0, **maybe),
        known(9, sku=1, **maybe),
        known(5, sku=2, reference="PRE-2", **maybe),
    )[:, :, 3]

    assert set(zip(total[0].tolist(), total[1].tolist(), strict=True)) == {(0, 0), (7, 9)}
    assert {(0, 0), (0, 5), (7, 0), (7, 5)} == set(
        zip(total[0].tolist(), total[2].tolist(), strict=True)
    )


def test_another_reference_beside_it_changes_nothing_of_its_own() -> None:
    one = known(7, probability=0.5)
    other = known(9, sku=1, reference="A", probability=0.5)

    alone, beside = drawn(forecast(), one)[0], drawn(forecast(), other, one)[0]

    np.testing.assert_array_equal(beside, alone)


def test_an_absurd_quantity_still_fits_the_integers() -> None:
    many = [known(1_000_000_000, reference=f"R{number}") for number in range(3)]

    assert drawn(forecast(mean=1e12), *many).min() >= 0


def test_no_more_periods_are_drawn_than_a_forecast_has() -> None:
    assert needed(26, 7) == 30
    assert needed(26, 1) == 54
    assert needed(HORIZON, 7) == HORIZON


def test_a_panels_lines_become_periods_of_its_styles() -> None:
    def line(sku: int, days: int, reference: str = "R") -> KnownLine:
        return KnownLine(sku, reference, 5, ORIGIN + timedelta(days=days), 0.5)

    world = replace(
        panel([[1], [1], [1]], style_of=[0, 1, 1]),
        known=(line(2, 13), line(1, 6), line(0, 0), line(1, 7 * HORIZON), line(1, 7, "Q")),
    )

    assert known_units(world, 1) == (
        KnownUnits(0, "R", 0, 5, 0.5),
        KnownUnits(0, "Q", 1, 5, 0.5),
        KnownUnits(1, "R", 1, 5, 0.5),
    )
    assert known_units(world, 0) == (KnownUnits(0, "R", 0, 5, 0.5),)


def test_a_line_that_is_in_the_base_in_part_consumes_that_part() -> None:
    base = np.full((1, 1, 12), 10, dtype=np.int32)

    total = consume(base, [known(8, period=6, consumes=0.5)], period_days=7, seed=1)

    assert total[0, 0].tolist() == [10, 10, 10, 10, 10, 10, 14, 10, 10, 10, 10, 10]
