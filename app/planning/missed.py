"""What a run comes too late for: the units that found no stock before it landed."""

import numpy as np

from app.compiled import compiled
from app.planning.baseline import Baseline
from app.planning.customers import Counts
from app.planning.model import Floats, Integers
from app.planning.spread import spread_over_paths


def at_period(by_period: Counts, period: Integers) -> Counts:
    """Return each path's numbers in a period of its own: paths last, the periods' axis gone."""
    every = np.arange(by_period.shape[-1])
    return np.asarray(np.moveaxis(by_period[period, ..., every], 0, -1))


def lost_before(baseline: Baseline, entered: Integers, into_period: Floats) -> Counts:
    """Return the units that found no stock before a run arrives part of the way into a period.

    A period in which more comes back than is wanted takes nothing from the run.

    Args:
        baseline: The paths without a run.
        entered: The period it lands in, shape (paths,) or (1,).
        into_period: How much of that period has gone by then, in [0, 1), the same shape.

    Returns:
        Shape (skus, paths).
    """
    lost, demand = baseline.short_to_date, baseline.demand_to_date
    periods, _, paths = lost.shape
    if entered.size == 1:
        first, gone = int(entered[0]), float(into_period[0])
        if gone == 0:
            return np.asarray(lost[first - 1] if first else np.zeros_like(lost[0]))
        missed: Counts = np.empty_like(lost[first])
        _miss(lost, demand, first, 1 - gone, spread_over_paths(paths), missed)
        return missed
    within = np.minimum(entered, periods - 1)
    earlier = np.maximum(within - 1, 0)
    begun = within > 0
    before = np.where(begun, at_period(lost, earlier), 0)
    wanted = at_period(demand, within) - np.where(begun, at_period(demand, earlier), 0)
    wanted = np.maximum(wanted, 0)
    rest = (wanted * (1 - into_period) + spread_over_paths(paths)).astype(lost.dtype)
    missed = before + np.maximum(at_period(lost, within) - before - rest, 0)
    return np.asarray(np.where(entered < periods, missed, lost[-1]))


@compiled
def _miss(
    lost: Counts, demand: Counts, period: int, left: float, offsets: Floats, missed: Counts
) -> None:
    """Fill in what is lost before a run that lands when a share of a period is left.

    The demand of what is left is taken in whole units as `share_of_units` does.
    """
    _, skus, paths = lost.shape
    for sku in range(skus):
        for path in range(paths):
            before, wanted = 0, int(demand[period, sku, path])
            if period:
                before = int(lost[period - 1, sku, path])
                wanted -= int(demand[period - 1, sku, path])
            rest = int(max(wanted, 0) * left + offsets[path])
            missed[sku, path] = before + max(int(lost[period, sku, path]) - before - rest, 0)
