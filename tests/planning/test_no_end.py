"""Styles without an end of life in sight: what is kept past the horizon is worth less than new."""

import numpy as np
import pytest

from app.planning import Integers, PreviousPlan, decide
from app.planning.world import world_of
from tests.planning.situations import offer, poisson, situation

BREAKS = ((1, 14.0), (200, 12.1))


def unsure(spread: float) -> Integers:
    """Return half a year of a style of which 1,092 units are expected, at a rate unsure by spread.

    Three SKUs, shape (3, 512, 26).
    """
    rng = np.random.default_rng(1)
    rate = np.exp(rng.normal(0, spread, size=(1, 512, 1)) - spread**2 / 2)
    return rng.poisson(np.broadcast_to(14 * rate, (3, 512, 26)))


@pytest.mark.parametrize("spread", [0.05, 0.3, 0.6])
def test_without_a_holding_cost_no_more_is_asked_for_than_the_horizon_likely_sells(
    spread: float,
) -> None:
    terms = offer(price_breaks=BREAKS, setup_cost=120.0, lead_time_days=14)
    case = situation(unsure(spread), terms, on_hand=10, end=None, review=7, price=39.0)

    decision = decide(case)

    assert decision.action == "run"
    assert 400 < decision.chosen.quantity < 1000
    assert decision.chosen.last_unit_sells_probability is not None
    assert decision.chosen.last_unit_sells_probability > 0.5
    assert decision.chosen.expected_leftover_units < 0.1 * decision.chosen.quantity


@pytest.mark.parametrize(
    ("holding", "kept"), [(0.0, 10 - 1.25), (0.02, 10 - 1.25 + 0.52), (0.1, 10.0)]
)
def test_a_unit_at_the_horizon_has_lost_a_quarter_a_year_less_the_holding_paid(
    holding: float, kept: float
) -> None:
    case = situation(
        poisson(1, 4.0, periods=26),
        offer(unit_cost=10.0),
        end=None,
        holding_cost_per_unit_week=holding,
    )

    assert world_of(case).end_value == pytest.approx(kept)


def test_with_an_end_of_life_in_sight_it_is_the_salvage_value_that_counts() -> None:
    case = situation(poisson(1, 4.0), offer(), salvage_value=3.0)

    assert world_of(case).end_value == 3.0


@pytest.mark.parametrize("sd", [0.0, 365.0])
def test_a_run_that_lands_after_all_foretold_demand_is_not_asked_for(sd: float) -> None:
    slow = offer(lead_time_days=730.0, lead_time_sd_days=sd)
    standing = PreviousPlan("small", np.array([500]))
    case = situation(
        poisson(3, 36.0, periods=104), slow, on_hand=150, end=None, review=7, previous=standing
    )

    decision = decide(case)

    assert (decision.action, decision.alternatives) == ("hold", ())
    assert {one.code for one in decision.reasons} >= {
        "stock_out_expected",
        "lead_time_beyond_forecast",
    }
