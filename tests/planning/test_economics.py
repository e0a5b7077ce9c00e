from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from app.planning import PreviousPlan, decide
from tests.planning.situations import offer, poisson, situation, worlds

CERTAIN = np.full((1, 8, 1), 100)
SMALL = offer("small", 12.0, max_quantity=60)
LARGE = offer("large", 10.0, mode="large_batch", moq_run=250)


def test_a_small_run_avoids_what_the_large_one_would_tie_up() -> None:
    decision = decide(situation(CERTAIN, SMALL, LARGE, price=30.0))

    [large] = [plan for plan in decision.alternatives if plan.offer == "large"]
    assert decision.chosen.offer == "small"
    assert decision.chosen.investment_avoided == 250 * 10.0 - 60 * 12.0
    assert large.investment_avoided == 0.0


def test_without_large_batches_nothing_is_avoided() -> None:
    assert decide(situation(CERTAIN, SMALL)).chosen.investment_avoided is None


def test_a_maximum_has_a_price_for_each_unit_it_keeps_back() -> None:
    decision = decide(situation(CERTAIN, SMALL, price=30.0))

    [limit] = decision.chosen.constraints
    assert (limit.name, limit.bound, limit.wanted) == ("maximum", 60, 100)
    assert limit.cost == pytest.approx(40 * 18.0)
    assert limit.cost_per_unit == pytest.approx(18.0)


def test_every_alternative_says_what_binds_it() -> None:
    decision = decide(situation(CERTAIN, SMALL, LARGE, price=30.0))

    [large] = [plan for plan in decision.alternatives if plan.offer == "large"]
    [limit] = large.constraints
    assert (limit.name, limit.bound, limit.wanted) == ("moq", 250, 100)
    assert limit.cost == pytest.approx(150 * 10.0)


def test_the_gain_over_waiting_is_the_difference_of_the_expected_profits() -> None:
    decision = decide(situation(poisson(1, 20.0), SMALL, LARGE, price=30.0))

    [hold] = [plan for plan in decision.alternatives if plan.action == "hold"]
    for plan in (decision.chosen, *decision.alternatives):
        gain = plan.expected_profit - hold.expected_profit
        assert plan.gain_over_waiting == pytest.approx(gain)


@given(world=worlds())
def test_a_limit_only_binds_where_it_costs_something(world: dict) -> None:
    terms = (offer("small", 8.0, max_quantity=9), offer("large", 6.0, moq_run=30))

    decision = decide(replace(situation(**world), offers=terms))

    for plan in (decision.chosen, *decision.alternatives):
        for limit in plan.constraints:
            assert limit.cost > 0
            assert limit.wanted != limit.bound


@pytest.mark.parametrize("paths", [64, 256])
def test_a_standing_run_stays_when_the_same_demand_is_drawn_anew(paths: int) -> None:
    terms = offer("small", 12.0, lead_time_days=14, setup_cost=60.0)
    large = offer(
        "large", 9.0, mode="large_batch", lead_time_days=42, setup_cost=400.0, moq_run=200
    )

    def drawn(seed: int) -> object:
        demand = poisson(seed, 9.0, 14.0, 6.0, paths=paths, periods=20)
        return situation(demand, terms, large, on_hand=20, review=7, salvage_value=3.0)

    first = decide(drawn(0))
    assert first.chosen.offer is not None
    standing = PreviousPlan(first.chosen.offer, first.chosen.quantities)

    kept = [
        decide(replace(drawn(seed), previous=standing)).chosen.quantities.tolist()
        == first.chosen.quantities.tolist()
        for seed in range(1, 21)
    ]

    assert sum(kept) >= 19
