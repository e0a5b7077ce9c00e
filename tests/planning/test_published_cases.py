"""Printed examples of the literature, in the limits the first form covers, compared by cost.

What is not covered is listed in `test_published_coverage`.
"""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from app.planning import Decision, PricedPlan, decide
from tests.planning.situations import offer, one_period, situation

SHARED = Path(os.environ.get("SHORTRUN_SHARED", Path(__file__).parents[3] / "shared"))
CASES_FILE = SHARED / "cases" / "published_cases.json"
pytestmark = pytest.mark.skipif(not CASES_FILE.exists(), reason="published cases are not here")
PATHS = 4000


def case_of(name: str) -> dict[str, Any]:
    """Return one published case by its name."""
    cases = json.loads(CASES_FILE.read_text(encoding="utf-8"))["cases"]
    return next(case for case in cases if case["name"] == name)


def samples(law: Any, scale: int = 1) -> Any:
    """Return evenly spread quantiles of a law, in `scale`-ths of a unit, as one-period paths."""
    return one_period(np.rint(scale * law.ppf((np.arange(PATHS) + 0.5) / PATHS)))


def the_run(decision: Decision) -> PricedPlan:
    """Return the best run, taken or not."""
    plans = (decision.chosen, *decision.alternatives)
    return next(plan for plan in plans if plan.action == "run")


def hold(decision: Decision) -> PricedPlan:
    """Return the plan of waiting."""
    plans = (decision.chosen, *decision.alternatives)
    return next(plan for plan in plans if plan.action == "hold")


def demand_law(inputs: dict[str, Any]) -> Any:
    """Return the demand over lead time and review: normal, lognormal or Poisson."""
    if "mu" in inputs:
        return stats.lognorm(s=inputs["sigma"], scale=np.exp(inputs["mu"]))
    if "demand_sd" in inputs:
        return stats.norm(inputs["demand_mean"], inputs["demand_sd"])
    return stats.poisson(inputs["demand_mean"] * (1 + inputs["lead_time"]))


@pytest.mark.parametrize(
    ("name", "scale"),
    [
        ("newsvendor_normal_example_4_3", 50),
        ("newsvendor_normal_problem_4_1", 4),
        ("newsvendor_lognormal_problem_4_8b", 4),
        ("newsvendor_poisson_problem_4_19_SCMO", 1),
        ("newsvendor_poisson_example_4_7", 1),
    ],
)
def test_newsvendor_of_costs(name: str, scale: int) -> None:
    case = case_of(name)
    inputs, expected = case["inputs"], case["expected"]
    costs = {
        "price": 0.0,
        "lost_sale_cost": inputs["stockout_cost"] / scale,
        "holding_cost_per_unit_week": inputs["holding_cost"] / scale,
    }

    decision = decide(situation(samples(demand_law(inputs), scale), offer(unit_cost=0.0), **costs))

    assert -decision.chosen.expected_profit == pytest.approx(expected["cost"], rel=2e-3)
    assert decision.chosen.quantity / scale == pytest.approx(expected["S"], rel=1e-3)


@pytest.mark.parametrize(
    "name", ["newsvendor_explicit_example_4_2", "newsvendor_explicit_problem_4_3b_h0_g0"]
)
def test_newsvendor_of_profit(name: str) -> None:
    case = case_of(name)
    inputs, expected = case["inputs"], case["expected"]
    money = {
        "price": inputs["revenue"] / 50,
        "salvage_value": inputs["salvage_value"] / 50,
    }
    terms = offer(unit_cost=inputs["purchase_cost"] / 50)

    decision = decide(situation(samples(demand_law(inputs), 50), terms, **money))

    assert decision.chosen.expected_profit == pytest.approx(expected["profit"], rel=1e-4)
    assert decision.chosen.quantity / 50 == pytest.approx(expected["S"], rel=1e-3)


def test_the_newsstand_of_nahmias() -> None:
    inputs = case_of("nahmias_macs_newsstand")["inputs"]
    case = situation(
        samples(demand_law(inputs)).clip(0),
        offer(unit_cost=inputs["cost"]),
        price=inputs["price"],
        salvage_value=inputs["salvage"],
    )

    assert decide(case).chosen.quantity == 15


@pytest.mark.parametrize(("moq", "pays"), [(2444, True), (2445, False)])
def test_a_minimum_pays_up_to_the_closed_form_threshold(moq: int, *, pays: bool) -> None:
    inputs = case_of("moq_newsvendor_threshold")["inputs"]
    law = stats.norm(inputs["mean"], inputs["sd"])
    terms = offer(unit_cost=inputs["cost"], moq_run=moq)
    money = {"price": inputs["price"], "salvage_value": inputs["salvage"]}

    decision = decide(situation(samples(law, 10), terms, **money))

    assert the_run(decision).quantity == moq
    assert (the_run(decision).expected_profit > hold(decision).expected_profit) is pays


