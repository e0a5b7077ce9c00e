"""Plans of styles whose reviews are far apart, followed from one to the next."""

from dataclasses import replace

import numpy as np
import pytest

from app.planning import Situation, decide
from app.planning.plans import price_plans
from app.planning.rollout import followed, is_far_apart
from app.planning.world import world_of
from tests.planning.situations import offer, situation

WEEK = 7


def short_life(review_weeks: int) -> Situation:
    """Return a launch in two weeks of a style that lives for ten, its success unknown."""
    rng = np.random.default_rng(6)
    rate = rng.gamma(1.5, 8.0, size=(1, 128, 1))
    demand = rng.poisson(np.broadcast_to(rate, (1, 128, 12)))
    demand[:, :, :2] = 0
    return situation(
        demand,
        offer("fast", 14.0, mode="on_demand", setup_cost=4.0, lead_time_days=WEEK),
        offer("soon", 11.0, setup_cost=60.0, moq_run=30, lead_time_days=2 * WEEK),
        review=review_weeks * WEEK,
        price=25.0,
        salvage_value=2.0,
        holding_cost_per_unit_week=0.1,
    )


def test_a_brand_that_decides_once_a_month_orders_more_at_once_than_one_that_decides_weekly() -> (
    None
):
    weekly, monthly = decide(short_life(1)), decide(short_life(4))

    assert not weekly.is_followed
    assert monthly.is_followed
    assert monthly.chosen.quantity > weekly.chosen.quantity


def test_waiting_a_month_is_not_as_good_as_its_average_cost_says() -> None:
    world = world_of(short_life(4))
    plans = price_plans(world)

    after = followed(world, plans)

    assert after.hold.expected_profit < plans.hold.expected_profit
    assert after.runs[0].expected_profit > after.hold.expected_profit
    assert decide(short_life(4)).value_of_waiting == pytest.approx(
        after.hold.expected_profit - float(world.nothing.mean())
    )


def test_other_sizes_keep_to_the_terms() -> None:
    case = short_life(4)
    packed = replace(case.offers[1], order_multiple=12, max_quantity=120)
    world = world_of(replace(case, offers=(packed,)))

    after = followed(world, price_plans(world))

    (run,) = after.runs
    assert run.quantities.sum() % 12 == 0
    assert 36 <= run.quantities.sum() <= 120


def test_a_last_decision_and_a_style_with_no_end_are_not_followed() -> None:
    case = short_life(4)
    last = replace(case, review_period_days=12 * WEEK)
    endless = replace(case, end_period=None)

    assert [is_far_apart(world_of(one)) for one in (case, last, endless)] == [True, False, False]


def test_it_is_decided_the_same_again() -> None:
    once, again = decide(short_life(4)), decide(short_life(4))

    assert once.chosen.quantities.tolist() == again.chosen.quantities.tolist()
    assert once.chosen.expected_profit == again.chosen.expected_profit
