"""Published (s,S) policies, decided at each review and compared by their exact long-run cost.

They let who finds no stock wait at a cost a period. Where a run is there at once and any customer
waiting makes one worth its set-up (s >= -1), each of them is served at the next review: the same
as a lost sale at that cost. `test_published_coverage` lists what else is run, and what is not.
"""

import os
from functools import partial
from typing import Any

import numpy as np
import pytest
from scipy import stats

from app.planning import Floats, decide
from tests.planning.situations import offer, situation
from tests.planning.test_published_cases import CASES_FILE, case_of

pytestmark = pytest.mark.skipif(not CASES_FILE.exists(), reason="published cases are not here")

PLANNED, PATHS = 13, 512
NO_PRICE = 1e-6


def ordered(paths: Any, costs: dict[str, float], most: int) -> list[int]:
    """Return the units ordered at each stock from 0 to `most`, at the start of a period."""
    terms = offer(unit_cost=NO_PRICE, setup_cost=costs["setup"])
    money = {"lost_sale_cost": costs["short"], "holding_cost_per_unit_week": costs["holding"]}
    stocked = partial(situation, paths, terms, end=None, review=7, price=0.0, **money)
    decisions = [decide(stocked(on_hand=stock)) for stock in range(most + 1)]
    return [one.chosen.quantity if one.action == "run" else 0 for one in decisions]


def long_run_cost(orders: list[int], chances: Floats, costs: dict[str, float]) -> float:
    """Return the cost a period of ordering so for good: a Markov chain of the stock.

    Args:
        orders: At each stock before ordering.
        chances: Of each demand from 0 on.
        costs: Of a set-up, of a unit short, and of holding one for a period.
    """
    states, demand = len(orders), np.arange(chances.size)
    moves, cost = np.zeros((states, states)), np.zeros(states)
    for stock, order in enumerate(orders):
        left = np.maximum(stock + order - demand, 0)
        short = np.maximum(demand - stock - order, 0)
        cost[stock] = costs["setup"] * (order > 0)
        cost[stock] += (costs["holding"] * left + costs["short"] * short) @ chances
        np.add.at(moves[stock], left, chances)
    balance = np.vstack([moves.T - np.eye(states), np.ones(states)])
    share = np.linalg.lstsq(balance, np.append(np.zeros(states), 1.0), rcond=None)[0]
    return float(share @ cost)


def test_a_setup_with_poisson_demand_costs_what_the_optimal_policy_does() -> None:
    case = case_of("sS_poisson_example_4_7")
    inputs = case["inputs"]
    costs = {
        "setup": float(inputs["fixed_cost"]),
        "short": float(inputs["stockout_cost"]),
        "holding": float(inputs["holding_cost"]),
    }
    law = stats.poisson(inputs["demand_mean"])
    paths = np.random.default_rng(7).poisson(inputs["demand_mean"], (1, PATHS, PLANNED))

    orders = ordered(paths, costs, 25)

    cost = long_run_cost(orders, law.pmf(np.arange(60)), costs)
    assert cost == pytest.approx(case["expected"]["cost"], rel=1e-3)


ALL = os.environ.get("SHORTRUN_ALL_PUBLISHED")
"""Set it for all 24 of them: 8 s."""

MEANS = (10, 25, 30, 50, 70)
MORE_MEANS = (15, 20, 21, 22, 23, 24, 35, 40, 45, 51, 52, 55, 59, 60, 61, 63, 64, 65, 75)
"""Demand a period. From 15 on the best run lasts for three reviews or fewer, and what stock left is
worth comes from `renewal`; at 10 it is its share of a later run."""

ABOVE = {mean: 0.006 if mean == 10 else 0.002 for mean in MEANS + (MORE_MEANS if ALL else ())}
"""By mean demand, how far our cost may lie above the least."""


@pytest.mark.parametrize(("mean", "above"), ABOVE.items())
def test_setups_with_poisson_demand_against_the_optimal_policy(mean: int, above: float) -> None:
    case = case_of("sS_zheng_federgruen_24")
    inputs, at = case["inputs"], case["inputs"]["mu"].index(mean)
    costs = {"setup": float(inputs["K"]), "short": float(inputs["p"]), "holding": inputs["h"]}
    paths = np.random.default_rng(7).poisson(mean, (1, PATHS, PLANNED))

    orders = ordered(paths, costs, case["expected"]["S"][at] + 40)

    chances = stats.poisson(mean).pmf(np.arange(4 * mean + 60))
    cost, least = long_run_cost(orders, chances, costs), case["expected"]["cost"][at]
    assert least * 0.999 <= cost <= least * (1 + above)


@pytest.mark.parametrize("name", ["sS_power_approx_example_4_8", "sS_power_approx_problem_4_32"])
def test_setups_with_normal_demand_cost_no_more_than_the_power_approximation(name: str) -> None:
    case = case_of(name)
    inputs, expected = case["inputs"], case["expected"]
    mean, sd = inputs["demand_mean"], inputs["demand_sd"]
    costs = {
        "setup": float(inputs["fixed_cost"]),
        "short": float(inputs["stockout_cost"]),
        "holding": float(inputs["holding_cost"]),
    }
    up_to = stats.norm(mean, sd).cdf(np.arange(mean + 8 * sd) + 0.5)
    normal = np.random.default_rng(7).normal(mean, sd, (1, PATHS, PLANNED))

    orders = ordered(np.rint(normal).clip(0), costs, round(expected["S"]))

    low, high = round(expected["s"]), round(expected["S"])
    printed = [high - stock if stock <= low else 0 for stock in range(high + 1)]
    chances = np.diff(up_to, prepend=0.0)
    assert long_run_cost(orders, chances, costs) <= long_run_cost(printed, chances, costs)


def test_ten_periods_and_an_end_cost_what_the_dynamic_program_says() -> None:
    case = case_of("finite_horizon_problem_4_29")
    inputs, scale = case["inputs"], 10
    mean, sd, discount = inputs["demand_mean"], inputs["demand_sd"], inputs["discount_factor"]
    evenly = stats.norm(mean, sd).ppf((np.arange(2000) + 0.5) / 2000)
    random = np.random.default_rng(1)
    periods = inputs["num_periods"]
    terms = offer(unit_cost=inputs["purchase_cost"] / scale)
    money = {
        # Who waits is made a unit one period later.
        "lost_sale_cost": (inputs["stockout_cost"] + discount * inputs["purchase_cost"]) / scale,
        "holding_cost_per_unit_week": inputs["holding_cost"] / scale,
        "salvage_value": -inputs["terminal_holding_cost"] / scale,
    }
    paths = np.stack([random.permutation(np.rint(scale * evenly)) for _ in range(periods)], axis=1)

    levels = [
        decide(situation(paths[None, :, at:], terms, review=7, price=0.0, **money)).chosen.quantity
        / scale
        for at in range(periods)
    ]

    assert levels == pytest.approx(case["expected"]["S"], abs=1.4)
    cost, before = 0.0, 0.0
    for at, level in enumerate(levels):
        ahead = (level - mean) / sd
        over = sd * float(ahead * stats.norm.cdf(ahead) + stats.norm.pdf(ahead))
        short = over - (level - mean)
        now = inputs["purchase_cost"] * (level - before)
        now += inputs["holding_cost"] * over + inputs["stockout_cost"] * short
        cost, before = cost + discount**at * now, level - mean
    cost += discount**periods * (over + inputs["terminal_stockout_cost"] * short)
    assert cost == pytest.approx(case["expected"]["cost"], abs=case["tolerance"]["cost"])
