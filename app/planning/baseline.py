"""What happens if no run is ever made: one simulation that every plan is priced on.

With lost sales and interchangeable units the whole effect of a run follows from how many units
the baseline has lost by the end of each period. Inside planning arrays are period-major, shape
(periods, skus, paths): a step from one period to the next then runs over neighbouring numbers,
measured 4 to 7 times faster than accumulating along the last axis.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.planning.customers import Counts, net_of_returns, with_waiting
from app.planning.model import Floats, Situation, StyleEconomics

FITS_32_BITS = 2**30

LEAST_USED_UP = 0.01
"""Where every unit comes back and sells again no customer uses one up, and none pays for one."""


@dataclass(frozen=True, slots=True, eq=False)
class Margins:
    """What one net unit earns and costs, apart from making it.

    A share of the units sold comes back and sells again, so a customer uses up less than one
    unit. Everything here and on the paths is per unit used up for good.

    Attributes:
        served: Revenue kept plus goodwill saved when a lost unit is served instead, with time for
            every return to be sold again.
        revenue: Revenue kept after refunds, likewise.
        goodwill: Goodwill lost with a unit of unmet demand, likewise.
        holding: Per unit in stock at the end of a period.
        customers_per_unit: Customers served by one unit over time, at least 1.
        return_periods: Periods from a sale until its return can be sold again.
    """

    served: float
    revenue: float
    goodwill: float
    holding: float
    customers_per_unit: float
    return_periods: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """The paths with stock and inbound and no run, up to the end of life or horizon.

    Attributes:
        demanded: Units demanded to the end, those that come back included, summed over SKUs,
            shape (paths,).
        demand_to_date: Net units demanded up to and including each period, shape (periods, skus,
            paths).
        lost_to_date: Units lost up to and including each period, the same shape; not those of
            customers who wait until something on its way serves them.
        short_to_date: Units that found no stock, those served later included, the same shape.
        style_lost_to_date: The same summed over SKUs, shape (periods, paths).
        mean_lost_to_date: The same averaged over paths, shape (periods,).
        leftover: Units in stock at the end, summed over SKUs, shape (paths,).
        stock_periods: Units in stock at the ends of periods, summed, shape (paths,).
        revenue: Of a net unit sold in each period, what its returns still earn included, shape
            (periods,); and `served`, with the goodwill saved.
    """

    demanded: Counts
    demand_to_date: Counts
    lost_to_date: Counts
    short_to_date: Counts
    style_lost_to_date: Counts
    mean_lost_to_date: Floats
    leftover: Counts
    stock_periods: Counts
    revenue: Floats
    served: Floats


def margins_of(economics: StyleEconomics, period_days: int) -> Margins:
    """Return what one net unit earns: net demand and net margin stand in for returns.

    Of the units sold a share r comes back, s of it resalable: a customer uses up 1 - r s units and
    pays p (1 - r).
    """
    used_up = max(1 - economics.return_rate * economics.resalable_share, LEAST_USED_UP)
    revenue = economics.price * (1 - economics.return_rate) / used_up
    goodwill = economics.lost_sale_cost / used_up
    holding = economics.holding_cost_per_unit_week * period_days / 7
    delay = economics.return_delay_days / period_days
    return Margins(revenue + goodwill, revenue, goodwill, holding, 1 / used_up, delay)


def by_period(first: float, margins: Margins, periods: int, end_value: float = 0.0) -> Floats:
    """Return what a net unit earns by the period it is sold in, shape (periods,).

    A unit earns `first` at once, and where it comes back in time again what one earns then; a
    return that comes too late is worth `end_value`. Never rising where `end_value` is less than a
    sale earns.

    Args:
        first: Earned by the sale itself.
        margins: Its returns: how many and when.
        periods: Periods that count.
        end_value: Of a unit that comes back after the last of them.
    """
    back = 1 - 1 / margins.customers_per_unit
    earned = np.full(periods, first / (1 - back))
    if back == 0 or margins.return_periods == 0:
        return earned
    whole = math.floor(margins.return_periods)
    part = margins.return_periods - whole
    padded = np.full(periods + whole + 2, end_value)
    for period in range(periods - 1, -1, -1):
        at = period + whole
        nearer = padded[at] if whole else first / (1 - back)
        padded[period] = first + back * ((1 - part) * nearer + part * padded[at + 1])
    return padded[:periods]


def simulate_baseline(
    situation: Situation,
    margins: Margins,
    end_value: float = 0.0,
    known: Baseline | None = None,
    waiting_share: float = 0.0,
) -> Baseline:
    """Return what is lost and left over when nothing more is made.

    `end_value` is of a unit that comes back after the last period; `known` is a baseline of the
    same paths; of the customers who find no stock `waiting_share` wait for what is on its way.
    Units lost to date are the running maximum of cumulated demand above cumulated supply (the
    reflection of the stock at zero).

    Source:
        Lindley (1952), "The theory of queues with a single server", Proc. Camb. Phil. Soc. 48.
    """
    periods = horizon_periods(situation)
    supply = np.cumsum(situation.inbound[:, :periods], axis=1) + situation.on_hand[:, None]
    if known is None:
        gross = _to_date(situation.demand, periods, int(abs(supply).sum()))
        demanded = gross[-1:].sum(axis=(0, 1), dtype=np.int64)
        demand = net_of_returns(gross, 1 / margins.customers_per_unit, margins.return_periods)
    else:
        demanded, demand = known.demanded, known.demand_to_date
    lost = demand - supply.T.astype(demand.dtype)[:, :, None]
    short = lost.sum(axis=1, dtype=demand.dtype)
    if periods:
        np.maximum(lost[0], 0, out=lost[0])
    for before, now in pairwise(lost):
        np.maximum(before, now, out=now)
    short_to_date = lost
    if waiting_share > 0 and situation.inbound[:, 1:periods].any():
        lost, short_to_date = with_waiting(demand, supply, waiting_share)
    style_lost = lost.sum(axis=1, dtype=demand.dtype)
    stock = style_lost - short
    paths = situation.demand.shape[1]
    leftover = stock[-1] if periods else np.full(paths, situation.on_hand.sum())
    mean_lost = style_lost.sum(axis=1, dtype=np.int64) / paths
    stock_periods = stock.sum(axis=0, dtype=np.int64)
    used_up = 1 / margins.customers_per_unit
    revenue = by_period(margins.revenue * used_up, margins, periods, end_value)
    served = revenue + by_period(margins.goodwill * used_up, margins, periods)
    return Baseline(
        demanded=demanded,
        demand_to_date=demand,
        lost_to_date=lost,
        short_to_date=short_to_date,
        style_lost_to_date=style_lost,
        mean_lost_to_date=mean_lost,
        leftover=leftover,
        stock_periods=stock_periods,
        revenue=revenue,
        served=served,
    )


def _to_date(demand: Counts, periods: int, supply: int) -> Counts:
    """Return cumulated demand, period-major, shape (periods, skus, paths)."""
    skus, paths, _ = demand.shape
    most = int(demand.max(initial=0)) * max(periods, 1) * max(skus, 1) + supply
    kind = np.int32 if most < FITS_32_BITS else np.int64
    cumulated = np.empty((periods, skus, paths), dtype=kind)
    cumulated[...] = demand[:, :, :periods].transpose(2, 0, 1)
    for before, now in pairwise(cumulated):
        np.add(before, now, out=now)
    return cumulated


def horizon_periods(situation: Situation) -> int:
    """Return how many periods count: to the end of life or as far as the paths go."""
    periods = int(situation.demand.shape[2])
    if situation.end_period is None:
        return periods
    return max(0, min(periods, situation.end_period))


def life_days(situation: Situation) -> int | None:
    """Return the days from the origin to the end of life; None where none is known."""
    if situation.end_period is None:
        return None
    missing = situation.period_days - (situation.last_period_days or situation.period_days)
    return situation.end_period * situation.period_days - missing


def ends_within_horizon(situation: Situation) -> bool:
    """Say whether what is left at the last period is sold off rather than kept."""
    return situation.end_period is not None and situation.end_period <= int(
        situation.demand.shape[2]
    )


def baseline_profit(baseline: Baseline, margins: Margins, end_value: float) -> Floats:
    """Return the profit when nothing more is made, per path, shape (paths,).

    Units in stock have been paid for; `end_value` is what one left at the end is worth.
    """
    if baseline.style_lost_to_date.shape[0] == 0:
        return np.asarray(end_value * baseline.leftover, dtype=np.float64)
    lost = baseline.style_lost_to_date
    goodwill = baseline.served - baseline.revenue
    if margins.return_periods == 0:
        sold = baseline.demand_to_date[-1].sum(axis=0) - lost[-1]
        profit: Floats = margins.revenue * sold - margins.goodwill * lost[-1]
    else:
        sold = baseline.demand_to_date.sum(axis=1) - lost
        profit = steps_down(baseline.revenue) @ sold - steps_down(goodwill) @ lost
    profit += end_value * baseline.leftover - margins.holding * baseline.stock_periods
    return profit


def steps_down(values: Floats) -> Floats:
    """Return how far each value lies above the next, the last above 0, the same shape.

    Counts to date times these steps are counts times values.
    """
    steps = values.copy()
    steps[:-1] -= values[1:]
    return steps
