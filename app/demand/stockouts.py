"""When SKUs were out of stock, and how much of each period that took."""

from dataclasses import dataclass

import numpy as np

from app.demand.panel import Ints

FOREVER = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class StockOuts:
    """Spans out of stock, each from a report of 0 to the next report above it or receipt.

    Attributes:
        sku: Index of the SKU, shape (spans,).
        start: First instant out, in microseconds, shape (spans,).
        end: First instant back in stock, `FOREVER` when it is not, shape (spans,).
    """

    sku: Ints
    start: Ints
    end: Ints


def time_out(stock_outs: StockOuts, bounds: Ints, skus: int) -> Ints:
    """Return how long each SKU was out in each period, in microseconds, shape (skus, periods).

    Args:
        stock_outs: The spans; those of one SKU do not overlap.
        bounds: Where each period begins, and where the last ends, ascending, (periods + 1,).
        skus: How many SKUs there are.
    """
    periods = len(bounds) - 1
    start = np.maximum(stock_outs.start, bounds[0])
    end = np.minimum(stock_outs.end, bounds[-1])
    seen = end > start
    sku, start, end = stock_outs.sku[seen], start[seen], end[seen]
    first = np.searchsorted(bounds, start, side="right") - 1
    last = np.searchsorted(bounds, end, side="left") - 1
    within = first == last
    across = ~within

    out = np.zeros((skus, periods), dtype=np.int64)
    np.add.at(out, (sku[within], first[within]), (end - start)[within])
    sku, start, end, first, last = (one[across] for one in (sku, start, end, first, last))
    np.add.at(out, (sku, first), bounds[first + 1] - start)
    np.add.at(out, (sku, last), end - bounds[last])
    # Periods out from end to end, marked where the run of them begins and stops.
    whole = np.zeros((skus, periods + 1), dtype=np.int64)
    np.add.at(whole, (sku, first + 1), 1)
    np.add.at(whole, (sku, last), -1)
    return np.asarray(out + whole.cumsum(axis=1)[:, :periods] * np.diff(bounds))
