"""Returns and waiting customers: within a stated share of what playing the paths says."""

from dataclasses import replace

import numpy as np
import pytest

from app.planning import Situation, decide
from app.planning.earning import value_on_paths
from app.planning.valuing import arrival_of
from app.planning.world import outlook_from, world_of
from tests.planning.situations import offer, poisson, situation

RETURNS_TOLERANCE = 0.006
WAITING_TOLERANCE = 0.002

OUT_OF_STOCK_TOLERANCE = 0.04
"""Of what all demand brings, where most of it is lost before a run lands: what those customers
would have sent back is counted on. Of 400 random styles the worst was .039 off, the mean .004, and
the run decided on earned .012 less at most than the best."""

SUPPLY_BEHIND_TOLERANCE = 0.11
"""Where a run lands before other supply, and some wait: it serves those first who would have
waited for the rest, and is worth less than the first sales lost. 55 of 580 in the worst of 48."""


def played(
    case: Situation, units: int, arrives: int, delay: int, waits_until: int | None = None
) -> float:
    """Return mean profit of one SKU's run, cost not taken off: sold, sent back, sold again.

    Who finds no stock before the run arrives, or before `waits_until`, waits for it, or some do.
    """
    money = case.economics
    paths, periods = case.demand.shape[1:]
    back = money.return_rate * money.resalable_share
    stock, waiting = np.full(paths, float(case.on_hand[0])), np.zeros(paths)
    coming, total = np.zeros((periods + delay + 1, paths)), np.zeros(paths)
    for period in range(periods):
        arriving = case.inbound[0, period] + (units if period == arrives else 0)
        stock = stock + coming[period] + arriving
        served = np.minimum(stock, waiting) * (arriving > 0)
        wanted = np.asarray(case.demand[0, :, period], dtype=np.float64)
        sold = np.minimum(stock - served, wanted)
        lost = wanted - sold
        stays = money.backorder_share if period < (waits_until or arrives) else 0.0
        waiting = waiting - served + lost * stays
        stock = stock - served - sold
        sold = sold + served
        coming[period + delay] += sold * back
        total += money.price * (1 - money.return_rate) * sold
        total -= money.lost_sale_cost * lost * (1 - stays)
        total -= money.holding_cost_per_unit_week * stock
    return float((total + money.salvage_value * (stock + coming[periods:].sum(axis=0))).mean())


def priced(case: Situation, units: int) -> float:
    """Return the same by one baseline simulation and the run's curve."""
    world = world_of(case)
    arrival = arrival_of(world, outlook_from(world, 0.0), case.offers[0])
    value, _ = value_on_paths(arrival, np.array([float(units)]))
    return float((world.nothing + value).mean())


@pytest.mark.parametrize("delay", [1, 4, 6])
@pytest.mark.parametrize("rate", [0.2, 0.5])
@pytest.mark.parametrize("units", [0, 50, 150, 300])
def test_returns_that_come_back_later_are_worth_what_playing_them_says(
    delay: int, rate: float, units: int
) -> None:
    case = situation(
        poisson(3, 20.0, paths=256, periods=16),
        offer(lead_time_days=14.0),
        on_hand=60,
        salvage_value=3.0,
        return_rate=rate,
        resalable_share=0.9,
        return_delay_days=7.0 * delay,
        holding_cost_per_unit_week=0.05,
        lost_sale_cost=1.0,
    )

    expected = played(case, units, 2, delay)

    assert priced(case, units) == pytest.approx(expected, rel=RETURNS_TOLERANCE)


