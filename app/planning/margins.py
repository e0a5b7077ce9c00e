"""What one unit earns and costs, apart from making it, by the period it is sold in."""

import math
from dataclasses import dataclass

import numpy as np

from app.planning.model import Floats, StyleEconomics

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


def steps_down(values: Floats) -> Floats:
    """Return how far each value lies above the next, the last above 0, the same shape.

    Counts to date times these steps are counts times values.
    """
    steps = values.copy()
    steps[:-1] -= values[1:]
    return steps
