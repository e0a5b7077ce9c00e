"""What a unit of a later run costs: in the limits the textbook's, with its own risk in between."""

import numpy as np
import pytest

from app.planning import Integers, cost_per_unit_sold, decide
from app.planning.later_costs import made_to_order_cost
from app.planning.world import outlook_from, world_of
from tests.planning.situations import offer, poisson, situation


def lost_a_period(units: int, periods: int) -> Integers:
    """Return a steady loss on two paths, to date, shape (periods, paths)."""
    return np.tile(units * np.arange(1, periods + 1), (2, 1)).T


def test_at_a_steady_rate_it_is_the_cost_of_the_economic_order_quantity() -> None:
    terms = offer(unit_cost=10.0, setup_cost=400.0)

    cost = cost_per_unit_sold(
        terms, lost_a_period(50, 100), colorways=1, holding=0.25, end_value=0.0
    )

    assert cost == pytest.approx(10.0 + (2 * 400 * 0.25 / 50) ** 0.5, abs=0.15)


def test_the_last_units_of_a_life_bear_the_whole_minimum() -> None:
    terms = offer(unit_cost=10.0, moq_run=100)

    cost = cost_per_unit_sold(terms, lost_a_period(10, 4), colorways=1, holding=0.0, end_value=2.0)

    assert cost == pytest.approx((1000.0 - 60 * 2.0) / 40)


def test_what_may_be_left_over_makes_a_unit_that_sells_dearer() -> None:
    sure, unsure = np.array([[10, 10]]), np.array([[1, 19]])
    terms = offer(unit_cost=10.0, setup_cost=50.0)

    costs = [
        cost_per_unit_sold(terms, lost, colorways=1, holding=0.0, end_value=0.0)
        for lost in (sure, unsure)
    ]

    assert costs[0] == pytest.approx(15.0)
    assert costs[1] == pytest.approx((50 + 19 * 10) / 10)


def test_no_later_run_is_released_where_none_is_needed() -> None:
    needed, seldom = np.array([[10, 10]]), np.array([[0, 0, 0, 10]])
    terms = offer(unit_cost=10.0, setup_cost=50.0)

    costs = [
        cost_per_unit_sold(terms, lost, colorways=1, holding=0.0, end_value=0.0)
        for lost in (needed, seldom)
    ]

    assert costs == [pytest.approx(15.0), pytest.approx(15.0)]


def test_stock_that_puts_the_need_off_makes_no_later_unit_dearer() -> None:
    soon, late = lost_a_period(10, 3), np.vstack([np.zeros((9, 2), int), lost_a_period(10, 3)])
    terms = offer(unit_cost=10.0, setup_cost=50.0)

    costs = [
        cost_per_unit_sold(terms, lost, colorways=1, holding=0.5, end_value=0.0)
        for lost in (soon, late)
    ]

    assert costs[0] == pytest.approx(costs[1])


def test_nothing_lost_later_means_no_later_run() -> None:
    nothing = np.zeros((4, 2), dtype=np.int64)

    cost = cost_per_unit_sold(offer(), nothing, colorways=1, holding=0.1, end_value=0.0)

    assert cost == np.inf


def test_made_to_order_makes_in_each_period_what_it_asks_for() -> None:
    terms = offer(unit_cost=10.0, setup_cost=20.0, made_to_order=True)

    assert made_to_order_cost(terms, 40.0, 4, colorways=1) == 12.0
    assert made_to_order_cost(terms, 0.0, 4, colorways=1) == np.inf


@pytest.mark.parametrize("made_to_order", [False, True])
def test_material_that_will_not_return_is_used_up_once(*, made_to_order: bool) -> None:
    terms = offer(made_to_order=made_to_order, material_limit=40, last_buy=True)
    case = situation(np.full((1, 4, 10), 20), terms, review=7, backorder_share=1.0)

    outlook = outlook_from(world_of(case))

    assert outlook.lost_units == pytest.approx(200 - 40)


def test_later_runs_are_counted_on_no_sooner_than_they_land() -> None:
    sure = offer(unit_cost=10.0, lead_time_days=14.0)
    unsure = offer(unit_cost=10.0, lead_time_days=14.0, lead_time_sd_days=7.0)

    counted, spread = (
        outlook_from(world_of(situation(np.full((1, 4, 8), 20), terms, review=7)))
        for terms in (sure, unsure)
    )

    assert counted.unserved_share.tolist() == [1, 1, 1, 0, 0, 0, 0, 0]
    # A Gamma of mean 14 and deviation 7 has the shape 4: 1 - P(4, t) at t = (day - 7) / 3.5.
    late = [1.0, 1.0, 0.857123, 0.433470, 0.151204, 0.042380, 0.010336, 0.002292]
    assert spread.unserved_share == pytest.approx(late, abs=1e-6)
    assert (np.diff(spread.worth) <= 0).all()


def test_more_is_made_at_once_where_the_next_run_may_be_late() -> None:
    demand = poisson(3, 20.0, paths=128, periods=12)
    money = {"end": None, "review": 7, "holding_cost_per_unit_week": 0.5}

    asked = [
        decide(
            situation(demand, offer(lead_time_days=14.0, lead_time_sd_days=sd), on_hand=40, **money)
        ).chosen.quantity
        for sd in (0.0, 7.0)
    ]

    assert asked[1] > 1.2 * asked[0]
