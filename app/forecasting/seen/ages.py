"""How old each style is: the clock that launch profiles run by."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from app.demand.panel import DemandPanel
from app.forecasting.model import HORIZON, Floats

UNKNOWN_DAYS = 14
"""A style that sold within so many days of its brand's first sale was not launched in them,
unless the brand says so: its sales began before the data did."""


def with_known_launches(panel: DemandPanel, first_sale: date | None) -> DemandPanel:
    """Return the panel without launch days that are only the beginning of the brand's data.

    Args:
        panel: The styles.
        first_sale: First day in the brand's data; None: not known, every launch day stays.
    """
    if first_sale is None:
        return panel
    known_from = first_sale + timedelta(days=UNKNOWN_DAYS)
    styles = tuple(
        replace(style, launched=None)
        if not style.launch_stated and style.launched is not None and style.launched < known_from
        else style
        for style in panel.styles
    )
    return replace(panel, styles=styles)


def first_sale_of(panel: DemandPanel) -> date | None:
    """Return the first day of the panel's first period with demand; None where there is none."""
    sold = np.flatnonzero(panel.demand.sum(axis=0) > 0)
    if not len(sold):
        return None
    back = (panel.demand.shape[1] - int(sold[0])) * panel.period_days
    return panel.origin - timedelta(days=back)


def ages(panel: DemandPanel, on_sale: Floats) -> Floats:
    """Return the age in weeks of each style in the middle of each period, (styles, periods).

    Counted from the launch date, else from the first period on sale, else from the origin.
    """
    periods = on_sale.shape[1]
    starts = panel.origin - timedelta(days=periods * panel.period_days)
    before_first = (np.cumsum(on_sale, axis=1) == 0).sum(axis=1) * panel.period_days
    launch_day = np.array(
        [
            (style.launched - starts).days if style.launched is not None else before_first[index]
            for index, style in enumerate(panel.styles)
        ],
        dtype=np.float64,
    )
    middles = (np.arange(periods) + 0.5) * panel.period_days
    return np.asarray((middles[None, :] - launch_day[:, None]) / 7.0)


def ages_ahead(panel: DemandPanel, age_weeks: Floats) -> Floats:
    """Return each style's age in weeks in the middle of each period to come, (styles, HORIZON).

    Args:
        panel: The styles.
        age_weeks: Their age in the middle of each period of the panel, (styles, periods).
    """
    weeks = panel.period_days / 7.0
    launched = np.array(
        [
            0.0 if style.launched is None else (panel.origin - style.launched).days / 7.0
            for style in panel.styles
        ]
    )
    periods = age_weeks.shape[1]
    last = age_weeks[:, -1] + weeks / 2 if periods else launched
    return np.asarray(last[:, None] + weeks * (np.arange(HORIZON) + 0.5))
