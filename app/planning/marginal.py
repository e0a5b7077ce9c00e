"""What the k-th good unit of a run is worth, from one histogram of units lost to date."""

from collections.abc import Sequence
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
    same = SAME_STEP * (1 + usual)
    steps = [step - usual for step in arrival.steps.tolist()]
    unusual = [period for period, step in enumerate(steps) if abs(step) > same]
    counted = _by_step(arrival, unusual, most)
    value: Floats = usual * counted[0]
    for period, count in zip(unusual, counted[1:], strict=True):
        value += steps[period] * count
    if arrival.entry is not None:
        entered = at_period(arrival.lost, arrival.entry.period)[None]
        value -= _counts(arrival, entered, most, weights=arrival.entry.saved)[0]
    marginal: Floats = value[:, :0:-1].cumsum(axis=1)[:, ::-1]
    marginal /= paths
    marginal += arrival.unsold_mean
    if arrival.entry is None and all(steps[period] >= 0 for period in unusual):
        return marginal
    # What is taken off again leaves last bits that may rise.
    return np.minimum.accumulate(marginal, axis=1)


def _by_step(arrival: Arrival, unusual: Sequence[int], most: int) -> Counts:
    """Return how often each number of units was sellable, by what having sold it by then adds.

    Returns:
        Shape (1 + unusual, skus, most + 1): first in all periods together, none where a usual
        one adds nothing, then in each unusual one.
    """
    lost = arrival.lost
    if arrival.usual_step and arrival.yield_factor is None:
        counted = _counts(arrival, lost, most, unusual)
        for count in counted[1:]:
            counted[0] += count
        return counted
    counted = _counts(arrival, lost[unusual], most, range(len(unusual)))
    if arrival.usual_step:
        counted[0] = _counts(arrival, lost, most)[0]
    return counted


def _counts(
    arrival: Arrival,
    lost: Counts,
    most: int,
    apart: Sequence[int] = (),
    weights: Floats | None = None,
) -> Counts:
    """Return how often each number of units was sellable, by SKU.

    Where the yield is random a path's count is stretched by its `yield_factor` and weighs as
    much, what lies between two whole units shared between them.

    Args:
        arrival: How the run meets demand.
        lost: Of some of its periods, shape (periods, skus, paths).
        most: No count lies above it.
        apart: Those of these periods that are each counted by itself; the others all together.
        weights: Of each path; None: 1.

    Returns:
        Shape (1 + apart, skus, most + 1): first those counted together.
    """
    missed, factor = arrival.missed, arrival.yield_factor
    size = len(missed) * (most + 1)
    shape = (1 + len(apart), len(missed), most + 1)
    places = shape[0] * size
    starts = np.arange(0, size, most + 1, dtype=np.min_scalar_type(-places))[:, None]
    if factor is None:
        at = lost - (missed - starts)
        _set_apart(at, apart, size)
        weighed = None if weights is None else np.broadcast_to(weights, lost.shape).ravel()
        return np.bincount(at.ravel(), weighed, minlength=places).reshape(shape)
    stretched = np.minimum((lost - missed) / np.maximum(factor, LEAST_FACTOR), most)
    whole = np.floor(stretched)
    part = stretched - whole
    weight = factor if weights is None else factor * weights
    at = whole.astype(np.int64) + starts
    _set_apart(at, apart, size)
    at = at.ravel()
    counted = np.bincount(at, (weight * (1 - part)).ravel(), minlength=places)
    above = np.minimum(at + 1, places - 1)
    counted += np.bincount(above, (weight * part).ravel(), minlength=places)
    return np.asarray(counted, dtype=np.float64).reshape(shape)


def _set_apart(at: Integers, apart: Sequence[int], size: int) -> None:
    """Move what some periods count on to places of their own, past all that come before."""
    for number, period in enumerate(apart, start=1):
        at[period] += number * size
