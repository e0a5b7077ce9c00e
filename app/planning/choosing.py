"""Which of two plans is better, beyond the noise of the paths."""

import math

from app.planning.model import Floats
from app.planning.world import Valued

NOISE_ERRORS = 2.0
"""A plan must beat another by this many standard errors of the difference on common paths."""

ROUNDING_GUARD = 1e-9
"""On identical paths the standard error is 0 and profits differ in their last bits only."""


def difference(one: Floats, other: Floats) -> tuple[float, float]:
    """Return the mean of `one` - `other` on common paths, shape (paths,), and its error."""
    gap = one - other
    mean = float(gap.sum()) / gap.size
    if gap.size < 2:
        return mean, 0.0
    gap -= mean
    return mean, math.sqrt(float(gap @ gap) / (gap.size - 1) / gap.size)


def beats(plan: Valued, other: Valued, *, least_gain: float = 0.0) -> bool:
    """Say whether `plan` earns more than `other` beyond the noise, by `least_gain` at least."""
    gain, error = difference(plan.profit, other.profit)
    guard = ROUNDING_GUARD * (1 + abs(other.expected_profit))
    return gain > max(NOISE_ERRORS * error, least_gain) + guard
