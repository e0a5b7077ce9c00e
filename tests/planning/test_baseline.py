from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning import decide, margins_of, net_of_returns, share_of_units, simulate_baseline
from app.planning.baseline import baseline_profit, with_run_on_its_way
from tests.planning.situations import offer, poisson, situation, worlds


def test_stock_serves_until_it_runs_out_and_inbound_serves_again() -> None:
    case = situation([[[4, 4, 4, 4]]], on_hand=6, inbound=[[0, 0, 3, 0]])

    baseline = simulate_baseline(case, margins_of(case.economics, 7))

    assert baseline.lost_to_date.tolist() == [[[0]], [[2]], [[3]], [[7]]]
    assert baseline.leftover.tolist() == [0]


def test_what_is_left_earns_salvage_after_its_holding() -> None:
    case = situation(
        [[[2, 1]]], on_hand=5, price=10.0, salvage_value=4.0, holding_cost_per_unit_week=0.5
    )
    margins = margins_of(case.economics, 7)

    profit = baseline_profit(simulate_baseline(case, margins), margins, 4.0)

    assert profit.tolist() == [3 * 10.0 + 2 * 4.0 - 0.5 * (3 + 2)]


def test_half_of_the_sales_coming_back_halves_the_units_used_up_and_keeps_the_price() -> None:
    case = situation([[[10]]], price=30.0, return_rate=0.5, resalable_share=1.0)

    margins = margins_of(case.economics, 7)

    assert margins.revenue == 30.0
    assert margins.customers_per_unit == 2.0


def test_returns_that_cannot_be_sold_again_only_cost_the_price() -> None:
    case = situation([[[10]]], price=30.0, return_rate=0.2, resalable_share=0.0)

    margins = margins_of(case.economics, 7)

    assert margins.revenue == 24.0
    assert margins.customers_per_unit == 1.0


def test_net_demand_is_right_on_average_over_the_paths() -> None:
    to_date = np.full((3, 1, 1000), 1).cumsum(axis=0)

    net = net_of_returns(to_date, 0.82)

    assert abs(net[-1].mean() - 2.46) < 0.01
    assert np.diff(net, axis=0).max() == 1


@given(units=st.integers(0, 500), share=st.floats(0, 1), paths=st.integers(1, 40))
def test_a_share_of_units_is_never_negative_and_never_more(
    units: int, share: float, paths: int
) -> None:
    counts = np.full((1, paths), units, dtype=np.int64)

    shared = share_of_units(counts, share)

    assert (shared >= 0).all()
    assert (shared <= units).all()
    assert (np.abs(shared - units * share) < 1).all()


@given(world=worlds())
def test_the_running_maximum_equals_a_simulation_period_by_period(world: dict) -> None:
    case = situation(**world)
    lost = np.zeros(case.demand.shape, dtype=np.int64)
    for sku, path in np.ndindex(case.demand.shape[:2]):
        stock = case.on_hand[sku]
        for period, wanted in enumerate(case.demand[sku, path]):
            stock += case.inbound[sku, period]
            lost[sku, path, period] = max(0, wanted - stock)
            stock = max(0, stock - wanted)

    baseline = simulate_baseline(case, margins_of(case.economics, 7))

    assert (baseline.lost_to_date.transpose(1, 2, 0) == np.cumsum(lost, axis=2)).all()


def test_periods_after_the_end_of_life_do_not_count() -> None:
    case = situation(poisson(1, 5.0, periods=8), end=3)

    baseline = simulate_baseline(case, margins_of(case.economics, 7))

    assert baseline.lost_to_date.shape == (3, 1, 64)


@given(world=worlds(), comes_in=st.integers(0, 5), units=st.integers(0, 9), returned=st.booleans())
def test_units_that_come_at_once_are_taken_off_what_is_lost_as_a_second_simulation_would(
    world: dict, comes_in: int, units: int, returned: bool
) -> None:
    for waiting in (0.0, 0.4):
        case = situation(**world, return_rate=0.3 * returned)
        margins = margins_of(case.economics, 7)
        inbound = case.inbound.copy()
        inbound[:, comes_in:][:, :1] += units
        supplied = replace(case, inbound=inbound)

        behind = with_run_on_its_way(
            simulate_baseline(case, margins, waiting_share=waiting), supplied, waiting
        )

        simulated = simulate_baseline(supplied, margins, waiting_share=waiting)
        for one in fields(behind):
            assert (getattr(behind, one.name) == getattr(simulated, one.name)).all(), one.name


@pytest.mark.parametrize("made", [1_000, 40_000, 3_000_000_000])
def test_units_on_their_way_are_counted_however_few_are_wanted(made: int) -> None:
    case = situation([[[4, 4, 4, 4]]], on_hand=6)
    inbound = case.inbound.copy()
    inbound[:, 2] = made
    margins = margins_of(case.economics, 7)

    behind = with_run_on_its_way(simulate_baseline(case, margins), replace(case, inbound=inbound))

    assert behind.lost_to_date.ravel().tolist() == [0, 2, 2, 2]
    assert behind.leftover.tolist() == [made - 8]
    assert behind.stock_periods.tolist() == [2 + (made - 4) + (made - 8)]


@pytest.mark.parametrize("stock", [1_000, 40_000, 3_000_000_000])
def test_stock_beside_which_little_is_wanted_is_left_over(stock: int) -> None:
    case = situation([[[4, 4, 4, 4]]], on_hand=stock)

    baseline = simulate_baseline(case, margins_of(case.economics, 7))

    assert baseline.lost_to_date.ravel().tolist() == [0, 0, 0, 0]
    assert baseline.leftover.tolist() == [stock - 16]
    assert baseline.stock_periods.tolist() == [4 * stock - 40]


@pytest.mark.parametrize("made", [20_000, 50_000])
def test_a_run_far_larger_than_what_is_wanted_leaves_the_rest_over(made: int) -> None:
    late = offer(unit_cost=0.001, moq_run=made, lead_time_days=7)
    case = situation([[[15_000, 900]]], late, price=100_000.0)

    decision = decide(case)

    assert decision.chosen.quantity == made
    assert decision.chosen.expected_leftover_units == made - 900
    assert decision.chosen.expected_lost_units == 15_000


def test_a_yield_that_varies_is_made_up_for_in_thousands_as_in_units() -> None:
    varying = offer(yield_rate=0.9, yield_sd=0.05)

    ordered = [
        decide(situation(np.full((1, 64, 1), wanted), varying)).chosen.quantity
        for wanted in (60, 6_000)
    ]

    assert ordered[1] == pytest.approx(100 * ordered[0], rel=0.02)
    assert 6_000 < ordered[1] < 8_000
