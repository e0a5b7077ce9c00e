"""Which styles are looked at: some of every age and volume, the same ones each time."""

import numpy as np

from app.backtest.initial import stock_of_launched, stock_of_sold
from app.backtest.sampling import sample, volumes
from app.backtest.told import told_on
from tests.backtest.worlds import world

CODES = [f"S{index}" for index in range(100)]
WEEKLY = np.arange(100, dtype=np.float64)
OLD = np.arange(100) % 4 > 0


def test_each_age_and_volume_has_its_share() -> None:
    chosen = sample(CODES, WEEKLY, OLD, 20)

    assert len(set(chosen.tolist())) == 20
    assert OLD[chosen].sum() == 15
    assert np.bincount(volumes(WEEKLY)[chosen]).tolist() == [7, 6, 7]


def test_the_order_that_styles_come_in_makes_no_difference() -> None:
    backwards = sample(CODES[::-1], WEEKLY[::-1], OLD[::-1], 20)

    assert sorted(99 - backwards) == sample(CODES, WEEKLY, OLD, 20).tolist()


def test_of_few_styles_all_are_taken() -> None:
    assert sample(CODES[:3], WEEKLY[:3], OLD[:3], 5).tolist() == [0, 1, 2]


def test_a_style_on_sale_is_stocked_for_the_quickest_lead_time_and_a_review() -> None:
    one = world(np.full((1, 70), 2))

    assert stock_of_sold(one, told_on(one, 70)).tolist() == [20]  # 14 a week, 3 and 7 days


def test_a_launch_is_stocked_by_what_earlier_launches_sold_at_first() -> None:
    exposure = np.ones((3, 70))
    exposure[1:, :60] = 0.0
    wanted = np.zeros((3, 70))
    wanted[0, :28] = 2
    wanted[0, 28:] = 100
    one = world(wanted, style_of=[0, 1, 1], exposure=exposure)

    assert stock_of_launched(one, 56, 63).tolist() == [0, 10, 10]  # 14 a week, 10 days, 2 SKUs
    assert stock_of_launched(one, 63, 70).tolist() == [0, 0, 0]
