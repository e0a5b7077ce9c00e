"""Counts to date: cumulated, lost, summed over SKUs and weighed by period, in compiled loops."""

import numpy as np

from app.compiled import compiled
from app.planning.customers import Counts
from app.planning.model import Floats, Integers


@compiled
def demanded_by_path(wanted: Counts) -> Integers:
    """Return the units demanded in all periods by all SKUs, shape (paths,)."""
    periods, skus, paths = wanted.shape
    total = np.zeros(paths, np.int64)
    for period in range(periods):
        for sku in range(skus):
            for path in range(paths):
                total[path] += wanted[period, sku, path]
    return total


@compiled
def cumulate(wanted: Counts, used_up: float, offsets: Floats, to_date: Counts) -> None:
    """Fill in what customers used up to date, in whole units as `share_of_units` has them."""
    periods, skus, paths = wanted.shape
    for sku in range(skus):
        so_far = np.zeros(paths, np.int64)
        for period in range(periods):
            for path in range(paths):
                so_far[path] += wanted[period, sku, path]
                if used_up == 1.0:
                    to_date[period, sku, path] = so_far[path]
                else:
                    to_date[period, sku, path] = int(so_far[path] * used_up + offsets[path])


@compiled
def lose(demand: Counts, supply: Counts, lost: Counts, style_demand: Counts) -> None:
    """Fill in what is lost to date, and what all SKUs' customers used up."""
    periods, skus, paths = demand.shape
    for period in range(periods):
        for sku in range(skus):
            until = demand[period, sku]
            for path in range(paths):
                style_demand[period, path] += until[path]
                short = until[path] - supply[period + 1, sku]
                before = lost[period - 1, sku, path] if period else 0
                lost[period, sku, path] = max(short, before)


@compiled
def follow(
    lost: Counts,
    style_demand: Counts,
    supply: Integers,
    style_lost: Counts,
    leftover: Integers,
    stock_periods: Integers,
) -> Floats:
    """Fill in what follows from the units lost; return the mean of them by period, (periods,)."""
    periods, skus, paths = lost.shape
    mean = np.empty(periods)
    for period in range(periods):
        of_all = style_lost[period]
        of_all[:] = 0
        for sku in range(skus):
            of_sku = lost[period, sku]
            for path in range(paths):
                of_all[path] += of_sku[path]
        total = 0
        for path in range(paths):
            total += int(of_all[path])
            sold = max(style_demand[period, path] - of_all[path], 0)
            leftover[path] = supply[period + 1] - sold
            stock_periods[path] += leftover[path]
        mean[period] = total / paths
    return mean


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
def periods_kept(lost: Counts) -> Integers:
    """Return how many periods pass until each SKU is lost on half the paths, shape (skus,)."""
    periods, skus, paths = lost.shape
    kept = np.full(skus, periods)
    for sku in range(skus):
        for period in range(periods):
            short = 0
            for path in range(paths):
                short += lost[period, sku, path] > 0
            if 2 * short >= paths:
                kept[sku] = period
                break
    return kept
