"""A run that cannot wait for the next review."""

from typing import Any

import numpy as np
import pytest

from app.planning import Situation, decide
from app.refresh.urgency import is_urgent
from tests.planning.situations import offer, situation

TEN_A_WEEK = np.full((1, 8, 8), 10)


def made_to_order(**stock: Any) -> Situation:
    """Ten are asked for a week, half of the buyers wait, and a unit takes two weeks to make."""
    terms = offer(made_to_order=True, mode="on_demand", lead_time_days=14)
    return situation(TEN_A_WEEK, terms, review=7, backorder_share=0.5, **stock)


def coming(units: int, week: int) -> np.ndarray:
    inbound = np.zeros((1, 8), dtype=np.int64)
    inbound[0, week] = units
    return inbound


def urgent(asked: Situation) -> bool:
    plan = decide(asked).chosen
    assert plan.action == "run"
    return is_urgent(asked, plan)


def test_what_the_next_buyers_wait_for_is_urgent() -> None:
    assert urgent(made_to_order())


@pytest.mark.parametrize(("on_their_way", "expected"), [(4, True), (5, False)])
def test_what_is_on_its_way_to_all_who_will_wait_is_not_asked_for_again(
    on_their_way: int, expected: bool
) -> None:
    assert urgent(made_to_order(inbound=coming(on_their_way, week=2))) is expected


def test_what_comes_later_than_a_unit_made_to_order_serves_none_who_wait() -> None:
    assert urgent(made_to_order(inbound=coming(5, week=3)))


def test_a_run_for_stock_is_urgent_where_a_later_one_comes_too_late() -> None:
    asked = situation(TEN_A_WEEK, offer(lead_time_days=14), review=7, on_hand=29)

    assert urgent(asked)
