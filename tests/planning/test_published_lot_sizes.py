"""Published lot-sizing and lost-sales examples, decided week by week and compared by cost.

What is not covered is listed in `test_published_coverage`.
"""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from app.planning import Floats, OfferTerms, Situation, decide
from app.planning.rationing import share_out
from app.planning.scarcity import RunCurve
from tests.planning.situations import offer, situation

SHARED = Path(os.environ.get("SHORTRUN_SHARED", Path(__file__).parents[3] / "shared"))
CASES_FILE = SHARED / "cases" / "published_cases.json"
pytestmark = pytest.mark.skipif(not CASES_FILE.exists(), reason="published cases are not here")


def case_of(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the inputs and what is expected of a published case."""
    cases = json.loads(CASES_FILE.read_text(encoding="utf-8"))["cases"]
    case = next(case for case in cases if case["name"] == name)
    return case["inputs"], case["expected"]


def wanted_now(case: Situation) -> int:
    """Return the units that are to be made now."""
    decision = decide(case)
    return decision.chosen.quantity if decision.action == "run" else 0


def played_week_by_week(demand: list[int], setups: list[float], holding: float) -> float:
    """Return set-ups and holding of deciding each week on what is known to come."""
    stock, cost = 0, 0.0
    for week, units in enumerate(demand):
        rest = np.tile(np.array(demand[week:]), (1, 2, 1))
        terms = offer(unit_cost=1.0, setup_cost=float(setups[week]))
        money = {"price": 1000.0, "holding_cost_per_unit_week": holding}
        made = wanted_now(situation(rest, terms, on_hand=stock, review=7, **money))
        stock += made - units
        assert stock >= 0
        cost += setups[week] * (made > 0) + holding * stock
    return cost


@pytest.mark.parametrize(
    ("name", "above_optimum"),
    [
        ("wagner_whitin_example_3_9", 0.0),
        ("wagner_whitin_problem_3_27", 0.04),
        ("wagner_whitin_1958", 0.06),
        ("wagner_whitin_zero_demand_177", 0.03),
    ],
)
def test_lots_of_a_known_demand_cost_little_more_than_planning_them_at_once(
    name: str, above_optimum: float
) -> None:
    inputs, expected = case_of(name)
    demand, fixed = inputs["demand"], inputs["fixed_cost"]
    setups = fixed if isinstance(fixed, list) else [float(fixed)] * len(demand)

    cost = played_week_by_week(demand, setups, inputs["holding_cost"])

    assert cost >= expected["cost"] - 1e-9
    assert cost <= expected["cost"] * (1 + above_optimum) + 1e-9


def least_cost(demand: list[int], setup: float, holding: float) -> float:
    """Return the least cost of set-ups and holding, by the recursion of Wagner and Whitin."""
    best = [0.0]
    for end in range(1, len(demand) + 1):
        best.append(
            min(
                best[start]
                + setup
                + holding * sum(units * week for week, units in enumerate(demand[start:end]))
                for start in range(end)
            )
        )
    return best[-1]


def test_the_lots_of_the_silver_meal_quiz_cost_an_eighth_more_at_most() -> None:
    inputs, _ = case_of("silver_meal_quiz_10")
    demand, setup, holding = inputs["demand"], inputs["fixed_cost"], inputs["holding_cost"]

    cost = played_week_by_week(demand, [float(setup)] * len(demand), holding)

    optimum = least_cost(demand, setup, holding)
    assert optimum <= cost <= 1.12 * optimum


PATHS = 64
"""Of a demand that is known; yields differ between them."""


def steady(inputs: dict[str, Any], terms: OfferTerms, holding_a_year: float) -> int:
    """Return the run that a steady demand without an end calls for."""
    to_date = np.floor(np.arange(157) * inputs["demand_rate"] / 52 + 1e-9)
    weekly = np.tile(np.diff(to_date).astype(int), (1, PATHS, 1))
    dearest = max(price for _, price in terms.price_breaks)
    money = {"price": 10 * dearest, "holding_cost_per_unit_week": holding_a_year / 52}
    return wanted_now(situation(weekly, terms, end=None, review=7, **money))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("eoq_all_units_discount_example_3_5", "all_units"),
        ("eoq_all_units_discount_docstring", "all_units"),
        ("eoq_all_units_discount_problem_3_12", "all_units"),
        ("eoq_incremental_discount_example_3_5", "incremental"),
        ("eoq_incremental_discount_problem_3_12", "incremental"),
    ],
)
def test_the_economic_order_quantity_with_price_breaks(name: str, kind: str) -> None:
    inputs, expected = case_of(name)
    starts, prices = inputs["breakpoints"], inputs["unit_costs"]
    breaks = tuple((max(1, start), price) for start, price in zip(starts, prices, strict=True))
    setup, rate = float(inputs["fixed_cost"]), inputs["holding_cost_rate"]
    terms = offer(setup_cost=setup, price_breaks=breaks, price_break_kind=kind)

    size = steady(inputs, terms, rate * prices[-1])

    ends = [*starts[1:], np.inf]
    if kind == "all_units":
        unit = next(p for start, p in zip(starts[::-1], prices[::-1], strict=True) if start <= size)
    else:
        parts = zip(starts, ends, prices, strict=True)
        unit = sum(price * max(0, min(size, end) - start) for start, end, price in parts) / size
    yearly = inputs["demand_rate"]
    cost = unit * yearly + setup * yearly / size + rate * unit * size / 2
    assert cost == pytest.approx(expected["cost"], rel=2e-3)


def test_the_economic_order_quantity_of_a_random_yield() -> None:
    inputs, expected = case_of("eoq_multiplicative_yield_example_9_5")
    scaled = {"demand_rate": inputs["demand_rate"] / 100}
    mean, sd = inputs["yield_mean"], inputs["yield_sd"]
    setup = inputs["fixed_cost"] / 100
    terms = offer(unit_cost=1.0, setup_cost=setup, yield_rate=mean, yield_sd=sd)

    size = 100 * steady(scaled, terms, inputs["holding_cost"])

    per_run = inputs["fixed_cost"] * inputs["demand_rate"] / (size * mean)
    cost = per_run + inputs["holding_cost"] * size * (mean**2 + sd**2) / mean / 2
    assert cost == pytest.approx(expected["cost"], rel=0.02)


def test_the_economic_order_quantity_of_a_loss_that_setting_up_stands_for() -> None:
    inputs, expected = case_of("eoq_additive_yield_example_9_4")
    scaled = {"demand_rate": inputs["demand_rate"] / 100}
    setup, lost = inputs["fixed_cost"] / 100, -inputs["yield_mean"] // 100
    terms = offer(unit_cost=1.0, setup_cost=setup, setup_loss_units=lost)

    size = 100 * steady(scaled, terms, inputs["holding_cost"])

    good, sd = size + inputs["yield_mean"], inputs["yield_sd"]
    per_run = inputs["fixed_cost"] * inputs["demand_rate"] / good
    cost = per_run + inputs["holding_cost"] * (good**2 + sd**2) / good / 2
    assert cost == pytest.approx(expected["cost"], rel=2e-3)


YEARS = 2


def test_items_that_share_a_setup_cost_a_tenth_above_the_best_cycles_at_most() -> None:
    inputs, expected = case_of("jrp_spp_jrp")
    # Tenths of the units, each held at ten times the cost: larger ones are counted in blocks.
    rates = np.array(inputs["demand_rates"]) / 10
    holding = 10 * inputs["holding_costs"][0] / 52
    shared, own = float(inputs["shared_fixed_cost"]), float(inputs["individual_fixed_costs"][0])
    to_date = np.floor(np.outer(rates, np.arange(52 * YEARS + 53)) / 52 + 1e-9)
    weekly = np.diff(to_date, axis=1).astype(int)
    terms = offer(unit_cost=1.0, setup_cost=shared, colorway_setup_cost=own)
    money = {"price": 1000.0, "holding_cost_per_unit_week": holding}
    stock, cost = np.zeros(rates.size, dtype=int), 0.0

    for week in range(52 * YEARS):
        rest = np.tile(weekly[:, None, week : week + 52], (1, 2, 1))
        items = np.arange(rates.size)
        case = situation(rest, terms, on_hand=stock, colorways=items, end=None, review=7, **money)
        decision = decide(case)
        made = decision.chosen.quantities * (decision.action == "run")
        left = stock + made - weekly[:, week]
        assert (left >= 0).all()
        cost += shared * made.any() + own * np.count_nonzero(made)
        cost += holding * (stock + made + left).sum() / 2
        stock = left

    assert expected["cost"] <= cost / YEARS <= 1.1 * expected["cost"]


PERIODS = 4000
PLANNED = 14


@pytest.mark.parametrize(
    ("name", "lead", "above"),
    [
        ("lost_sales_zipkin_poisson5_p4", 1, 0.05),
        ("lost_sales_zipkin_poisson5_p4", 2, 0.05),
        ("lost_sales_zipkin_poisson5_p9", 1, 0.05),
        ("lost_sales_zipkin_poisson5_p9", 2, 0.05),
        ("lost_sales_zipkin_poisson5_p39", 1, 0.1),
    ],
)
def test_weekly_orders_with_lost_sales_cost_little_more_than_the_optimal_policy(
    name: str, lead: int, above: float
) -> None:
    inputs, expected = case_of(name)
    random = np.random.default_rng(7)
    paths = random.poisson(5, (1, 256, PLANNED))
    terms = offer(unit_cost=1e-6, lead_time_days=7.0 * lead)
    money = {"price": 0.0, "lost_sale_cost": float(inputs["p"])}
    orders: dict[tuple[int, ...], int] = {}

    def order(state: tuple[int, ...]) -> int:
        if state not in orders:
            inbound = np.zeros((1, PLANNED), dtype=int)
            inbound[0, 1 : lead + 1] = state[1:]
            case = situation(
                paths,
                terms,
                on_hand=state[0],
                inbound=inbound,
                end=None,
                review=7,
                holding_cost_per_unit_week=float(inputs["h"]),
                **money,
            )
            orders[state] = wanted_now(case)
        return orders[state]

    stock, coming, cost = 5, [5] * lead, 0.0
    for wanted in random.poisson(5, PERIODS):
        coming[-1] += order((stock, *coming))
        left = max(stock - wanted, 0)
        cost += inputs["p"] * max(wanted - stock, 0) + inputs["h"] * left
        stock = left + coming[0]
        coming = [*coming[1:], 0]

    optimum = expected["cost"][inputs["L"].index(lead)]
    assert cost / PERIODS == pytest.approx(optimum, rel=above)


def _loss(ahead: Floats) -> Floats:
    """Return the expected amount by which a standard normal stays below `ahead`."""
    return np.asarray(ahead * stats.norm.cdf(ahead) + stats.norm.pdf(ahead))


def test_ten_thousand_parkas_in_lots_of_600_or_none() -> None:
    inputs, expected = case_of("obermeyer_minimum_lot_600")
    sizes = np.arange(inputs["min_lot"], inputs["total"] + 1)
    curves = []
    for style, mean, sd in zip(inputs["styles"], inputs["mean"], inputs["sd"], strict=True):
        # Expected overage of a demand never below 0: the integral of its distribution function.
        over = sd * (_loss((sizes - mean) / sd) - _loss(np.array(-mean / sd)))
        curves.append(RunCurve(style, "lot", sizes, 10.0 * sizes - over, {"parkas": 1.0}, {}))

    found = share_out(curves, {"parkas": float(inputs["total"])})

    made = {share.style: share.quantity for share in found.shares if share.quantity}
    assert sum(made.values()) == inputs["total"]
    assert sorted(made) == expected["produced"]
    assert 10.0 * inputs["total"] - found.value == pytest.approx(
        expected["expected_overage"], abs=0.5
    )
