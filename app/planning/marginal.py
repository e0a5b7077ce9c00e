"""What the k-th good unit of a run is worth, from one histogram of units lost to date."""

from dataclasses import replace

import numpy as np

from app.planning.curve import LEAST_FACTOR, Arrival
from app.planning.customers import Counts
from app.planning.missed import at_period
from app.planning.model import Floats, Integers

SAME_STEP = 1e-13
"""Most periods only add their holding, equal but for the last bits of a subtraction: those are
counted at once, without weights."""

MOST_COUNTED = 2**14
"""Units of a SKU that are told apart: a million a week, counted one by one, took 18 s and 4 GB."""


def block_of(arrival: Arrival) -> int:
    """Return how many units are counted as one, so that no curve is longer than MOST_COUNTED."""
    return max(1, -(-arrival.most_sellable // MOST_COUNTED))


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
    most = arrival.most_sellable
    usual = arrival.usual_step
    apart = arrival.steps - usual
    unusual = (np.abs(apart) > SAME_STEP * (1 + usual)).nonzero()[0]
    steps = apart[unusual]
    counted = _by_step(arrival, unusual, most)
    value: Floats = (np.concatenate([[usual], steps])[:, None, None] * counted).sum(axis=0)
    if arrival.entry is not None:
        entered = at_period(arrival.lost, arrival.entry.period)[None]
        value -= _counts(arrival, entered, most, weights=arrival.entry.saved)[0]
    marginal: Floats = value[:, :0:-1].cumsum(axis=1)[:, ::-1]
    marginal /= paths
    marginal += arrival.unsold_mean
    if arrival.entry is None and steps.min(initial=0.0) >= 0:
        return marginal
    # What is taken off again leaves last bits that may rise.
    return np.minimum.accumulate(marginal, axis=1, out=marginal)


def _by_step(arrival: Arrival, unusual: Integers, most: int) -> Counts:
    """Return how often each number of units was sellable, by what having sold it by then adds.

    Returns:
        Shape (1 + unusual, skus, most + 1): first in all periods together, none where a usual
        one adds nothing, then in each unusual one.
    """
    lost = arrival.lost
    if arrival.usual_step and arrival.yield_factor is None:
        kinds = np.zeros(len(lost), dtype=np.int64)
        kinds[unusual] = np.arange(1, unusual.size + 1)
        counted = _counts(arrival, lost, most, kinds)
        counted[0] += counted[1:].sum(axis=0)
        return counted
    counted = _counts(arrival, lost[unusual], most, np.arange(1, unusual.size + 1))
    if arrival.usual_step:
        counted[0] = _counts(arrival, lost, most)[0]
    return counted


def _counts(
    arrival: Arrival,
    lost: Counts,
    most: int,
    kinds: Integers | None = None,
    weights: Floats | None = None,
) -> Counts:
    """Return how often each number of units was sellable, by SKU.

    Where the yield is random a path's count is stretched by its `yield_factor` and weighs as
    much, what lies between two whole units shared between them.

    Args:
        arrival: How the run meets demand.
        lost: Of some of its periods, shape (periods, skus, paths).
        most: No count lies above it.
        kinds: The periods of each are counted by themselves, shape (periods,): from 0 to the
            last; None: all together.
        weights: Of each path; None: 1.

    Returns:
        Shape (kinds, skus, most + 1).
    """
    missed, factor = arrival.missed, arrival.yield_factor
    size = len(missed) * (most + 1)
    starts = np.arange(0, size, most + 1, dtype=missed.dtype)[:, None]
    apart = 1 if kinds is None else int(kinds.max(initial=0)) + 1
    shape = (apart, len(missed), most + 1)
    if factor is None:
        at = lost - (missed - starts)
        _set_apart(at, kinds, size)
        weighed = None if weights is None else np.broadcast_to(weights, lost.shape).ravel()
        return np.bincount(at.ravel(), weighed, minlength=apart * size).reshape(shape)
    stretched = np.minimum((lost - missed) / np.maximum(factor, LEAST_FACTOR), most)
    whole = np.floor(stretched)
    part = stretched - whole
    weight = factor if weights is None else factor * weights
    places = whole.astype(np.int64) + starts
    _set_apart(places, kinds, size)
    at = places.ravel()
    counted = np.bincount(at, (weight * (1 - part)).ravel(), minlength=apart * size)
    above = np.minimum(at + 1, apart * size - 1)
    counted += np.bincount(above, (weight * part).ravel(), minlength=apart * size)
    return np.asarray(counted, dtype=np.float64).reshape(shape)


def _set_apart(places: Integers, kinds: Integers | None, size: int) -> None:
    """Move what periods of a kind count so many places on as earlier kinds take."""
    if kinds is None:
        return
    for period in kinds.nonzero()[0].tolist():
        places[period] += int(kinds[period]) * size
