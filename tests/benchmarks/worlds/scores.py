"""Shares of the clairvoyant's profit, with their standard errors over styles."""

from dataclasses import dataclass

import numpy as np

from tests.benchmarks.worlds.cells import Floats


@dataclass(frozen=True)
class Score:
    """A share in percent, and its standard error."""

    percent: float
    error: float

    def __str__(self) -> str:
        return f"{self.percent:5.1f} ({self.error:.1f})"


def share(profit: Floats, clairvoyant: Floats) -> Score:
    """Return total profit over the clairvoyant's; linearised standard error of a ratio."""
    total = float(clairvoyant.sum())
    value = float(profit.sum()) / total
    residual = profit - value * clairvoyant
    error = float(np.sqrt(residual.size * residual.var(ddof=1))) / abs(total)
    return Score(100 * value, 100 * error)
