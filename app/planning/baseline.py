"""What happens if no run is ever made: one simulation that every plan is priced on.

With lost sales and interchangeable units the whole effect of a run follows from how many units
the baseline has lost by the end of each period. Inside planning arrays are period-major, shape
(periods, skus, paths): a step from one period to the next then runs over neighbouring numbers,
measured 4 to 7 times faster than accumulating along the last axis.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from app.planning.customers import Counts, fits, narrowest, net_of_returns, with_waiting
from app.planning.margins import Margins, by_period, steps_down
from app.planning.model import Floats, Integers, Situation
from app.planning.spread import spread_over_paths
from app.planning.to_date import cumulate, demanded_by_path, follow, lose, weighed


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """The paths with stock and inbound and no run, up to the end of life or horizon.

    Attributes:
        supply: Units in stock or arrived, at the origin and then up to each period, shape
            (periods + 1, skus).
        demanded: Units demanded to the end, those that come back included, summed over SKUs,
            shape (paths,).
        demand_to_date: Net units demanded up to and including each period, shape (periods, skus,
            paths); and `style_demand_to_date`, summed over SKUs, shape (periods, paths).
        lost_to_date: Units lost up to and including each period, the same shape; not those of
            customers who wait until something on its way serves them.
        short_to_date: Units that found no stock, those served later included, the same shape.
        revenue: Of a net unit sold in each period, what its returns still earn included, shape
            (periods,); and `served`, with the goodwill saved.
        style_lost_to_date: `lost_to_date` summed over SKUs, shape (periods, paths).
        mean_lost_to_date: The same averaged over paths, shape (periods,).
        leftover: Units in stock at the end, summed over SKUs, shape (paths,).
        stock_periods: Units in stock at the ends of periods, summed, shape (paths,).
    """

    supply: Integers
    demanded: Counts
    demand_to_date: Counts
    style_demand_to_date: Counts
    lost_to_date: Counts
    short_to_date: Counts
    revenue: Floats
    served: Floats
    style_lost_to_date: Counts = field(init=False)
    mean_lost_to_date: Floats = field(init=False)
    leftover: Counts = field(init=False)
    stock_periods: Counts = field(init=False)

    def __post_init__(self) -> None:
        """Take what follows from the units lost."""
        lost, supply = self.lost_to_date, self.supply.sum(axis=1)
        style_lost = np.empty(self.style_demand_to_date.shape, dtype=lost.dtype)
        stock_periods = np.zeros(self.demanded.size, dtype=np.int64)
        leftover = np.full(self.demanded.size, supply[0])
        mean_lost = follow(
            lost, self.style_demand_to_date, supply, style_lost, leftover, stock_periods
        )
        object.__setattr__(self, "style_lost_to_date", style_lost)
        object.__setattr__(self, "mean_lost_to_date", mean_lost)
        object.__setattr__(self, "leftover", leftover)
        object.__setattr__(self, "stock_periods", stock_periods)


def simulate_baseline(
    situation: Situation, margins: Margins, end_value: float = 0.0, waiting_share: float = 0.0
) -> Baseline:
    """Return what is lost and left over when nothing more is made.

    `end_value` is of a unit that comes back after the last period; of the customers who find no
    stock `waiting_share` wait for what is on its way.
    Units lost to date are the running maximum of cumulated demand above cumulated supply (the
    reflection of the stock at zero).

    Source:
        Lindley (1952), "The theory of queues with a single server", Proc. Camb. Phil. Soc. 48.
    """
    periods = horizon_periods(situation)
    supply = _supply(situation, periods)
    wanted = np.ascontiguousarray(situation.demand[:, :, :periods].transpose(2, 0, 1))
    demanded = demanded_by_path(wanted)
    # No count below, nor its sum over SKUs, is more than a path demands and all supply together.
    kind = narrowest(int(demanded.max() + abs(supply[-1]).sum()))
    used_up = 1 / margins.customers_per_unit
    demand = _net_to_date(wanted, used_up, margins.return_periods, kind)
    lost, style_demand = np.empty_like(demand), np.zeros((periods, demanded.size), dtype=kind)
    lose(demand, supply.astype(kind), lost, style_demand)
    revenue = by_period(margins.revenue * used_up, margins, periods, end_value)
    saved = by_period(margins.goodwill * used_up, margins, periods)
    return _with_who_waits(
        Baseline(
            supply=supply,
            demanded=demanded,
            demand_to_date=demand,
            style_demand_to_date=style_demand,
            lost_to_date=lost,
            short_to_date=lost,
            revenue=revenue,
            served=revenue + saved,
        ),
        waiting_share,
    )


def _net_to_date(
    wanted: Counts, used_up: float, return_periods: float, kind: np.dtype[Any]
) -> Counts:
    """Return cumulated demand in units used up for good, as numbers of a kind that hold it."""
    at_once = return_periods == 0
    demand = np.empty(wanted.shape, dtype=kind)
    cumulate(wanted, used_up if at_once else 1.0, spread_over_paths(wanted.shape[2]), demand)
    if at_once:
        return demand
    return np.asarray(net_of_returns(demand, used_up, return_periods), dtype=kind)


def with_run_on_its_way(
    known: Baseline, situation: Situation, waiting_share: float = 0.0
) -> Baseline:
    """Return the baseline of a situation that has more on its way, all of it in one period.

    What the units serve is not lost any more, but for what was lost before they came: no second
    simulation.
    """
    supply = _supply(situation, len(known.lost_to_date))
    more = (supply - known.supply)[1:]
    lost, demand = known.short_to_date.copy(), known.demand_to_date
    if not fits(int(known.demanded.max() + supply[-1].sum()), lost.dtype):
        lost, demand = lost.astype(np.int64), demand.astype(np.int64)
    changed = np.flatnonzero(more.any(axis=1))
    if changed.size:
        first = int(changed[0])
        assert (more[first:] == more[first]).all(), "units that arrive in one period"
        rest = lost[first:]
        rest -= more[first].astype(lost.dtype)[:, None]
        np.maximum(rest, lost[first - 1] if first else 0, out=rest)
    behind = replace(
        known, supply=supply, demand_to_date=demand, lost_to_date=lost, short_to_date=lost
    )
    return _with_who_waits(behind, waiting_share)


def _with_who_waits(baseline: Baseline, share: float) -> Baseline:
    """Return a baseline in which a share of who finds no stock waits for what is on its way."""
    arriving = np.diff(baseline.supply, axis=0)[1:] if share > 0 else baseline.supply[:0]
    if not arriving.any():
        return baseline
    lost, short = with_waiting(baseline.demand_to_date, baseline.supply[1:].T, share)
    return replace(baseline, lost_to_date=lost, short_to_date=short)


def _supply(situation: Situation, periods: int) -> Integers:
    """Return units in stock or arrived by the start, then by each period, (periods + 1, skus)."""
    supply = np.empty((periods + 1, situation.on_hand.size), dtype=np.int64)
    supply[0] = situation.on_hand
    supply[1:] = situation.inbound[:, :periods].T
    return np.asarray(supply.cumsum(axis=0))


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
        sold = baseline.style_demand_to_date[-1] - lost[-1]
        profit: Floats = margins.revenue * sold - margins.goodwill * lost[-1]
    else:
        # Who finds nothing sends nothing back: where none was sold, no sale is taken back.
        sold = np.maximum(baseline.style_demand_to_date - lost, 0)
        profit = weighed(steps_down(baseline.revenue), sold)
        profit -= weighed(steps_down(goodwill), lost)
    profit += end_value * baseline.leftover - margins.holding * baseline.stock_periods
    return profit
