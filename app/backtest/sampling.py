"""Which styles a backtest looks at: some of all, spread evenly over volumes and ages."""

from zlib import crc32

import numpy as np

from app.backtest.terms import Flags, Floats, Ints

VOLUMES = ("low", "middle", "high")
"""Thirds of the styles by units wanted a week on sale."""


def sample(codes: list[str], weekly: Floats, is_old: Flags, count: int) -> Ints:
    """Return which styles to look at, ascending; the same for the same styles.

    Sorted by age and volume, every n-th is taken: each group has the share that it has in the
    range, within one style.

    Args:
        codes: The styles' codes: of equal volumes, their hash decides.
        weekly: Units wanted a week on sale, shape (styles,).
        is_old: Whether a style was on sale before the first day decided.
        count: How many at most.
    """
    total = len(codes)
    if count >= total:
        return np.arange(total)
    ties = np.array([crc32(code.encode()) for code in codes])
    order = np.lexsort((ties, weekly, ~is_old))
    places = np.floor((np.arange(count) + 0.5) * total / count).astype(np.int64)
    return np.sort(order[places])


def volumes(weekly: Floats) -> Ints:
    """Return the index of `VOLUMES` of each style, shape (styles,)."""
    order = np.argsort(np.argsort(weekly, kind="stable"), kind="stable")
    return np.minimum(order * len(VOLUMES) // max(len(weekly), 1), len(VOLUMES) - 1)
