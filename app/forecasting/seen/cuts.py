"""A brand's weekly past as it stood some weeks ago: what evaluation and calibration learn from."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from app.demand.panel import DemandPanel, PanelStyle
from app.demand.panel_parts import part


def before(panel: DemandPanel, weeks_back: int, *, announced_weeks: int = 0) -> DemandPanel:
    """Return a weekly panel as it stood so many weeks before its origin.

    Nothing of the cut's day and later is left. A style whose launch lies there is dropped: its
    launch date may be its first sale, and nobody knew. So is a SKU that went on sale later than
    the others of its style, and the launch day of a successor. A stated end of life stays: it is
    a plan. Known demand goes: when the brand came to know of it is not told.

    Args:
        panel: A brand's past in weeks.
        weeks_back: Weeks before the panel's origin, 0 to the panel's periods.
        announced_weeks: Launches less than so many weeks after the cut count as announced: the
            style stays with all its SKUs, and has not sold.

    Raises:
        ValueError: If the panel is not in weeks, or does not reach back so far.
    """
    periods = panel.demand.shape[1]
    if panel.period_days != 7 or not 0 <= weeks_back <= periods:
        raise ValueError(f"{periods} periods of {panel.period_days} days, cut {weeks_back} weeks")
    origin = panel.origin - timedelta(weeks=weeks_back)
    known_until = origin + timedelta(weeks=max(announced_weeks, 0))
    on_sale = (panel.exposure[:, : periods - weeks_back] > 0).any(axis=1)
    some_on_sale = np.bincount(panel.style_of, on_sale, minlength=len(panel.styles)) > 0
    known = np.array(
        [
            some if style.launched is None else style.launched < known_until
            for style, some in zip(panel.styles, some_on_sale, strict=True)
        ],
        dtype=np.bool_,
    )
    skus = known[panel.style_of] & (on_sale | ~some_on_sale[panel.style_of])
    cut = part(panel, known, skus=skus)
    past = slice(0, periods - weeks_back)
    return replace(
        cut,
        origin=origin,
        styles=tuple(_without_later_successor(style, known_until) for style in cut.styles),
        demand=cut.demand[:, past],
        in_stock_share=cut.in_stock_share[:, past],
        exposure=cut.exposure[:, past],
        returned=cut.returned[:, past],
        orders=cut.orders[:, past],
        largest=cut.largest[:, past],
        contracted=cut.contracted[:, past],
        known=(),
    )


def _without_later_successor(style: PanelStyle, known_until: date) -> PanelStyle:
    """Return a style without the launch day of its successor where nobody knew of it yet."""
    if style.successor_launch is None or style.successor_launch < known_until:
        return style
    return replace(style, successor_launch=None)
