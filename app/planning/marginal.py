"""What the k-th good unit of a run is worth, from one histogram of units lost to date."""

from dataclasses import replace

import numpy as np

from app.compiled import compiled
from app.planning.curve import LEAST_FACTOR, Arrival, Entry
from app.planning.customers import Counts
from app.planning.model import Floats, Integers

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
    periods, skus, _ = arrival.lost.shape
    if periods == 0:
        return np.zeros((skus, 0))
    if block > 1:
        arrival = replace(arrival, lost=arrival.sellable // block, missed=arrival.missed * 0)
    lost, missed, steps = arrival.lost, arrival.missed, arrival.steps
    most = arrival.most_sellable
    if arrival.yield_factor is None:
        value = _counted(lost, missed, steps, most)
    else:
        factor = arrival.yield_factor
        value = _stretched(lost, missed, steps, most, factor, np.maximum(factor, LEAST_FACTOR))
    if arrival.entry is not None:
        _take_off(value, arrival, arrival.entry, most)
    return _from_the_top(value, arrival.unsold_mean, missed.shape[1])


@compiled
def _counted(lost: Counts, missed: Counts, steps: Floats, most: int) -> Floats:
    """Return what having sold each number of units, and no more, adds in all: (skus, most + 1).

    Four parts of the paths are counted side by side: neighbours that count to the same place would
    wait for each other, a third of the time.
    """
    periods, skus, paths = lost.shape
    value = np.zeros((skus, most + 1))
    parts = np.empty((4, most + 1))
    one, two, three, four = parts[0], parts[1], parts[2], parts[3]
    size = paths // 4
    for sku in range(skus):
        parts[:] = 0.0
        before = missed[sku]
        for period in range(periods):
            until, step = lost[period, sku], steps[period]
            for path in range(size):
                at = path + size
                one[int(until[path] - before[path])] += step
                two[int(until[at] - before[at])] += step
                at += size
                three[int(until[at] - before[at])] += step
                at += size
                four[int(until[at] - before[at])] += step
            for path in range(4 * size, paths):
                one[int(until[path] - before[path])] += step
        for units in range(most + 1):
            value[sku, units] = one[units] + two[units] + three[units] + four[units]
    return value


@compiled
def _stretched(
    lost: Counts, missed: Counts, steps: Floats, most: int, factor: Floats, divisor: Floats
) -> Floats:
    """Return the same where a path has `factor` times the good units of the mean.

    Its count is stretched by as much, and what lies between two whole units is shared between
    them.
    """
    periods, skus, paths = lost.shape
    value = np.zeros((skus, most + 1))
    for period in range(periods):
        for sku in range(skus):
            for path in range(paths):
                sellable = lost[period, sku, path] - missed[sku, path]
                units = min(sellable / divisor[path], float(most))
                whole = int(units)
                worth = steps[period] * factor[path]
                value[sku, whole] += worth * (1 - (units - whole))
                if whole < most:
                    value[sku, whole + 1] += worth * (units - whole)
    return value


def _take_off(value: Floats, arrival: Arrival, entry: Entry, most: int) -> None:
    """Take off what the first period counts too much, where paths differ in it."""
    paths = arrival.missed.shape[1]
    factor = np.ones(paths) if arrival.yield_factor is None else arrival.yield_factor
    divisor = np.maximum(factor, LEAST_FACTOR)
    _take_saved_off(
        value, arrival.lost, arrival.missed, entry.period, entry.saved, factor, divisor, most
    )


@compiled
def _take_saved_off(
    value: Floats,
    lost: Counts,
    missed: Counts,
    entered: Integers,
    saved: Floats,
    factor: Floats,
    divisor: Floats,
    most: int,
) -> None:
    for sku in range(missed.shape[0]):
        for path in range(missed.shape[1]):
            sellable = lost[entered[path], sku, path] - missed[sku, path]
            units = min(sellable / divisor[path], float(most))
            whole = int(units)
            worth = saved[path] * factor[path]
            value[sku, whole] -= worth * (1 - (units - whole))
            if whole < most:
                value[sku, whole + 1] -= worth * (units - whole)


@compiled
def _from_the_top(value: Floats, unsold: float, paths: int) -> Floats:
    """Return what each unit adds: all that numbers of its size and above do, as a mean of paths."""
    skus, most = value.shape[0], value.shape[1] - 1
    marginal = np.empty((skus, most))
    for sku in range(skus):
        above = 0.0
        for unit in range(most, 0, -1):
            # What is taken off again leaves last bits below 0.
            above += max(value[sku, unit], 0.0)
            marginal[sku, unit - 1] = above / paths + unsold
    return marginal
