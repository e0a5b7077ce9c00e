"""A short name for what was known of a style before a day, to see whether it changed since."""

from datetime import date
from hashlib import blake2b

import numpy as np

from app.clock.time import start_of_day
from app.demand.calendar import microseconds
from app.demand.history import History

REMEMBERED_DAYS = 364
"""Days before the day asked for that count: late news of older ones moves no forecast."""


def fingerprint(history: History, style: int, until: date) -> str:
    """Return the same text for the same demand and stock-outs of a style before a day.

    Args:
        history: The past of some styles.
        style: Which of them, by index.
        until: A brand-local day, at most the origin of the history.
    """
    skus = np.flatnonzero(history.style_of == style)
    ids = np.array([history.skus[index].id for index in skus.tolist()], dtype=np.int64)
    stop = max(history.days - (history.origin - until).days, 0)
    start = max(stop - REMEMBERED_DAYS, 0)
    demand = history.units.demand_of(skus, slice(start, stop))
    sku, day = np.nonzero(demand)
    end = microseconds(start_of_day(until, history.timezone))
    out = np.isin(history.outs.sku, skus) & (history.outs.start < end)
    parts = (
        ids[sku],
        stop - start - day,
        demand[sku, day],
        history.outs.sku[out] - (skus[0] if len(skus) else 0),
        history.outs.start[out],
        np.minimum(history.outs.end[out], end),
    )
    named = blake2b(digest_size=8)
    for part in parts:
        named.update(np.ascontiguousarray(part, dtype=np.int64).tobytes() + b"|")
    return named.hexdigest()
