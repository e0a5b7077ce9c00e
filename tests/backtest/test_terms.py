"""Offers of many styles as arrays: charged as planning charges them one by one."""

from dataclasses import replace

import numpy as np
import pytest

from app.backtest.terms import NO_LIMIT, expected_good, offers_of, units_cost
from app.planning.terms import run_cost_of
from tests.backtest.worlds import LARGE, SMALL

STEPS = ((1, 5.0), (10, 4.0), (50, 3.0))


@pytest.mark.parametrize("kind", ["all_units", "incremental"])
@pytest.mark.parametrize("units", [1, 9, 10, 49, 50, 200])
def test_units_cost_what_planning_says_they_do(kind: str, units: int) -> None:
    offer = replace(
        SMALL,
        price_breaks=STEPS,
        price_break_kind=kind,
        setup_cost=0.0,
        freight_per_unit=0.25,
    )
    offers = offers_of([[offer, LARGE]])

    cost = units_cost(offers, np.array([[0]]), np.array([[units]]))

    assert cost[0, 0] == pytest.approx(run_cost_of(offer, units, 0))


def test_offers_stand_quickest_first_and_made_to_order_last() -> None:
    to_order = replace(SMALL, code="each", made_to_order=True, lead_time_days=1.0)

    offers = offers_of([[LARGE, to_order, SMALL], [LARGE]])

    assert [offer.code for offer in offers.terms[0]] == ["small", "large", "each"]
    assert offers.stocked.tolist() == [[True, True, False], [True, False, False]]
    assert offers.replacement_cost().tolist() == [2.0, 2.0]


def test_an_offer_without_a_maximum_has_no_limit() -> None:
    offers = offers_of([[SMALL, replace(LARGE, max_quantity=500)]])

    assert offers.largest.tolist() == [[NO_LIMIT, 500]]


def test_setting_up_takes_units_first_and_the_next_ones_come_out_worse() -> None:
    offer = replace(
        SMALL, setup_loss_units=4, early_run_units=10, early_run_yield=0.5, yield_rate=0.9
    )
    offers = offers_of([[offer]])

    good = expected_good(offers, np.array([[0]]), np.array([[34]]))

    assert good[0, 0] == pytest.approx(22.5)  # (34 - 4 lost - 10 at half) at 0.9
