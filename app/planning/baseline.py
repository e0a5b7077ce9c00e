"""What happens if no run is ever made: one simulation that every plan is priced on.

With lost sales and interchangeable units the whole effect of a run follows from how many units
the baseline has lost by the end of each period.
"""

from dataclasses import dataclass

import numpy as np

from app.planning.model import Floats, Integers, Situation, StyleEconomics

GOLDEN_RATIO = 0.6180339887498949


@dataclass(frozen=True, slots=True, eq=False)
class Margins:
    """What one net unit earns and costs, apart from making it.

    A share of the units sold comes back and sells again, so a customer uses up less than one
    unit. Everything here and on the paths is per unit used up for good.

    Attributes:
        served: Revenue kept plus goodwill saved when a lost unit is served instead.
        revenue: Revenue kept after refunds.
        goodwill: Goodwill lost with a unit of unmet demand.
        holding: Per unit in stock at the end of a period.
        customers_per_unit: Customers served by one unit over time, at least 1.
    """

    served: float
    revenue: float
    goodwill: float
    holding: float
    customers_per_unit: float


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """The paths with stock and inbound and no run, up to the end of life or horizon.

    Attributes:
        demand_to_date: Net units demanded up to and including each period, the same shape.
        lost_to_date: Units lost up to and including each period, shape (skus, paths, periods).
        style_lost_to_date: The same summed over SKUs, shape (paths, periods).
        mean_lost_to_date: The same averaged over paths, shape (periods,).
        leftover: Units in stock at the end, summed over SKUs, shape (paths,).
        stock_periods: Units in stock at the ends of periods, summed, shape (paths,).
    """

    demand_to_date: Integers
    lost_to_date: Integers
    style_lost_to_date: Integers
    mean_lost_to_date: Floats
    leftover: Integers
    stock_periods: Integers


def margins_of(economics: StyleEconomics, period_days: int) -> Margins:
    """Return what one net unit earns: net demand and net margin stand in for returns.

    Of the units sold a share r comes back, s of it resalable: a customer uses up 1 - r s units and
    pays p (1 - r). The delay of the return is left out.
    """
    used_up = 1 - economics.return_rate * economics.resalable_share
    revenue = economics.price * (1 - economics.return_rate) / used_up
    goodwill = economics.lost_sale_cost / used_up
    holding = economics.holding_cost_per_unit_week * period_days / 7
    return Margins(revenue + goodwill, revenue, goodwill, holding, 1 / used_up)


def share_of_units(units: Integers, share: float) -> Integers:
    """Return whole units that are `share` of each count, right on average over the paths.

    Args:
        units: Counts >= 0, shape (skus, paths) or (skus, paths, periods).
        share: In [0, 1].

    Returns:
        floor(units x share + u) with a fixed u in (0, 1) per path, evenly spread over paths:
        never more than `units`, monotone in `units`, and without randomness.
    """
    paths = np.arange(units.shape[1])
    offsets = ((paths + 0.5) * GOLDEN_RATIO % 1.0).reshape((-1,) + (1,) * (units.ndim - 2))
    shared = units * share
    shared += offsets
    return shared.astype(np.int64)


def net_of_returns(demand_to_date: Integers, used_up: float) -> Integers:
    """Return cumulated demand in units used up for good: whole units on every path."""
    if used_up == 1.0:
        return demand_to_date
    return share_of_units(demand_to_date, used_up)


def simulate_baseline(situation: Situation, margins: Margins) -> Baseline:
    """Return what is lost and left over when nothing more is made.

    Units lost to date are the running maximum of cumulated demand above cumulated supply
    (the reflection of the stock at zero), so no loop over paths or periods is needed.

    Source:
        Lindley (1952), "The theory of queues with a single server", Proc. Camb. Phil. Soc. 48.
    """
    periods = horizon_periods(situation)
    demand = np.cumsum(situation.demand[:, :, :periods], axis=2, dtype=np.int64)
    demand = net_of_returns(demand, 1 / margins.customers_per_unit)
    supply = np.cumsum(situation.inbound[:, :periods], axis=1) + situation.on_hand[:, None]
    short = demand - supply[:, None, :]
    lost = np.maximum.accumulate(short, axis=2)
    np.maximum(lost, 0, out=lost)
    style_lost = lost.sum(axis=0)
    stock = style_lost - short.sum(axis=0)
    paths = situation.demand.shape[1]
    leftover = stock[:, -1] if periods else np.full(paths, situation.on_hand.sum())
    mean_lost = style_lost.sum(axis=0) / paths
    return Baseline(demand, lost, style_lost, mean_lost, leftover, stock.sum(axis=1))


def horizon_periods(situation: Situation) -> int:
    """Return how many periods count: to the end of life or as far as the paths go."""
    periods = int(situation.demand.shape[2])
    if situation.end_period is None:
        return periods
    return max(0, min(periods, situation.end_period))


def ends_within_horizon(situation: Situation) -> bool:
    """Say whether what is left at the last period is sold off rather than kept."""
    return situation.end_period is not None and situation.end_period <= int(
        situation.demand.shape[2]
    )


def baseline_profit(baseline: Baseline, margins: Margins, end_value: float) -> Floats:
    """Return the profit when nothing more is made, per path, shape (paths,).

    Units in stock have been paid for; `end_value` is what one left at the end is worth.
    """
    lost = baseline.style_lost_to_date
    if lost.shape[1] == 0:
        return np.asarray(end_value * baseline.leftover, dtype=np.float64)
    sold = baseline.demand_to_date[:, :, -1].sum(axis=0) - lost[:, -1]
    profit: Floats = margins.revenue * sold - margins.goodwill * lost[:, -1]
    profit += end_value * baseline.leftover - margins.holding * baseline.stock_periods
    return profit
