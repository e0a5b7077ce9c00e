import numpy as np
import pytest

from app.forecasting.accuracy.baselines import (
    Past,
    baselines,
    decay_of,
    lessons,
    rates,
    raw_ahead,
    seasonal,
)
from tests.forecasting.panels import panel


def past(units: object, *, on_sale: object = None, available: object = None) -> Past:
    return Past.of(panel(units, exposure=on_sale, in_stock=available, style_of=None))


def styles(*rows: list[int]) -> Past:
    """One style a row, on sale from its first week that is not negative."""
    values = np.array(rows)
    shown = (values >= 0).astype(float)
    return Past.of(panel(np.maximum(values, 0), exposure=shown, style_of=list(range(len(values)))))


def test_a_past_adds_up_the_skus_of_a_style() -> None:
    found = Past.of(
        panel(
            [[0, 4, 6], [0, 2, 2]],
            exposure=[[0, 1, 1], [0, 0.5, 1]],
            in_stock=[[1, 1, 0.5], [1, 1, 1]],
            style_of=[0, 0],
        )
    )

    assert found.units.tolist() == [[0, 6, 8]]
    assert found.on_sale.tolist() == [[0, 0.75, 1]]
    assert found.available.tolist() == [[0, 0.75, 0.75]]
    assert found.started.tolist() == [1]
    assert found.ages.tolist() == [2]


def test_a_run_rate_counts_only_weeks_on_sale_and_in_stock() -> None:
    found = past([[0, 8, 4, 0]], on_sale=[[0, 1, 1, 1]], available=[[1, 1, 0.5, 0.5]])

    assert rates(found, np.array([4]), 13).tolist() == [6.0]
    assert rates(found, np.array([4]), 2).tolist() == [4.0]


def test_a_style_on_sale_for_an_evening_is_not_taken_for_a_bestseller() -> None:
    found = past([[0, 2]], on_sale=[[0, 0.05]])

    assert rates(found, np.array([2]), 13).tolist() == [4.0]


def test_lessons_are_of_the_same_age_and_of_launches_that_were_seen() -> None:
    taught = styles(
        [-1, 10, 6, 4, 2, 1],
        [-1, -1, -1, 8, 5, 3],
        [9, 9, 9, 9, 9, 9],
        [-1, -1, -1, -1, -1, 7],
    )

    rate, sold = lessons(taught, age=1, horizon=2)

    assert rate.tolist() == [10.0, 8.0]
    assert sold.tolist() == [10.0, 8.0]


def test_what_a_style_short_of_stock_sold_teaches_scaled_up() -> None:
    taught = past([[0, 10, 3, 4]], on_sale=[[0, 1, 1, 1]], available=[[1, 1, 0.5, 0.9]])

    _, sold = lessons(taught, age=1, horizon=2)

    assert sold.tolist() == pytest.approx([10.0])


def test_the_decay_is_the_one_of_least_absolute_error() -> None:
    rate = np.array([10.0, 10.0, 30.0])
    sold = np.array([10.0, 20.0, 18.0])

    assert decay_of(rate, sold, horizon=2) == pytest.approx(0.3)
    assert decay_of(rate[:2], sold[:2], horizon=2) == pytest.approx(0.5)
    assert decay_of(np.full(3, 5.0), np.array([2.0, 5.0, 20.0]), horizon=1) == pytest.approx(1.0)


def test_without_lessons_nothing_decays() -> None:
    assert decay_of(np.zeros(0), np.zeros(0), 4) == 1.0
    assert decay_of(np.zeros(2), np.ones(2), 4) == 1.0


def test_last_year_speaks_for_styles_that_were_on_sale_then() -> None:
    year = [7, 9] + [1] * 50
    young = [-1] * 50 + [5, 5]

    found = seasonal(styles(year, young), 2, instead=np.array([2.0, 10.0]))

    assert found.tolist() == [16.0, 10.0]


def test_every_baseline_forecasts_the_total_of_a_launch() -> None:
    launch = styles([-1, -1, -1, -1, 6, 4])
    taught = styles([-1, 10, 6, 4, 2, 1], [-1, 20, 12, 8, 4, 2])

    found = baselines(launch, taught, 2, raw_ahead(launch, 2))

    assert found["run-rate"].tolist() == [10.0]
    assert found["run-rate x decay"].tolist() == pytest.approx([3.75])
    assert found["cohort mean"].tolist() == [9.0]
    assert found["naive"].tolist() == [8.0]
    assert found["window average"].tolist() == [10.0]
    assert found["seasonal naive"].tolist() == [10.0]
    assert found["HistoricAverage"].tolist() == [10.0]
    assert found["AutoETS"].tolist() == [10.0]


def test_before_its_first_sale_every_baseline_says_what_other_launches_sold() -> None:
    announced = styles([-1, -1, -1, -1, -1, -1])
    taught = styles([-1, 10, 6, 4, 2, 1], [-1, 20, 12, 8, 4, 2])

    found = baselines(announced, taught, 2, raw_ahead(announced, 2))

    assert {name: total.tolist() for name, total in found.items()} == {
        name: [24.0] for name in found
    }
