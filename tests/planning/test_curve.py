"""The curve against a simulator that plays every path with the run in it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning import Floats, Situation, marginal_values, share_of_units
from app.planning.valuing import arrival_of, value_run
from app.planning.world import outlook_from, world_of
from tests.planning.situations import offer, poisson, situation, worlds


def simulated_profit(case: Situation, quantities: list[int], arrives: int, later: Floats) -> float:
    """Return mean profit of a run, cost not taken off, path by path and period by period.

    `later` is what a later run earns on a unit that is lost in each period.
    """
    money = case.economics
    total = 0.0
    skus, paths, periods = case.demand.shape
    for path in range(paths):
        for sku in range(skus):
            stock = int(case.on_hand[sku])
            for period in range(periods):
                stock += int(case.inbound[sku, period])
                stock += quantities[sku] if period == arrives else 0
                sold = min(stock, int(case.demand[sku, path, period]))
                lost = int(case.demand[sku, path, period]) - sold
                stock -= sold
                total += money.price * sold - money.lost_sale_cost * lost + later[period] * lost
                total -= money.holding_cost_per_unit_week * stock
            total += money.salvage_value * stock
    return total / paths


@given(world=worlds(), lead=st.integers(0, 6), sizes=st.lists(st.integers(0, 40), min_size=3))
def test_a_run_of_any_size_is_worth_what_a_simulation_says(
    world: dict, lead: int, sizes: list[int]
) -> None:
    case = situation(**world)
    lead = min(lead, case.demand.shape[2] - 1)
    terms = offer(lead_time_days=7.0 * lead, unit_cost=0.0)
    case = replace(case, offers=(terms,))
    base = world_of(case)
    outlook = outlook_from(base, 0.0)
    quantities = np.array(sizes[: case.on_hand.size])
    arrival = arrival_of(base, outlook, terms)

    plan = value_run(base, outlook, arrival, terms, quantities, quantities * 1.0)

    later = np.zeros(case.demand.shape[2])
    expected = simulated_profit(case, quantities.tolist(), lead, later)
    assert plan.expected_profit == pytest.approx(expected, abs=1e-9, rel=1e-9)


@given(world=worlds(), lead=st.integers(0, 3), review=st.integers(1, 3))
def test_with_later_runs_competing_it_still_equals_the_simulation_at_every_size(
    world: dict, lead: int, review: int
) -> None:
    terms = offer(lead_time_days=7.0 * lead, setup_cost=20.0)
    case = replace(situation(**world), offers=(terms,), review_period_days=7 * review)
    base = world_of(case)
    outlook = outlook_from(base, 0.0)
    arrival = arrival_of(base, outlook, terms)
    if arrival.first >= base.periods or outlook.worth[-1] < base.end_value:
        return
    marginal = np.pad(np.cumsum(marginal_values(arrival), axis=1), ((0, 0), (1, 0)))
    later = base.baseline.served - outlook.worth

    for size in range(marginal.shape[1]):
        worth = float(base.nothing.mean() + outlook.future.mean() + marginal[:, size].sum())

        quantities = [size] * case.on_hand.size
        expected = simulated_profit(case, quantities, lead, later)
        assert worth == pytest.approx(expected, abs=1e-9, rel=1e-9)


@given(world=worlds(), days=st.floats(0, 40), share=st.floats(0, 1), later=st.booleans())
def test_no_unit_is_worth_more_than_the_one_before(
    world: dict, days: float, share: float, later: bool
) -> None:
    case = situation(**world, backorder_share=share, review=7 if later else 999)
    case = replace(case, offers=(offer(lead_time_days=days, setup_cost=15.0),))
    base = world_of(case)

    marginal = marginal_values(arrival_of(base, outlook_from(base, 0.0), case.offers[0]))

    assert (np.diff(marginal, axis=1) <= 1e-12).all()


def test_a_run_that_lands_within_a_week_serves_only_the_demand_of_the_rest_of_it() -> None:
    demand = np.full((1, 400, 2), 7)
    case = situation(demand, offer(lead_time_days=3.0), on_hand=0, price=20.0)
    base = world_of(case)

    arrival = arrival_of(base, outlook_from(base, 0.0), case.offers[0])

    assert arrival.sellable[0, 0].tolist() == [4] * 400
    assert arrival.sellable[1, 0].tolist() == [11] * 400


def test_stock_that_lasts_past_the_landing_leaves_all_later_losses_to_the_run() -> None:
    case = situation(np.full((1, 3, 1), 10), offer(lead_time_days=3.5), on_hand=8)
    base = world_of(case)

    arrival = arrival_of(base, outlook_from(base, 0.0), case.offers[0])

    assert arrival.sellable.ravel().tolist() == [2, 2, 2]


def test_of_the_customers_lost_before_the_landing_the_waiting_share_is_served() -> None:
    case = situation(np.full((1, 200, 2), 10), offer(lead_time_days=7.0), backorder_share=0.3)
    base = world_of(case)

    arrival = arrival_of(base, outlook_from(base, 0.0), case.offers[0])

    assert arrival.sellable[0, 0].mean() == pytest.approx(13.0, abs=0.01)
    assert share_of_units(np.array([[10]]), 0.3).item() in {3, 4}


def test_without_an_end_a_unit_left_at_the_horizon_is_worth_replacing_less_holding() -> None:
    case = situation(
        poisson(3, 1.0, periods=4),
        offer(unit_cost=10.0),
        end=None,
        holding_cost_per_unit_week=0.5,
    )
    base = world_of(case)

    arrival = arrival_of(base, outlook_from(base, 0.0), case.offers[0])

    assert arrival.unsold_mean == 10.0 - 4 * 0.5