@pytest.mark.parametrize(("on_hand", "pays"), [(405, True), (407, False)])
def test_a_setup_pays_below_the_reorder_point(on_hand: int, *, pays: bool) -> None:
    case = case_of("setup_newsvendor_one_period")
    inputs = case["inputs"]
    law = stats.norm(inputs["mean"], inputs["sd"])
    terms = offer(unit_cost=0.0, setup_cost=inputs["K"])
    costs = {"lost_sale_cost": inputs["p"] / 10, "holding_cost_per_unit_week": inputs["h"] / 10}

    decision = decide(situation(samples(law, 10), terms, on_hand=on_hand, price=0.0, **costs))

    level = on_hand + the_run(decision).quantity
    assert level / 10 == pytest.approx(case["expected"]["S"], abs=0.1)
    assert (the_run(decision).expected_profit > hold(decision).expected_profit) is pays


def test_the_newsvendor_of_a_rate_learned_from_sales() -> None:
    inputs = case_of("gamma_poisson_newsvendor")["inputs"]
    shape = inputs["prior_a"] + inputs["total_sales"]
    rate = inputs["prior_b"] + inputs["periods"]
    law = stats.nbinom(shape, rate / (rate + inputs["horizon"]))
    terms = offer(unit_cost=1 - inputs["critical_ratio"])

    decision = decide(situation(samples(law), terms, price=1.0))

    assert decision.chosen.quantity == 57


def test_the_newsvendor_of_a_rate_learned_from_sales_that_stock_cut_short() -> None:
    case = case_of("censored_bayes_lariviere_porteus")
    inputs = case["inputs"]
    seen = inputs["obs_sales_censored"]
    shape = inputs["a"] + sum(not censored for _, censored in seen)
    rate = inputs["b"] + sum(sales for sales, _ in seen)
    law = stats.lomax(shape, scale=rate)

    decision = decide(
        situation(samples(law, 10), offer(unit_cost=inputs["cost"]), price=inputs["price"])
    )

    expected, tolerance = case["expected"]["Q"], case["tolerance"]["Q"]
    assert decision.chosen.quantity / 10 == pytest.approx(expected, abs=tolerance)


def test_a_loss_that_does_not_grow_with_the_run_is_as_good_as_demand() -> None:
    case = case_of("newsvendor_additive_yield_problem_9_5")
    inputs, scale = case["inputs"], 100
    least, most = -inputs["yield_hi"], -inputs["yield_lo"]
    law = stats.uniform(inputs["demand"] + least, most - least)
    costs = {
        "price": 0.0,
        "lost_sale_cost": inputs["stockout_cost"] / scale,
        "holding_cost_per_unit_week": inputs["holding_cost"] / scale,
    }

    decision = decide(situation(samples(law, scale), offer(unit_cost=0.0), **costs))

    assert -decision.chosen.expected_profit == pytest.approx(case["expected"]["cost"], abs=0.1)
    assert decision.chosen.quantity / scale == pytest.approx(case["expected"]["S"], abs=0.1)


def test_made_to_order() -> None:
    case = case_of("make_to_order_closed_form")
    inputs = case["inputs"]
    demand = np.full((1, 8, 1), inputs["mean"])
    terms = offer(unit_cost=inputs["cost"], made_to_order=True, mode="on_demand")
    money = {
        "price": inputs["price"],
        "return_rate": inputs["return_rate"],
        "resalable_share": inputs["value_of_return"] / inputs["cost"],
        "backorder_share": inputs["wait_share"],
    }

    decision = decide(situation(demand, terms, **money))

    assert decision.chosen.expected_profit == pytest.approx(case["expected"]["profit"], abs=1e-9)


def test_the_economic_order_quantity() -> None:
    case = case_of("eoq_example_3_1")
    inputs = case["inputs"]
    weekly = inputs["demand_rate"] // 52
    holding = inputs["holding_cost"]

    decision = decide(
        situation(
            np.full((1, 2, 104), weekly),
            offer(unit_cost=1.0, setup_cost=inputs["fixed_cost"]),
            end=None,
            review=7,
            price=5.0,
            holding_cost_per_unit_week=holding / 52,
        )
    )

    size = decision.chosen.quantity
    cost = inputs["fixed_cost"] * inputs["demand_rate"] / size + holding * size / 2
    assert cost == pytest.approx(case["expected"]["cost"], rel=0.01)
