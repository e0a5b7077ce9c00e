"""Days or weeks: decided by how densely a style sells, never by the caller."""

from datetime import date

import numpy as np

from app.demand.panel import Floats, Ints

WATCHED_DAYS = 28
DENSE_UNITS = 7.0
"""Units a day in stock from which single days tell more than their noise hides."""

DENSE_SHARE = 0.5
"""Share of the days in stock that must have sold: a few large orders are not dense."""

SEEN_DAYS = 7.0
"""Days in stock before which there is no telling."""

SHORT_LIFE_DAYS = 91
"""With a longer life to go, a horizon in days is long, slow and no better than weeks."""


def is_short_lived(end_of_life: date | None, origin: date) -> bool:
    """Say whether a style ends so soon that days are worth looking at."""
    return end_of_life is not None and (end_of_life - origin).days <= SHORT_LIFE_DAYS


def is_dense(demand: Ints, on_sale: Floats) -> bool:
    """Say whether a style sells on most days, and enough of it.

    Args:
        demand: Units of the whole style on each of the last days, shape (days,).
        on_sale: Share of each day that its SKUs were launched and in stock, their mean, (days,).
    """
    seen = float(on_sale.sum())
    if seen < SEEN_DAYS:
        return False
    selling_days = int(np.count_nonzero(demand))
    return float(demand.sum()) >= DENSE_UNITS * seen and selling_days > DENSE_SHARE * seen
