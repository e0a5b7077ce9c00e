"""What the k-th good unit of a run is worth, from one histogram of units lost to date."""

from dataclasses import replace

import numpy as np

from app.planning.curve import Arrival, at_period
from app.planning.customers import Counts
from app.planning.model import Floats

SAME_STEP = 1e-13
"""Most periods only add their holding, equal but for the last bits of a subtraction: those are
counted at once, without weights."""

MOST_COUNTED = 2**14
"""Units of a SKU that are told apart: a million a week, counted one by one, took 18 s and 4 GB."""

MOST_STRETCHED = 8
"""No run is larger than so many times what any path could sell, however bad its yield may be."""

LEAST_FACTOR = 1e-6
"""A path on which nothing of a run is good sells none of it, however much is ordered."""


def block_of(arrival: Arrival) -> int:
    """Return how many units are counted as one, so that no curve is longer than MOST_COUNTED."""
    return max(1, -(-_most(arrival) // MOST_COUNTED))


def marginal_values(arrival: Arrival, block: int = 1) -> Floats:
    """Return the expected value of the k-th good unit of each SKU: row i, column k - 1.

    Good units are means where the yield is random: a path has `yield_factor` times as many.

    Args:
        arrival: How the run meets demand.
        block: So many units are counted as one, and worth what the last of them is.

    Returns:
        Never rising in k, up to the most units any path could sell, shape (skus, most); units
        past the end are worth `arrival.unsold_mean`.
    """
    periods, skus, paths = arrival.sellable.shape
    if periods == 0:
        return np.zeros((skus, 0))
    if block > 1:
        arrival = replace(arrival, sellable=arrival.sellable // block)
    factor = arrival.yield_factor
    most = _most(arrival)
    usual = arrival.usual_step
    unusual = np.abs(arrival.steps - usual) > SAME_STEP * (1 + usual)
    value = np.zeros((skus, most + 1))
    if usual:
        value += usual * _counts(arrival.sellable, most, factor)
    for period in np.flatnonzero(unusual):
        step = arrival.steps[period] - usual
        value += step * _counts(arrival.sellable[period : period + 1], most, factor)
    if arrival.entry is not None:
        entered = at_period(arrival.sellable, arrival.entry.period)[None]
        value -= _counts(entered, most, factor, arrival.entry.saved)
    marginal: Floats = value[:, :0:-1].cumsum(axis=1)[:, ::-1]
    marginal /= paths
    marginal += arrival.unsold_mean
    return np.minimum.accumulate(marginal, axis=1, out=marginal)


def _most(arrival: Arrival) -> int:
    """Return the most (mean good) units of a SKU that any path could sell."""
    sellable = arrival.sellable[-1:]
    if arrival.yield_factor is None:
        return int(sellable.max(initial=0))
    stretched = np.ceil(sellable / np.maximum(arrival.yield_factor, LEAST_FACTOR))
    return int(min(stretched.max(initial=0), MOST_STRETCHED * sellable.max(initial=0)))


def _counts(
    sellable: Counts, most: int, factor: Floats | None, weights: Floats | None = None
) -> Floats:
    """Return how often each number of units was sellable, by SKU, shape (skus, most + 1).

    Args:
        sellable: Shape (periods, skus, paths).
        most: No count lies above it.
        factor: Good units over their mean: a path's count is stretched by it and weighs as much,
            what lies between two whole units shared between them.
        weights: Of each path; None: 1.
    """
    skus = sellable.shape[1]
    length = skus * (most + 1)
    rows = np.arange(skus)[:, None] * (most + 1)
    if factor is None:
        weighed = None if weights is None else np.broadcast_to(weights, sellable.shape).ravel()
        counted = np.bincount((sellable + rows).ravel(), weighed, minlength=length)
        return np.asarray(counted, dtype=np.float64).reshape(skus, most + 1)
    stretched = np.minimum(sellable / np.maximum(factor, LEAST_FACTOR), most)
    whole = np.floor(stretched)
    part = stretched - whole
    weight = factor if weights is None else factor * weights
    at = (whole.astype(np.int64) + rows).ravel()
    counted = np.bincount(at, (weight * (1 - part)).ravel(), minlength=length)
    above = np.minimum(at + 1, length - 1)
    counted += np.bincount(above, (weight * part).ravel(), minlength=length)
    return np.asarray(counted, dtype=np.float64).reshape(skus, most + 1)
