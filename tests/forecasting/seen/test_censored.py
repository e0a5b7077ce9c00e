"""Which periods were censored, one by one."""

import numpy as np

from app.forecasting.seen.censored import censored_periods
from tests.forecasting.panels import panel

SKUS = np.array([0, 1])


def test_periods_with_a_size_out_of_stock_are_listed() -> None:
    world = panel([[4, 1, 5], [2, 2, 2]], in_stock=[[1, 0.25, 1], [1, 0.5, 1]])

    [note] = censored_periods(world, SKUS, np.array([6.0, 9.54, 7.0]))

    assert note == {
        "code": "censored_periods",
        "periods": 1,
        "sold_units": 3,
        "assumed_units": 9.5,
        "latest": [
            {
                "start": "2026-05-18",
                "end": "2026-05-25",
                "skus_out": 2,
                "sold_units": 3,
                "assumed_units": 9.5,
            }
        ],
        "more": 0,
        "skus": {
            "K1": {"periods": 1, "sold_units": 1},
            "K2": {"periods": 1, "sold_units": 2},
        },
    }


def test_the_time_before_a_launch_is_not_censored() -> None:
    world = panel([[0, 3]], in_stock=[[0, 1]], exposure=[[0, 0.5]])

    assert censored_periods(world, np.array([0]), np.ones(2)) == ()


def test_the_latest_twelve_are_listed_and_the_rest_counted() -> None:
    world = panel([[1] * 20], in_stock=[[0.5] * 20])

    [note] = censored_periods(world, np.array([0]), np.full(20, 2.0))

    assert (note["periods"], len(note["latest"]), note["more"]) == (20, 12, 8)
    assert note["latest"][-1]["end"] == "2026-06-01"
    assert note["assumed_units"] == 40.0


def test_each_sku_has_only_its_own_periods_and_units() -> None:
    world = panel([[4, 1, 5], [0, 0, 0], [2, 2, 2]], in_stock=[[1, 0.25, 1], [0, 0, 0], [1, 1, 1]])

    [note] = censored_periods(world, np.array([0, 1, 2]), np.full(3, 9.0))

    assert (note["periods"], note["sold_units"]) == (3, 16)
    assert note["skus"] == {
        "K1": {"periods": 1, "sold_units": 1},
        "K2": {"periods": 3, "sold_units": 0},
    }
