"""The chance that a style's demand is over, by how long it has been quiet."""

import numpy as np
import pytest

from app.forecasting.forecast import forecast_styles
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.sizes import SplitPriors, split_prior
from app.forecasting.seen.activity import MOST, gone, gone_beside, quiet_weeks
from app.forecasting.seen.evidence import Evidence, gather
from tests.forecasting.panels import panel, style, weeks_ago


def seen(units: list[int], *, period_days: int = 7, in_stock: object = None) -> Evidence:
    world = panel([units], period_days=period_days, in_stock=in_stock)
    return gather(world, split_prior(world, SplitPriors()))


def test_the_longer_the_quiet_the_likelier_demand_is_over() -> None:
    quiet = np.array([0.0, 1.0, 2.0, 30.0])

    over = gone(quiet, np.full(4, 5.0), 0.004, 0.4)

    assert (np.diff(over) > 0).all()
    assert over[0] < 0.02
    assert over[-1] == MOST


def test_a_slow_style_may_be_quiet_for_long_and_one_that_never_sold_is_not_gone() -> None:
    fast, slow, never = gone(np.full(3, 4.0), np.array([20.0, 0.2, 0.0]), 0.004, 0.4)

    assert fast == MOST
    assert slow < 0.1
    assert never == 0.0


def test_how_long_others_were_quiet_changes_no_bit() -> None:
    quiet, rate = np.array([7.0, 100.0]), np.array([0.3, 0.01])

    both = gone(quiet, rate, 0.004, 0.4)

    assert gone(quiet[:1], rate[:1], 0.004, 0.4)[0] == both[0]


def test_only_weeks_in_stock_are_quiet_and_days_count_as_parts_of_them() -> None:
    weekly = quiet_weeks(seen([0, 7, 7, 0, 0], in_stock=[[1, 1, 1, 0, 1]]), 7)
    daily = quiet_weeks(seen([1] * 14 + [0] * 7, period_days=1), 1)

    assert [float(one[0]) for one in weekly] == pytest.approx([1.0, 14 / 3])
    assert [float(one[0]) for one in daily] == pytest.approx([1.0, 7.0])


def test_a_mean_leaves_room_for_the_end_only_below_what_is_wanted() -> None:
    said, wanted = np.array([10.0, 4.0, 1.0, 0.0]), np.array([8.0, 8.0, 8.0, 0.0])

    assert gone_beside(said, wanted, np.full(4, 0.8)).tolist() == [0.0, 0.5, 0.8, 0.8]


def test_a_style_gone_quiet_does_not_sell_more_than_ever_where_it_is_not_over() -> None:
    units = [20] * 30 + [0, 0]

    forecast = forecast_styles(
        panel([units], styles=[style(launched=weeks_ago(32))]), BrandPriors()
    )[0]

    assert forecast.layer == "statsforecast"
    assert forecast.gone > 0.2
    assert forecast.mean[:8].mean() / (1 - forecast.gone) < 25
