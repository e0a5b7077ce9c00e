"""Known demand beside the forecast: it consumes what it is part of, and is never added twice.

Forecast consumption is master scheduling's term: an order takes the place of the forecast of its
own period, then of earlier ones, then of later ones, within a window. Here it happens on every
path: the known units come or not, and the units drawn for the same SKU give way to them.

Source:
    Proud (2007), "Master Scheduling", 3rd edition, on consuming the forecast; the orders that
    come on top are its abnormal demand.
"""

from collections.abc import Sequence
from hashlib import sha256
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel
from app.forecasting.model import HORIZON, Floats, KnownUnits, Paths

WINDOW_DAYS = 28
"""How far before and after its due date known demand takes the place of forecast: customers who
order ahead would otherwise have bought within a month of it."""


MOST_UNITS = 1_000_000_000
"""Known units of a SKU and period above this are cut: with those drawn they must fit 32 bits."""


def known_units(panel: DemandPanel, style: int) -> tuple[KnownUnits, ...]:
    """Return what is known to come of one of the panel's styles, by index, in due order."""
    skus = np.flatnonzero(panel.style_of == style)
    place = {int(sku): index for index, sku in enumerate(skus)}
    lines = [
        KnownUnits(
            sku=place[line.sku],
            reference=line.reference,
            period=(line.due_date - panel.origin).days // panel.period_days,
            quantity=line.quantity,
            probability=line.probability,
            consumes=line.consumes,
        )
        for line in panel.known
        if line.sku in place
    ]
    inside = [line for line in lines if 0 <= line.period < HORIZON]
    return tuple(sorted(inside, key=lambda line: (line.period, line.reference, line.sku)))


def reach(period_days: int) -> int:
    """Return how many periods before and after its own known demand consumes."""
    return round(WINDOW_DAYS / period_days)


def needed(periods: int, period_days: int) -> int:
    """Return how many periods must be drawn for so many to be right.

    What is due just beyond them consumes backwards; what it leaves further on changes nothing
    here, because lines consume in the order that they are due.
    """
    return min(periods + reach(period_days), HORIZON)


def consume(drawn: Paths, known: Sequence[KnownUnits], *, period_days: int, seed: int) -> Paths:
    """Return the paths with known demand in them, shape (skus, paths, periods).

    Args:
        drawn: The paths without it, same shape.
        known: What is known, in due order; what is due after the last period is left out.
        period_days: Days in a period.
        seed: Of the draw.
    """
    _, paths, periods = drawn.shape
    base, added = drawn.copy(), np.zeros_like(drawn)
    chance: dict[str, Floats] = {}
    for line in known:
        if line.period >= periods:
            continue
        if line.reference not in chance:
            chance[line.reference] = _chance(line.reference, paths, seed)
        quantity = min(line.quantity, MOST_UNITS)
        units = np.where(chance[line.reference] < line.probability, quantity, 0).astype(np.int32)
        so_far = added[line.sku, :, line.period]
        np.minimum(so_far, MOST_UNITS - units, out=so_far)
        so_far += units
        part = np.rint(units * line.consumes).astype(np.int32)
        _take(base[line.sku], part, line.period, reach(period_days))
    return base + added


def _take(base: NDArray[np.int32], units: NDArray[np.int32], due: int, window: int) -> None:
    """Take units out of a SKU's paths (paths, periods): when due, then earlier, then later."""
    earlier = range(due, max(due - window, 0) - 1, -1)
    later = range(due + 1, min(due + window + 1, base.shape[1]))
    left = units
    for period in chain(earlier, later):
        taken = np.minimum(base[:, period], left)
        base[:, period] -= taken
        left = left - taken


def _chance(reference: str, paths: int, seed: int) -> Floats:
    """Return a number below 1 for each path, one in each of as many equal slices.

    A reference comes on the paths whose number is below its probability. Of the reference and
    the seed alone: another reference beside it changes nothing.
    """
    named = int.from_bytes(sha256(reference.encode()).digest()[:8], "big")
    random = np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, named])))
    return np.asarray((random.permutation(paths) + random.random(paths)) / paths)
