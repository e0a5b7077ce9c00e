"""Figures with the counts behind them: shares and spreads, null where nothing is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Share:
    """How often something happened.

    Attributes:
        count: Times it did, or units.
        of: Times it could have.
    """

    count: int = 0
    of: int = 0

    @property
    def value(self) -> float | None:
        """Return the share as counted; None of nothing."""
        return self.count / self.of if self.of else None

    def shrunk(self, prior: float, weight: float) -> float:
        """Return the share as expected: `prior` counts as much as `weight` times.

        Source:
            The mean of the posterior of a beta-binomial with the prior
            Beta(prior x weight, (1 - prior) x weight).
        """
        return (prior * weight + self.count) / (weight + self.of)


@dataclass(frozen=True, slots=True)
class Spread:
    """How something measured is distributed.

    Attributes:
        count: Measurements; without any all else is None.
        sd: Standard deviation between them, from two on.
        p50: The median.
        p90: What nine of ten stay within, interpolated.
    """

    count: int = 0
    mean: float | None = None
    sd: float | None = None
    p50: float | None = None
    p90: float | None = None


def spread(measured: Sequence[float]) -> Spread:
    """Return the distribution of what was measured, to four decimals."""
    if not measured:
        return Spread()
    values = np.asarray(measured, dtype=np.float64)
    p50, p90 = np.percentile(values, [50, 90])
    return Spread(
        count=len(values),
        mean=round(float(values.mean()), 4),
        sd=round(float(values.std(ddof=1)), 4) if len(values) > 1 else None,
        p50=round(float(p50), 4),
        p90=round(float(p90), 4),
    )
