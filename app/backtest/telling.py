"""Whether a backtest can tell its rules apart: over weeks enough, and beyond what chance does."""

import math

import numpy as np

from app.backtest.world import WEEK, World

LEAD_TIMES = 2
"""Slowest lead times that a range has to last: the first run decided lands after one of them, and
sells, or does not, in the other. In less, much of what a rule paid for may not be sold by the end:
its set-ups count, what it will earn does not, and who made least looks best. Of 6 styles of Online
Retail over 4 weeks (slowest lead time 10) one large run came out 35 GBP above Shortrun (standard
error 114), which had paid 60 GBP more for set-ups; of 200 over 40 weeks it is 36,200 GBP below."""

CLEAR_ERRORS = 2.0
"""Standard errors over styles that a difference has to exceed."""


def least_weeks(world: World) -> int:
    """Return the weeks that a range has to last, by the slowest lead time of half the styles."""
    slowest = np.where(world.offers.stocked, world.offers.lead_days, 0.0).max(axis=1)
    return math.ceil((LEAD_TIMES * float(np.median(slowest)) + world.review_days) / WEEK)


def is_told_apart(gap: float, error: float | None, *, is_long_enough: bool) -> bool:
    """Say whether a difference between two rules is one: of a single style there is no error."""
    return is_long_enough and error is not None and abs(gap) > CLEAR_ERRORS * error


def warning(weeks: int, least: int) -> str:
    """Return what to say of a range that is too short."""
    return (
        f"Too short to tell: after {weeks} weeks much of what was made may not be sold yet, and"
        f" what that counts for decides. With these lead times ask for {least} weeks or more."
    )
