"""Customers: the share of units that is theirs, what they give back, and who of them waits."""

import math
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from app.planning.model import Floats
from app.planning.spread import spread_over_paths

Counts: TypeAlias = NDArray[Any]
"""Units in whole numbers: 16 or 32 bits wide where every sum fits, else 64."""


MOST_AT_ONCE = 2**16
"""Numbers worked on at a time: as many as stay in the cache. Measured twice as fast as all at once
for many SKUs, and as a period at a time for few."""


def share_of_units(units: Counts, share: float) -> Counts:
    """Return whole units that are `share` of each count, right on average over the paths.

    Args:
        units: Counts >= 0, paths last, shape (..., paths).
        share: In [0, 1].

    Returns:
        floor(units x share + u) with a fixed u in (0, 1) per path, evenly spread over paths:
        never more than `units`, monotone in `units`, and without randomness.
    """
    offsets = spread_over_paths(units.shape[-1])
    if units.ndim < 3:
        return np.asarray((units * share + offsets).astype(_whole(units)))
    shared = np.empty(units.shape, dtype=_whole(units))
    step = max(1, MOST_AT_ONCE // max(units[0].size, 1)) if len(units) else 1
    part = np.empty((min(step, len(units)), *units.shape[1:]))
    for start in range(0, len(units), step):
        counts = units[start : start + step]
        now = np.multiply(counts, share, out=part[: len(counts)])
        now += offsets
        shared[start : start + step] = now
    return shared


def _whole(units: Counts) -> np.dtype[Any]:
    return units.dtype if units.dtype.kind == "i" else np.dtype(np.int64)


def fits(most: float, kind: DTypeLike) -> bool:
    """Say whether numbers of a kind hold `most` units, and the sum or difference of two such."""
    return 2 * most <= _largest(np.dtype(kind))


@lru_cache
def _largest(kind: np.dtype[Any]) -> float:
    """Return the largest number of a kind: asked of numpy each time, it took 4 us."""
    return math.inf if kind.kind == "f" else float(np.iinfo(kind).max)


def narrowest(most: int) -> np.dtype[Any]:
    """Return the narrowest kind of numbers that hold counts up to `most`.

    Half as wide, they are worked on in half the time and leave the cache half as often.
    """
    kinds = (np.int16, np.int32)
    return np.dtype(next((kind for kind in kinds if fits(most, kind)), np.int64))


def net_of_returns(demand_to_date: Counts, used_up: float, delay: float = 0.0) -> Counts:
    """Return cumulated demand in units used up for good: whole units on every path.

    Args:
        demand_to_date: Units demanded to the end of each period, shape (periods, skus, paths).
        used_up: Share of a unit that a customer uses up, in (0, 1].
        delay: Periods until a returned unit can be sold again: until then the customer has the
            whole of it.
    """
    if used_up == 1.0:
        return demand_to_date
    if delay == 0.0:
        return share_of_units(demand_to_date, used_up)
    back = share_of_units(_delayed(demand_to_date, delay), 1 - used_up)
    return np.asarray(demand_to_date - back.astype(demand_to_date.dtype))


def _delayed(to_date: Counts, delay: float) -> Floats:
    """Return cumulated counts as they stood `delay` periods before, taken as even in between."""
    whole, part = math.floor(delay), delay - math.floor(delay)
    periods = to_date.shape[0]
    before = np.zeros(to_date.shape)
    if whole < periods:
        before[whole:] = (1 - part) * to_date[: periods - whole]
    if whole + 1 < periods:
        before[whole + 1 :] += part * to_date[: periods - whole - 1]
    return before


def with_waiting(demand: Counts, supply: Counts, share: float) -> tuple[Counts, Counts]:
    """Return units lost and units short to date where a share of who finds no stock waits.

    What arrives serves first who waits. No reflection says that at once: period by period. Who is
    served in the end was never lost.
    """
    lost, short = np.empty_like(demand), np.empty_like(demand)
    before = np.zeros_like(demand[0])
    missing, served, stock = np.zeros_like(before), np.zeros_like(before), np.zeros_like(before)
    arriving = np.diff(supply, axis=1, prepend=0).astype(demand.dtype)
    for period, to_date in enumerate(demand):
        stock = stock + arriving[:, period, None]
        waits = share_of_units(missing, share) - served
        now = np.minimum(waits, np.maximum(stock, 0))
        served, stock = served + now, stock - now
        left = stock - (to_date - before)
        missing = missing + np.maximum(-left, 0)
        stock, before = np.maximum(left, 0), to_date
        short[period], lost[period] = missing, missing - served
    for period in range(len(lost) - 2, -1, -1):
        np.minimum(lost[period], lost[period + 1], out=lost[period])
    return lost, short
