"""Material whose season ends, or that is paid for already."""

from dataclasses import replace

import numpy as np
import pytest

from app.planning import Decision, decide
from tests.planning.situations import offer, one_period, poisson, situation

EVEN = one_period(range(100))
"""Demand is as likely any number from 0 to 99."""


@pytest.mark.parametrize(
    ("kept_units", "quantity"),
    [(0, 66), (60, 66), (75, 75), (200, 86)],
)
def test_a_unit_of_material_that_is_paid_for_costs_what_its_scrap_would_fetch_less(
    kept_units: int, quantity: int
) -> None:
    """Newsvendor: P(demand > q) must be 10/30, and 4/30 while the material saves 6 of 10."""
    terms = offer(unit_cost=10.0, kept_units=kept_units, kept_value=6.0)

    decision = decide(situation(EVEN, terms, price=30.0))

    assert decision.chosen.quantity == quantity
    assert decision.chosen.total_cost == 10.0 * quantity


def test_paid_material_is_no_reason_to_make_now_what_can_be_made_of_it_later() -> None:
    demand = poisson(3, 40.0, paths=128, periods=20)

    def made(kept_units: int) -> int:
        terms = offer(setup_cost=60.0, lead_time_days=7.0, kept_units=kept_units, kept_value=3.0)
        asked = situation(demand, terms, review=7, end=None, holding_cost_per_unit_week=0.5)
        return decide(asked).chosen.quantity

    assert made(0) > 0
    assert abs(made(10**6) - made(0)) <= 0.1 * made(0)


def test_before_the_season_of_its_material_ends_a_run_is_made_for_later_demand_too() -> None:
    demand = np.full((1, 16, 10), 20)
    terms = {"unit_cost": 10.0, "lead_time_days": 7.0}

    goes_on = decide(situation(demand, offer(**terms, last_release_days=30), review=7))
    ends = decide(situation(demand, offer(**terms, last_release_days=6), review=7))

    assert goes_on.chosen.quantity < 60
    assert ends.chosen.quantity == 180


def test_all_reserved_material_is_used_where_units_left_over_fetch_more_than_they_cost() -> None:
    terms = offer(unit_cost=10.0, kept_units=150, kept_value=6.0)
    case = situation(EVEN, terms, price=30.0, salvage_value=5.0)

    assert decide(case).chosen.quantity == 150
    limited = replace(case, offers=(replace(terms, max_quantity=140),))
    assert decide(limited).chosen.quantity == 140


def test_reserved_material_is_used_up_once_whatever_the_number_of_later_runs() -> None:
    demand = poisson(3, 40.0, paths=128, periods=20)

    def decided(kept_units: int) -> Decision:
        terms = offer(setup_cost=60.0, lead_time_days=7.0, kept_units=kept_units, kept_value=6.0)
        asked = situation(demand, terms, review=7, holding_cost_per_unit_week=0.05)
        return decide(asked)

    without, some = decided(0), decided(100)

    saved = some.chosen.expected_profit - without.chosen.expected_profit
    assert 0.0 < saved <= 2 * 100 * 6.0
