"""Worked examples of textbooks that are not among the published cases, by what they print.

The numbers are printed in, or follow by a line of arithmetic from, the editions named.
"""

import numpy as np
import pytest
from scipy import stats

from app.planning import Integers, decide
from tests.planning.situations import offer, one_period, situation
from tests.planning.test_published_lot_sizes import played_week_by_week, steady

HAMMER = stats.norm(3192, 1181)
"""Cachon & Terwiesch, Matching Supply with Demand: wetsuits sold at 190, made at 110, cleared at
90."""
MONEY = {"price": 190.0, "salvage_value": 90.0}


def samples() -> Integers:
    return one_period(np.rint(HAMMER.ppf((np.arange(4000) + 0.5) / 4000)).clip(0))


def test_the_hammer_wetsuit_earns_its_printed_profit() -> None:
    decision = decide(situation(samples(), offer(unit_cost=110.0), **MONEY))

    assert decision.chosen.quantity == pytest.approx(4196, rel=3e-3)
    assert decision.chosen.expected_profit == pytest.approx(222_280, rel=1e-3)
    assert decision.chosen.fill_rate == pytest.approx(0.96, abs=5e-3)


def test_the_hammer_is_made_to_its_lower_quantile_where_a_second_order_is_dearer() -> None:
    season = np.concatenate([np.zeros((1, 4000, 2), dtype=int), samples()], axis=2)
    first = offer("first", unit_cost=110.0, mode="large_batch", lead_time_days=14.0)
    second = offer("second", unit_cost=132.0, mode="on_demand", made_to_order=True)

    case = situation(season, first, second, review=7, backorder_share=1.0, **MONEY)
    decision = decide(case)

    # Underage 132 - 110, overage 110 - 90; 436 units are ordered later, 507 are left over.
    assert decision.chosen.quantity == pytest.approx(3263, abs=3)
    assert decision.chosen.expected_leftover_units == pytest.approx(507, rel=5e-3)
    earned = 80 * 3192 - 22 * 436.5 - 20 * 507.5
    assert decision.chosen.expected_profit == pytest.approx(earned, rel=1e-3)


def test_trash_bags_are_bought_at_the_break_of_500() -> None:
    # Nahmias, Production and Operations Analysis, example 4.4: 198.10 a year.
    breaks = ((1, 0.30), (500, 0.29), (1000, 0.28))

    size = steady({"demand_rate": 600}, offer(setup_cost=8.0, price_breaks=breaks), 0.2 * 0.29)

    assert size == 500
    cost = 0.29 * 600 + 8 * 600 / size + 0.2 * 0.29 * size / 2
    assert cost == pytest.approx(198.10)


def test_machine_casings_cost_what_silver_meal_finds() -> None:
    # Nahmias, section 8.2: 310 by Silver-Meal, which is the least there.
    assert played_week_by_week([18, 30, 42, 5, 20], [80.0] * 5, 2.0) == 310.0


def test_a_year_of_uneven_months_costs_a_twelfth_above_the_least() -> None:
    # Silver, Pyke & Peterson (1998), section 6.4: 501.20 by Wagner and Whitin.
    months = [10, 62, 12, 130, 154, 129, 88, 52, 124, 160, 238, 41]

    cost = played_week_by_week(months, [54.0] * 12, 0.4)

    assert 501.20 <= cost <= 1.09 * 501.20
