"""Which periods of a style were censored, and what was assumed instead: said as data."""

from datetime import timedelta

import numpy as np

from app.demand.panel import DemandPanel
from app.forecasting.model import Floats, Ints, Note

LISTED_PERIODS = 12
"""Latest censored periods that are listed one by one; the others are counted."""


def censored_periods(panel: DemandPanel, skus: Ints, assumed: Floats) -> tuple[Note, ...]:
    """Return a note on the periods in which some of a style was on sale but out of stock, if any.

    Its figures are the style's; `skus` has for each SKU that was out its own periods and units.

    Args:
        panel: The style's panel.
        skus: The style's SKUs, by index.
        assumed: Demand of each period with what stock-outs hid put back, shape (periods,).
    """
    on_sale = panel.exposure[skus] > 0
    out = on_sale & (np.nan_to_num(panel.in_stock_share[skus], nan=1.0) < 1 - 1e-9)
    censored = np.flatnonzero(out.any(axis=0))
    if not len(censored):
        return ()
    sold = panel.demand[skus].sum(axis=0)
    length = timedelta(days=panel.period_days)
    starts = panel.origin - len(sold) * length
    latest = [
        {
            "start": (starts + int(period) * length).isoformat(),
            "end": (starts + int(period + 1) * length).isoformat(),
            "skus_out": int(out[:, period].sum()),
            "sold_units": int(sold[period]),
            "assumed_units": round(float(assumed[period]), 1),
        }
        for period in censored[-LISTED_PERIODS:]
    ]
    return (
        {
            "code": "censored_periods",
            "periods": len(censored),
            "sold_units": int(sold[censored].sum()),
            "assumed_units": round(float(assumed[censored].sum()), 1),
            "latest": latest,
            "more": len(censored) - len(latest),
            "skus": {
                panel.sku_codes[sku]: {
                    "periods": int(missing.sum()),
                    "sold_units": int(panel.demand[sku, missing].sum()),
                }
                for sku, missing in zip(skus, out, strict=True)
                if missing.any()
            },
        },
    )
