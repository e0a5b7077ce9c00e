"""Why nothing is made, in the words of what keeps it from being made."""

from dataclasses import replace

import numpy as np
import pytest

from app.planning import Decision, decide
from tests.planning.situations import offer, poisson, situation

CERTAIN = np.full((1, 8, 1), 100)


def codes(decision: Decision) -> set[str]:
    """Return the codes of a decision's reasons."""
    return {reason.code for reason in decision.reasons}


def reason_of(decision: Decision, code: str) -> dict[str, float | int | str]:
    """Return the values of the one reason of that code."""
    [values] = [one.values for one in decision.reasons if one.code == code]
    return values


def test_a_setup_that_no_run_earns_back_is_no_reason_to_wait() -> None:
    terms = offer(setup_cost=20_000.0, tooling_cost=500.0, lead_time_days=7)
    case = situation(poisson(3, 6.0, periods=26), terms, review=7, end=None)

    decision = decide(case)

    assert (decision.action, decision.value_of_waiting) == ("hold", 0.0)
    assert "waiting_pays" not in codes(decision)
    told = reason_of(decision, "setup_too_large")
    assert told["fixed_cost"] == 20_500.0
    assert told["loss"] == round(-decision.alternatives[0].gain_over_waiting, 2)
    assert decision.suitability_way == "none"
    assert decision.best_by_factory == {"fab": "none"}


@pytest.mark.parametrize("minimum", [{"moq_sku": 100_000}, {"order_multiple": 100_000}])
def test_a_minimum_that_is_never_sold_is_no_reason_to_wait(minimum: dict[str, int]) -> None:
    case = situation(poisson(3, 6.0, periods=26), offer(**minimum), review=7)

    decision = decide(case)

    assert "waiting_pays" not in codes(decision)
    assert reason_of(decision, "moq_too_large")["moq"] == 100_000
    assert 0 < int(reason_of(decision, "moq_too_large")["wanted"]) < 1000


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ({"capacity_per_week": 2}, "capacity_limits"),
        ({"max_quantity": 2}, "maximum_binding"),
        ({"material": "oxford", "material_limit": 2}, "material_limits"),
    ],
)
def test_a_run_that_is_kept_too_small_to_pay_names_what_keeps_it_small(
    limit: dict[str, int], code: str
) -> None:
    terms = offer(setup_cost=60.0, **limit)

    decision = decide(situation(CERTAIN, terms))

    assert decision.action == "discontinue"
    told = reason_of(decision, code)
    assert (told["maximum"], told["wanted"]) == (2, 100)
    assert told["cost"] == 100 * 20.0 - 60.0
    assert "moq_too_large" not in codes(decision)


def test_what_the_best_run_above_a_minimum_loses_is_said_of_its_size() -> None:
    terms = offer(price_breaks=((1, 22.0), (200, 15.5)), moq_run=150)

    decision = decide(situation(CERTAIN, terms))

    told = reason_of(decision, "moq_too_large")
    assert (told["moq"], told["quantity"], told["loss"]) == (150, 200, 200 * 15.5 - 100 * 30.0)


def test_stock_beyond_the_life_left_is_no_reason_to_wait() -> None:
    case = situation(poisson(3, 6.0), offer(setup_cost=50.0), on_hand=1500, review=7)

    decision = decide(case)

    assert "stock_sufficient" in codes(decision)
    assert "waiting_pays" not in codes(decision)


def test_customers_who_do_not_wait_are_the_cause_that_nothing_is_made_to_order() -> None:
    terms = offer(made_to_order=True, mode="on_demand")

    decision = decide(situation(poisson(3, 6.0), terms, review=7, end=None))

    assert reason_of(decision, "customers_do_not_wait") == {"offer": "small"}
    assert "no_run_allowed" not in codes(decision)


def test_a_run_of_material_that_will_not_come_again_is_a_last_buy() -> None:
    terms = offer(material="oxford", material_limit=30, last_buy=True)

    decision = decide(situation(CERTAIN, terms, review=7))

    assert decision.chosen.quantity == 30
    assert reason_of(decision, "last_buy") == {"material": "oxford", "left": 30}
    plenty = decide(situation(CERTAIN, replace(terms, material_limit=2000), review=7))
    assert "last_buy" not in codes(plenty)


def test_material_that_is_not_there_is_named() -> None:
    terms = offer(material="oxford", material_limit=0, last_buy=True, moq_run=30)

    decision = decide(situation(poisson(3, 6.0), terms, review=7, end=None))

    assert reason_of(decision, "material_missing") == {
        "offer": "small",
        "material": "oxford",
        "left": 0,
        "moq": 30,
    }
    assert "no_run_allowed" not in codes(decision)


def test_orders_that_never_come_to_the_minimum_are_worth_nothing_later_either() -> None:
    demand = np.full((1, 10, 4), 20)
    terms = offer(unit_cost=30.0, made_to_order=True, mode="on_demand", moq_run=30)

    decision = decide(situation(demand, terms, price=60.0, backorder_share=1.0, review=7, end=None))

    assert (decision.action, decision.value_of_waiting) == ("hold", 0.0)
    assert reason_of(decision, "too_few_orders") == {"offer": "small", "ordered": 20, "moq": 30}
