"""Periods in which a SKU sold far beyond all its others: they say little about the next ones.

A typing error or one order for a stadium is no level. Once is chance and twice is a pattern: a
period is held against the largest of the SKU's other periods, so that a style that takes off is
believed in full in its second one.

Source:
    Gelper, Fried & Croux (2010), "Robust Forecasting with Exponential and Holt-Winters Smoothing",
    Journal of Forecasting 29(3): observations are cleaned before they are smoothed.
"""

from datetime import timedelta

import numpy as np

from app.demand.panel import DemandPanel
from app.forecasting.model import Floats, Ints, Note

MOST_TIMES = 5.0
"""Times the largest other period of a SKU that one counts for at most."""

LEAST_UNITS = 20.0
"""Units that every period counts for: after ones and twos a dozen is no outlier."""

LEAST_DAYS = 56
"""Days on sale from which there is something to hold a period against: a launch may take off."""


def usual_units(panel: DemandPanel) -> Floats:
    """Return the base demand, outliers brought down to what they count for, (skus, periods)."""
    units = panel.base_demand.astype(np.float64)
    if units.shape[1] < 2:
        return units
    second = np.partition(units, -2, axis=1)[:, -2]
    most = np.maximum(MOST_TIMES * second, LEAST_UNITS)
    days = (panel.exposure > 0).sum(axis=1) * panel.period_days
    return np.minimum(units, np.where(days >= LEAST_DAYS, most, np.inf)[:, None])


def outliers(panel: DemandPanel, skus: Ints, usual: Floats) -> tuple[Note, ...]:
    """Return a note on the periods of a style in which a SKU's units were an outlier, if any.

    Args:
        panel: The style's panel.
        skus: The style's SKUs, by index.
        usual: What `usual_units` says of the panel, units, shape (skus, periods).
    """
    units, counted = panel.base_demand[skus], usual[skus]
    periods = np.flatnonzero((counted < units).any(axis=0))
    if not len(periods):
        return ()
    starts = panel.origin - timedelta(days=panel.period_days * units.shape[1])
    days = [starts + timedelta(days=panel.period_days * int(period)) for period in periods]
    return (
        {
            "code": "outliers",
            "starts": [day.isoformat() for day in days],
            "days": panel.period_days,
            "units": int(units[:, periods].sum()),
            "counted_as": round(float(counted[:, periods].sum())),
        },
    )
