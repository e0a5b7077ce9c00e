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
    periods, skus, paths = arrival.lost.shape
    if periods == 0:
        return np.zeros((skus, 0))
    if block > 1:
        arrival = replace(arrival, lost=arrival.sellable // block, missed=arrival.missed * 0)
    most = _most(arrival)
    usual = arrival.usual_step
    value = np.zeros((skus, most + 1))
    if usual:
        np.multiply(usual, _counts(arrival, arrival.lost, most)[0], out=value)
    apart = arrival.steps - usual
    unusual = (np.abs(apart) > SAME_STEP * (1 + usual)).nonzero()[0]
    if unusual.size:
        counted = _counts(arrival, arrival.lost[unusual], most, apart=True)
        for step, counts in zip(apart[unusual].tolist(), counted, strict=True):
            value += step * counts
    if arrival.entry is not None:
        entered = at_period(arrival.lost, arrival.entry.period)[None]
        value -= _counts(arrival, entered, most, arrival.entry.saved)[0]
    marginal: Floats = value[:, :0:-1].cumsum(axis=1)[:, ::-1]
    marginal /= paths
    marginal += arrival.unsold_mean
    if arrival.entry is None and apart[unusual].min(initial=0.0) >= 0:
        return marginal
    # What is taken off again leaves last bits that may rise.
    return np.minimum.accumulate(marginal, axis=1, out=marginal)


def _most(arrival: Arrival) -> int:
    """Return the most (mean good) units of a SKU that any path could sell."""
    if not arrival.lost.size:
        return 0
    sellable = arrival.sellable_ever
    if arrival.yield_factor is None:
        return int(sellable.max())
    stretched = np.ceil(sellable / np.maximum(arrival.yield_factor, LEAST_FACTOR))
    return int(min(stretched.max(), MOST_STRETCHED * sellable.max()))


def _counts(
    arrival: Arrival,
    lost: Counts,
    most: int,
    weights: Floats | None = None,
    *,
    apart: bool = False,
) -> Floats:
    """Return how often each number of units was sellable, by SKU.

    Where the yield is random a path's count is stretched by its `yield_factor` and weighs as
    much, what lies between two whole units shared between them.

    Args:
        arrival: How the run meets demand.
        lost: Of some of its periods, shape (periods, skus, paths).
        most: No count lies above it.
        weights: Of each path; None: 1.
        apart: Count each period by itself.

    Returns:
        Shape (periods or 1, skus, most + 1).
    """
    missed, factor = arrival.missed, arrival.yield_factor
    shape = (len(lost) if apart else 1, len(missed), most + 1)
    length = shape[0] * shape[1] * shape[2]
    starts = np.arange(0, length, most + 1, dtype=missed.dtype).reshape(shape[0], shape[1], 1)
    if factor is None:
        at = lost - (missed - starts[0])
        if apart:
            at += starts[:, :1]
        weighed = None if weights is None else np.broadcast_to(weights, lost.shape).ravel()
        counted = np.bincount(at.ravel(), weighed, minlength=length)
        return counted.astype(np.float64, copy=False).reshape(shape)
    stretched = np.minimum((lost - missed) / np.maximum(factor, LEAST_FACTOR), most)
    whole = np.floor(stretched)
    part = stretched - whole
    weight = factor if weights is None else factor * weights
    at = (whole.astype(np.int64) + starts).ravel()
    counted = np.bincount(at, (weight * (1 - part)).ravel(), minlength=length)
    above = np.minimum(at + 1, length - 1)
    counted += np.bincount(above, (weight * part).ravel(), minlength=length)
    return np.asarray(counted, dtype=np.float64).reshape(shape)
