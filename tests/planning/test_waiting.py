"""What waiting is worth: between one run for all and knowing the demand that comes."""

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.planning import Decision, Floats, Situation, decide
from tests.planning.situations import NO_LATER_RUN, offer, poisson, situation

WEEK = 7

MANY_PATHS = 24
"""A later unit costs its share of a run, so that on one or two certain paths a part of a run may
be priced, up to a set-up better than any plan (19 of 3,000 such situations); on 24 none is."""


def best_profit(decision: Decision) -> float:
    """Return the highest profit of all plans that were priced."""
    return max(plan.expected_profit for plan in (decision.chosen, *decision.alternatives))


def perfect_information(case: Situation) -> float:
    """Return what knowing each path's demand would earn: exact over periods and units of stock.

    One SKU, whole periods, a review each; runs of every offer can arrive from its lead time on.
    """
    return float(np.mean([_best_on(case, path) for path in case.demand[0]]))


def _best_on(case: Situation, demand: Any) -> float:
    money = case.economics
    most = int(case.on_hand[0] + case.inbound.sum() + demand.sum())
    most += max(terms.moq_run for terms in case.offers)
    stock = np.arange(most + 1)
    value: Floats = money.salvage_value * stock
    for period in range(demand.size - 1, -1, -1):
        left = np.maximum(stock - demand[period], 0)
        lost = np.maximum(demand[period] - stock, 0)
        value = money.price * (stock - left) - money.lost_sale_cost * lost + value[left]
        value = value - money.holding_cost_per_unit_week * left
        for terms in case.offers:
            if period * WEEK >= terms.lead_time_days:
                value = np.maximum(value, _with_a_run(value, terms))
        value = value[np.minimum(stock + case.inbound[0, period], most)]
    return float(value[case.on_hand[0]])


def _with_a_run(value: Floats, terms: Any) -> Floats:
    """Return the best value of each stock with a run that arrives now."""
    cost = terms.price_breaks[0][1]
    least = max(terms.moq_run, 1)
    stock = np.arange(value.size)
    best = np.maximum.accumulate((value - cost * stock)[::-1])[::-1]
    reached = np.full(value.size, -np.inf)
    reached[: value.size - least] = best[least:] + cost * stock[: value.size - least]
    return reached - terms.setup_cost


@st.composite
def single_sku(draw: st.DrawFn) -> Situation:
    """Draw one SKU's paths of a rate that is not known, its stock, and one or two offers."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    paths, periods = MANY_PATHS, draw(st.integers(2, 7))
    rate = rng.gamma(1.0, 4.0, size=(1, paths, 1))
    offers = [
        offer(
            f"way {number}",
            float(draw(st.integers(2, 20))),
            setup_cost=float(draw(st.sampled_from([0, 5, 40]))),
            moq_run=draw(st.sampled_from([0, 12])),
            lead_time_days=WEEK * draw(st.integers(0, 3)),
        )
        for number in range(draw(st.integers(1, 2)))
    ]
    return situation(
        rng.poisson(np.broadcast_to(rate, (1, paths, periods))),
        *offers,
        on_hand=draw(st.integers(0, 10)),
        review=WEEK,
        price=25.0,
        salvage_value=float(draw(st.integers(0, 2))),
        holding_cost_per_unit_week=draw(st.sampled_from([0.0, 0.1, 1.0])),
        lost_sale_cost=float(draw(st.integers(0, 3))),
    )


@given(case=single_sku())
def test_later_runs_are_worth_something_and_no_more_than_knowing_the_demand(
    case: Situation,
) -> None:
    one_shot = best_profit(decide(replace(case, review_period_days=NO_LATER_RUN)))

    with_later_runs = best_profit(decide(case))

    assert one_shot <= with_later_runs + 1e-6
    assert with_later_runs <= perfect_information(case) + 1e-6


def small_and_large(launch: int) -> Situation:
    """Return a launch of unknown success after some weeks, with three ways of making it."""
    demand = poisson(3, 10.0, paths=128, periods=20)
    demand[:, :, :launch] = 0
    return situation(
        demand,
        offer("now", 14.0, mode="on_demand", setup_cost=4.0, lead_time_days=WEEK),
        offer("soon", 11.5, setup_cost=60.0, moq_run=30, lead_time_days=3 * WEEK),
        offer("large", 9.0, mode="large_batch", setup_cost=300.0, moq_run=150, lead_time_days=56),
        review=WEEK,
        price=25.0,
        salvage_value=2.0,
        holding_cost_per_unit_week=0.1,
    )


def run_by(decision: Decision, code: str) -> int:
    """Return the quantity of an offer's best run, taken or not."""
    plans = (decision.chosen, *decision.alternatives)
    return next(plan.quantity for plan in plans if plan.offer == code)


def test_before_a_launch_no_token_run_buys_a_better_future_than_waiting() -> None:
    case = small_and_large(launch=8)
    fast = replace(case, offers=case.offers[:2])

    decision = decide(fast)

    assert decision.action == "hold"
    assert decision.value_of_waiting > 0
    assert all(plan.gain_over_waiting < 0 for plan in decision.alternatives)


def test_a_first_order_is_small_where_it_can_be_topped_up() -> None:
    case = small_and_large(launch=3)

    once = decide(replace(case, review_period_days=NO_LATER_RUN))
    topped_up = decide(case)

    assert run_by(topped_up, "soon") < run_by(once, "soon") / 2
    assert best_profit(topped_up) > best_profit(once)


def test_what_can_be_topped_up_is_worth_more_the_less_is_known() -> None:
    case = small_and_large(launch=3)
    known = np.rint(case.demand.mean(axis=1, keepdims=True)).astype(np.int64)
    sure = replace(case, demand=np.repeat(known, case.demand.shape[1], axis=1))

    def worth_of_later_runs(one: Situation) -> float:
        once = replace(one, review_period_days=NO_LATER_RUN)
        return best_profit(decide(one)) - best_profit(decide(once))

    assert worth_of_later_runs(case) > 2 * worth_of_later_runs(sure)


def test_a_run_is_not_put_off_past_the_day_it_is_needed() -> None:
    case = small_and_large(launch=8)
    released = []
    for week in range(8):
        left = replace(
            case,
            demand=case.demand[:, :, week:],
            inbound=case.inbound[:, week:],
            end_period=20 - week,
        )
        released.append(decide(replace(left, offers=case.offers[1:2])).action == "run")

    assert released == [False] * 5 + [True] * 3
