"""What looking before ordering again is worth, as it is told."""

from decimal import Decimal

import numpy as np

from app.planning import decide
from app.refresh.economics import economics
from tests.planning.situations import offer, situation

ORDERED = ("one_shot", "two_stage", "perfect_information")


def test_it_is_told_in_cents_with_the_economics_of_a_decision() -> None:
    rate = np.random.default_rng(6).gamma(1.5, 8.0, size=(1, 64, 1))
    demand = np.random.default_rng(7).poisson(np.broadcast_to(rate, (1, 64, 10)))
    soon = offer("soon", 10.0, setup_cost=30.0, lead_time_days=7)
    decision = decide(situation(demand, soon, review=7, price=25.0))

    told = economics(decision, decision.chosen)

    values = [Decimal(told["foresight"][name]) for name in ORDERED]
    assert values == sorted(values)
    assert told["foresight"]["first_mode"] in {None, "small_batch"}
    assert told["later_runs_valued"] == "average_cost"


def test_where_little_is_unknown_it_is_not_told() -> None:
    sure = decide(situation(np.full((1, 8, 6), 10), offer("soon", 10.0), review=7))

    assert economics(sure, sure.chosen)["foresight"] is None