@pytest.mark.parametrize("seed", range(24))
def test_returns_of_a_style_that_is_out_of_stock_are_worth_nearly_what_playing_them_says(
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    mean, periods, delay = rng.uniform(4, 30), int(rng.integers(5, 13)), int(rng.integers(1, 5))
    arrives = int(rng.integers(0, periods - 1))
    case = situation(
        poisson(seed, mean, paths=256, periods=periods),
        offer(unit_cost=6.0, setup_cost=20.0, lead_time_days=7.0 * arrives),
        on_hand=int(mean * rng.uniform(0, 3)),
        price=20.0,
        return_rate=float(rng.choice([0.1, 0.3, 0.6])),
        resalable_share=float(rng.choice([0.3, 0.9, 1.0])),
        return_delay_days=7.0 * delay,
        lost_sale_cost=2.0,
    )
    brings = 20.0 * case.demand.sum() / 256

    decision = decide(case)

    def earned(units: int) -> float:
        cost = 20.0 + 6.0 * units if units else 0.0
        return played(case, units, arrives, delay) - cost

    made = decision.chosen.quantity
    off = abs(decision.chosen.expected_profit - earned(made))
    assert off <= OUT_OF_STOCK_TOLERANCE * brings
    best = max(earned(units) for units in range(0, int(mean * periods * 3), 3))
    assert best - earned(made) <= 0.012 * brings


def test_without_stock_nothing_is_sold_sent_back_or_left_over() -> None:
    case = situation(
        np.array([[[20, 0, 2, 0, 1, 0]] * 8]),
        offer(unit_cost=100.0),
        salvage_value=4.0,
        holding_cost_per_unit_week=0.5,
        return_rate=0.6,
        return_delay_days=14.0,
    )

    decision = decide(case)

    assert decision.expected_profit_if_nothing == 0.0
    assert decision.chosen.expected_leftover_units == 0.0


def test_no_more_customers_are_said_to_be_lost_than_there_are() -> None:
    case = situation(
        np.full((1, 8, 5), 10),
        offer(unit_cost=100.0),
        on_hand=5,
        return_rate=0.6,
        resalable_share=0.9,
        return_delay_days=28.0,
    )

    lost = decide(case).chosen.expected_lost_units

    # Of five sold in the first week 2.7 come back in the last one.
    assert lost == pytest.approx(50 - 5 - 2.7, rel=0.05)


def test_returns_taken_to_be_back_at_once_would_promise_too_much() -> None:
    case = situation(
        poisson(3, 20.0, paths=256, periods=16),
        offer(lead_time_days=14.0),
        on_hand=60,
        salvage_value=3.0,
        return_rate=0.5,
        resalable_share=0.9,
        return_delay_days=42.0,
    )
    at_once = replace(case, economics=replace(case.economics, return_delay_days=0.0))

    assert priced(at_once, 150) > 1.06 * priced(case, 150)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("units", [0, 60, 150, 400])
def test_a_run_serves_those_who_wait_for_it_as_playing_it_says(share: float, units: int) -> None:
    case = situation(
        poisson(4, 20.0, paths=256, periods=10),
        offer(lead_time_days=28.0),
        on_hand=30,
        salvage_value=3.0,
        backorder_share=share,
        holding_cost_per_unit_week=0.05,
    )

    expected = played(case, units, 4, 1)

    assert priced(case, units) == pytest.approx(expected, rel=WAITING_TOLERANCE)


@pytest.mark.parametrize("spread", [0.0, 4.0])
@pytest.mark.parametrize("lead", [3.0, 17.0, 24.0])
def test_more_coming_back_in_a_week_than_is_wanted_takes_nothing_from_a_run(
    lead: float, spread: float
) -> None:
    demand = poisson(6, 20.0, paths=64, periods=8) * (np.arange(8) % 3 == 0)
    case = situation(
        demand,
        offer(lead_time_days=lead, lead_time_sd_days=spread),
        on_hand=5,
        return_rate=0.5,
        return_delay_days=14.0,
        review=7,
    )

    decision = decide(case)

    assert decision.chosen.expected_profit >= decision.expected_profit_if_nothing


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("units", [0, 60, 200])
def test_who_waits_is_served_by_what_is_on_its_way_as_playing_it_says(
    share: float, units: int
) -> None:
    inbound = np.zeros((1, 10), dtype=np.int64)
    inbound[0, 3] = 70
    case = situation(
        poisson(4, 20.0, paths=256, periods=10),
        offer(lead_time_days=28.0),
        on_hand=30,
        inbound=inbound,
        salvage_value=3.0,
        backorder_share=share,
        holding_cost_per_unit_week=0.05,
    )

    expected = played(case, units, 4, 1)

    assert priced(case, units) == pytest.approx(expected, rel=WAITING_TOLERANCE)


@pytest.mark.parametrize("share", [0.2, 0.5])
@pytest.mark.parametrize("units", [0, 5, 20, 60])
@pytest.mark.parametrize(("due", "behind"), [(4, 8), (6, 20), (7, 40), (8, 20)])
def test_a_run_that_lands_before_other_supply_is_worth_nearly_what_playing_it_says(
    share: float, units: int, due: int, behind: int
) -> None:
    inbound = np.zeros((1, 9), dtype=np.int64)
    inbound[0, due] = behind
    case = situation(
        poisson(5, 5.0, paths=512, periods=9),
        offer(lead_time_days=21.0),
        on_hand=5,
        inbound=inbound,
        backorder_share=share,
    )

    expected = played(case, units, 3, 1, waits_until=due)

    assert priced(case, units) == pytest.approx(expected, rel=SUPPLY_BEHIND_TOLERANCE)


def test_customers_who_wait_for_a_run_are_not_ordered_for_twice() -> None:
    inbound = np.zeros((1, 26), dtype=np.int64)
    inbound[0, 6] = 520
    fast = offer("fast", 10.0, lead_time_days=7.0)
    case = situation(np.full((1, 8, 26), 20), fast, inbound=inbound, review=7, price=20.0)
    all_wait = replace(case, economics=replace(case.economics, backorder_share=1.0))

    assert decide(case).chosen.quantity > 0
    assert decide(all_wait).action == "hold"


@pytest.mark.parametrize("resalable", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("end", [8, None])
def test_a_style_that_always_comes_back_never_earns_anything(
    resalable: float, end: int | None
) -> None:
    case = situation(
        poisson(4, 12.0, periods=8),
        offer(unit_cost=1.0, lead_time_days=7),
        on_hand=20,
        end=end,
        review=7,
        return_rate=1.0,
        resalable_share=resalable,
        return_delay_days=10.0,
    )

    decision = decide(case)

    assert decision.action == "discontinue"
    assert decision.chosen.expected_profit <= 0
    assert all(plan.expected_profit <= 0 for plan in decision.alternatives)
    [reason] = [one for one in decision.reasons if one.code == "cost_above_value"]
    assert reason.values["value"] == 0.0
