"""What a rule is told on a day: how much was wanted lately. Nothing of the day or later."""

from dataclasses import dataclass

import numpy as np

from app.backtest.terms import Floats
from app.backtest.world import WEEK, World

WINDOW_WEEKS = 13
"""Weeks that a mean is taken over: a quarter, as most replenishment settings have it."""

LEAST_MEAN = 1e-9
"""Units a week: below this nothing is wanted."""


@dataclass(frozen=True, eq=False)
class Told:
    """Demand as rules are told it, arrays of shape (skus,).

    Rules are told the true demand, also of days on which they had no stock; we are not.

    Attributes:
        day: Today.
        mean: Units wanted a week over the last WINDOW_WEEKS on sale, less what comes back and
            can be sold again.
        deviation: Standard deviation of a week's units, at least a Poisson's.
        weeks: Weeks on sale that they were taken over.
    """

    day: int
    mean: Floats
    deviation: Floats
    weeks: Floats


def told_on(world: World, day: int) -> Told:
    """Return what rules are told on a day, at least a week after the world's first."""
    weeks = min(day // WEEK, WINDOW_WEEKS)
    window = slice(day - weeks * WEEK, day)
    shape = (len(world.style_of), weeks, WEEK)
    wanted = world.wanted[:, window].reshape(shape).sum(axis=2).astype(np.float64)
    shown = world.exposure[:, window].reshape(shape).mean(axis=2)
    on_sale = shown.sum(axis=1)
    mean = np.divide(wanted.sum(axis=1), on_sale, out=np.zeros(len(on_sale)), where=on_sale > 0)
    apart = (shown * (wanted - mean[:, None]) ** 2).sum(axis=1)
    variance = np.divide(apart, on_sale - 1, out=np.zeros(len(on_sale)), where=on_sale > 1.5)
    economics = world.economics
    stays = (1 - economics.return_rate * economics.resalable_share)[world.style_of]
    deviation = np.sqrt(np.maximum(variance, mean))
    return Told(day, mean * stays, deviation * stays, on_sale)
