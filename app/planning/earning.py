"""What the units of a run earn on every path."""

import numpy as np

from app.compiled import compiled
from app.planning.curve import Arrival
from app.planning.customers import Counts, fits
from app.planning.missed import at_period
from app.planning.model import Floats, Integers


def value_on_paths(arrival: Arrival, good_units: Floats) -> tuple[Floats, Floats]:
    """Return what `good_units` of each SKU are worth on each path, and how many sell on average.

    Fractions of a unit count in proportion.

    Args:
        arrival: How the run meets demand.
        good_units: On average, shape (skus,).

    Returns:
        The value, shape (paths,), and units sold up to each period from the arrival on, summed
        over SKUs and averaged over paths, shape (periods - first,).
    """
    made = good_units.nonzero()[0]
    lost, missed, units = arrival.lost, arrival.missed, good_units[made]
    total = units.sum()
    past_end = arrival.unsold * total
    if arrival.yield_factor is not None:
        past_end = past_end * arrival.yield_factor
        sold = _sold_by_path(lost, missed, made, units[:, None] * arrival.yield_factor)
    elif fits(total, missed.dtype) and all(number.is_integer() for number in units.tolist()):
        sold = _sold(lost, missed, made, units.astype(missed.dtype))
    else:
        sold = _sold(lost, missed, made, units)
    value, mean = _earned(arrival.steps, sold)
    value += past_end
    if arrival.entry is not None:
        value -= at_period(sold, arrival.entry.period) * arrival.entry.saved
    return value, mean


@compiled
def _earned(steps: Floats, sold: Counts) -> tuple[Floats, Floats]:
    """Return what each path sold by each period adds, and the mean sold, by period.

    Args:
        steps: What a unit sold by each period adds, shape (periods,).
        sold: Shape (periods, paths).
    """
    periods, paths = sold.shape
    value, mean = np.zeros(paths), np.empty(periods)
    for period in range(periods):
        units, step = sold[period], steps[period]
        total = units[0] * 0
        for path in range(paths):
            total += units[path]
            value[path] += step * units[path]
        mean[period] = total / paths
    return value, mean


@compiled
def _sold(lost: Counts, missed: Counts, made: Integers, units: Counts) -> Counts:
    """Return the units of a run sold up to each period, summed over SKUs: (periods, paths).

    Args:
        lost: Up to each period, shape (periods, skus, paths).
        missed: Of them, shape (skus, paths).
        made: The SKUs the run has units of, in order, shape (made,).
        units: Of each of those, of a kind that holds their sum.
    """
    periods, _, paths = lost.shape
    sold = np.zeros((periods, paths), units.dtype)
    for period in range(periods):
        of_all = sold[period]
        for at in range(made.size):
            until, before, most = lost[period, made[at]], missed[made[at]], units[at]
            for path in range(paths):
                of_all[path] += min(until[path] - before[path], most)
    return sold


@compiled
def _sold_by_path(lost: Counts, missed: Counts, made: Integers, units: Floats) -> Floats:
    """Return the same where each path has units of its own, shape (made, paths)."""
    periods, _, paths = lost.shape
    sold = np.zeros((periods, paths))
    for period in range(periods):
        of_all = sold[period]
        for at in range(made.size):
            until, before, most = lost[period, made[at]], missed[made[at]], units[at]
            for path in range(paths):
                of_all[path] += min(float(until[path] - before[path]), most[path])
    return sold


def reached_share(arrival: Arrival, good_units: Floats) -> Floats:
    """Return the chance that the last good unit of each SKU sells, shape (skus,)."""
    if arrival.yield_factor is None:
        return _share_reaching(arrival.sellable_ever, good_units)
    reached = arrival.sellable_ever >= good_units[:, None] * arrival.yield_factor
    return np.asarray(reached.sum(axis=1) / reached.shape[1], dtype=np.float64)


@compiled
def _share_reaching(counts: Counts, least: Floats) -> Floats:
    """Return the share of each row's counts that reach a number, shape (rows,)."""
    rows, paths = counts.shape
    share = np.empty(rows)
    for row in range(rows):
        reaching = 0
        for path in range(paths):
            reaching += counts[row, path] >= least[row]
        share[row] = reaching / paths
    return share
