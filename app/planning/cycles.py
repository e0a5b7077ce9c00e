"""From one run to the next: how long stock lasts, and when it is best to fill it up again.

Demand from review to review is taken as independent, drawn from what is foretold. Stock is
counted in blocks of units, as good on hand as on its way.

Sources: Scarf (1960), "The optimality of (S, s) policies in the dynamic inventory problem"; Zheng &
Federgruen (1991), "Finding optimal (s, S) policies is about as simple as evaluating a single
policy", Operations Research 39(4).
"""

import math
from dataclasses import dataclass

import numpy as np

from app.compiled import compiled
from app.planning.customers import Counts
from app.planning.model import Floats, Integers

MOST_STATES = 256
"""Amounts of stock that are told apart."""

REVIEWS_AHEAD = 5
"""Stock for as many reviews is looked at, and what a run takes to arrive."""

ROUNDS = 16
"""Of Newton's method at most: it settles within six."""

SETTLED = 1e-9
"""Of a set-up: what a cycle may miss it by."""


@dataclass(frozen=True, slots=True, eq=False)
class Reviews:
    """What happens to stock from one review to the next if no run is released.

    Attributes:
        block: Units in a block.
        chances: Of each demand until the next review, in blocks, shape (states,).
        left: Units in stock at the ends of the periods for which a run released now is there and
            one released at the next review is not, summed, on average, by the stock now, shape
            (states,).
        short: Units short in them, likewise.
    """

    block: float
    chances: Floats
    left: Floats
    short: Floats


def reviews_ahead(demand: Counts, review: int, lead: int, windows: int) -> Reviews | None:
    """Return what happens to stock between reviews, by what is demanded after the next ones.

    Stock lies at the SKUs in the proportions of their demand.

    Args:
        demand: To date, shape (periods, skus, paths).
        review: Periods from one review to the next.
        lead: Periods from a release until its units are there.
        windows: Reviews looked at, the next one first, one lead time and review after the last of
            them foretold.

    Returns:
        None where nothing is demanded.
    """
    starts = review * np.arange(1, windows + 1)
    wanted = demand[starts[-1] + lead + review - 1] - demand[starts[0] + lead - 1]
    by_sku = np.maximum(wanted.mean(axis=1), 0.0)
    mean = float(by_sku.sum()) / windows
    if mean <= 0:
        return None
    top = mean * (REVIEWS_AHEAD + lead / review)
    block = max(1.0, top / (MOST_STATES - 1))
    states = math.ceil(top / block) + 1
    style = demand.sum(axis=1, dtype=demand.dtype, keepdims=True)
    chances = _chances(style, starts + lead, review, np.array([block]), states)[0]
    kinds = np.flatnonzero(by_sku)
    stocked, blocks = demand[:, kinds], block * by_sku[kinds] / by_sku.sum()

    def left_after(periods: int) -> Floats:
        below = _chances(stocked, starts, periods, blocks, states).cumsum(axis=1)[:, :-1]
        left = np.zeros((kinds.size, states))
        left[:, 1:] = below.cumsum(axis=1)
        return np.asarray(blocks @ left)

    left = sum((left_after(lead + at + 1) for at in range(review)), start=np.zeros(states))
    sold = left_after(lead) - left_after(lead + review)
    return Reviews(block, chances, left, np.maximum(mean - sold, 0.0))


@compiled
def _chances(demand: Counts, starts: Integers, length: int, blocks: Floats, states: int) -> Floats:
    """Return the chance of each demand over so many periods, in blocks, shape (skus, states).

    What lies between two whole blocks is shared between them: by that the mean stays, and what is
    left of each whole block of stock.
    """
    _, skus, paths = demand.shape
    chances = np.zeros((skus, states))
    each = 1.0 / (starts.size * paths)
    for sku in range(skus):
        for start in starts:
            for path in range(paths):
                units = 0.0
                if length > 0:
                    until, before = start + length - 1, start - 1
                    units = float(demand[until, sku, path] - demand[before, sku, path])
                count = min(max(units, 0.0) / blocks[sku], float(states - 1))
                whole = int(count)
                chances[sku, whole] += each * (1 - (count - whole))
                if count > whole:
                    chances[sku, whole + 1] += each * (count - whole)
    return chances


@compiled
def cheapest_cycle(chances: Floats, costs: Floats, setup: float) -> tuple[float, Floats, int]:
    """Return what the best policy costs a review, what stock saves, and what a run fills it up to.

    Stock that is worth less than a new cycle is filled up, other stock lasts until it is. The cost
    a review at which a cycle just pays its set-up is found by Newton's method: raised by one, it
    lowers a cycle's cost by the reviews that the cycle lasts for.

    Args:
        chances: Of each demand from review to review, in blocks, shape (states,).
        costs: A review's, by the stock at its beginning, set-ups apart, shape (states,).
        setup: A run's, > 0.

    Returns:
        The cost a review; what stock saves by putting the next run off, in all, shape (states,);
        and the stock with which a cycle begins, 0 where none pays.
    """
    states = costs.size
    value, ahead, lasts = np.zeros(states), np.zeros(states), np.zeros(states)
    moves = max(1.0 - chances[0], SETTLED)
    full, rate = states - 1, costs.min() + setup / 2
    for _ in range(ROUNDS):
        for stock in range(states):
            cost, reviews = costs[stock] - rate, 1.0
            for demand in range(1, stock):
                cost += chances[demand] * value[stock - demand]
                reviews += chances[demand] * lasts[stock - demand]
            # With nothing left a run is released: a new cycle.
            ahead[stock], value[stock], lasts[stock] = cost, 0.0, 0.0
            if stock > 0 and (cost < 0 or stock > full):
                value[stock] = ahead[stock] = cost / moves
                lasts[stock] = reviews / moves
        full = int(ahead.argmin())
        missing = setup + ahead[full]
        rate += missing / max(lasts[full], 1.0)
        if abs(missing) <= SETTLED * setup:
            break
    return rate, -value, full
