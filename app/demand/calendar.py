"""Brand-local days as instants, in microseconds since 1970: what arrays can hold."""

from datetime import date, datetime, timedelta

import numpy as np

from app.clock.time import start_of_day
from app.database.base import EPOCH, MICROSECOND
from app.demand.panel import Floats, Ints


def microseconds(at: datetime) -> int:
    """Return an instant as a number."""
    return (at - EPOCH) // MICROSECOND


def day_starts(first: date, days: int, timezone: str, *, step: int = 1) -> Ints:
    """Return where each day (or each `step` days) from `first` on begins, and where the last ends.

    Shape (days / step + 1,). Days have 23, 24 or 25 hours, and one that a zone skipped has none.
    """
    return np.array(
        [
            microseconds(start_of_day(first + timedelta(days=offset), timezone))
            for offset in range(0, days + 1, step)
        ],
        dtype=np.int64,
    )


def share_of(part: Ints, whole: Ints) -> Floats:
    """Return part / whole, and 0 where there is no whole."""
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)
