"""Counts to date, weighed by what each period's step is worth."""

import numpy as np

from app.compiled import compiled
from app.planning.customers import Counts
from app.planning.model import Floats


@compiled
def weighed(steps: Floats, counts: Counts) -> Floats:
    """Return the sum over periods of each path's counts times the period's step, (paths,).

    Args:
        steps: Shape (periods,); those of 0 cost nothing.
        counts: Shape (periods, paths).
    """
    total = np.zeros(counts.shape[1])
    for period in range(steps.size):
        step = steps[period]
        if step != 0.0:
            for path in range(total.size):
                total[path] += step * counts[period, path]
    return total


@compiled
def mean_by_period(counts: Counts) -> Floats:
    """Return the mean over paths of counts, shape (periods, paths), by period."""
    periods, paths = counts.shape
    mean = np.empty(periods)
    for period in range(periods):
        total = counts[period, 0] * 0
        for path in range(paths):
            total += counts[period, path]
        mean[period] = total / paths
    return mean
