"""Put a style's paths, position and offers into the shape that planning decides on."""

from collections.abc import Sequence
from datetime import date
from math import ceil
from typing import cast

import numpy as np
from numpy.typing import NDArray

from app.catalog.queries import SkuRef
from app.catalog.tables import Style
from app.demand.position import Position
from app.demand.return_law import ReturnLaw
from app.forecasting.model import HORIZON, Paths
from app.planning import Integers, OfferTerms, PreviousPlan, Situation, StyleEconomics

OPEN_WEEKS = 26
"""Weeks a plan looks ahead where no end of life is near."""

LONGEST_WEEKS = 52
"""A style that ends within this many weeks is planned to its end."""


def end_period(
    style: Style, origin: date, offers: Sequence[OfferTerms], review_days: int, period_days: int
) -> int | None:
    """Return the periods from the origin to the end of life, the one it lies in counted.

    None where none is in sight. It is where the slowest offer has the plan look so far ahead: what
    lands after it is of no use.
    """
    if style.end_of_life_date is None:
        return None
    days = _days_left(style.end_of_life_date, origin)
    if days > max(LONGEST_WEEKS * 7, _open_days(offers, review_days)):
        return None
    return ceil(days / period_days)


def _days_left(last_day: date, origin: date) -> int:
    """Return the days from the origin to a last day, both counted; none where it is over."""
    return max(0, (last_day - origin).days + 1)


def _last_period_days(style: Style, origin: date, end: int | None, period_days: int) -> int | None:
    """Return the days of life in the period that it ends in; None where it fills it."""
    if style.end_of_life_date is None or not end:
        return None
    return _days_left(style.end_of_life_date, origin) % period_days or None


def horizon(end: int | None, offers: Sequence[OfferTerms], review_days: int, period: int) -> int:
    """Return how many periods to draw: to the end of life, else past two later runs."""
    if end is not None:
        return min(max(end, 1), HORIZON)
    return min(ceil(_open_days(offers, review_days) / period), HORIZON)


def _open_days(offers: Sequence[OfferTerms], review_days: int) -> int:
    slowest = max((offer.lead_time_days for offer in offers), default=0.0)
    return max(OPEN_WEEKS * 7, ceil(slowest + 2 * review_days) + OPEN_WEEKS * 7 // 2)


def situation(
    style: Style,
    skus: Sequence[SkuRef],
    demand: Paths,
    positions: Sequence[Position],
    offers: tuple[OfferTerms, ...],
    *,
    origin: date,
    period_days: int,
    end: int | None,
    review_days: int,
    returns: ReturnLaw,
    returning: NDArray[np.int64],
    previous: PreviousPlan | None,
) -> Situation:
    """Return what `planning.decide` is asked; SKUs, paths and positions in the same order.

    What is `returning` of units already sold arrives like anything else on its way.
    """
    labels = sorted({ref.colorway for ref in skus})
    return Situation(
        demand=cast("Integers", demand),  # 32 bits wide: planning reads any whole numbers
        colorways=np.array([labels.index(ref.colorway) for ref in skus], dtype=np.int64),
        on_hand=np.array([position.on_hand for position in positions], dtype=np.int64),
        inbound=_inbound(positions, origin, period_days, demand.shape[2]) + returning,
        period_days=period_days,
        end_period=end,
        review_period_days=review_days,
        economics=StyleEconomics(
            price=float(style.price),
            salvage_value=float(style.salvage_value),
            holding_cost_per_unit_week=float(style.holding_cost_per_unit_week),
            lost_sale_cost=float(style.lost_sale_cost),
            backorder_share=style.backorder_share,
            return_rate=returns.rate,
            resalable_share=style.resalable_share,
            return_delay_days=round(7 * returns.mean_delay_weeks, 2),
        ),
        offers=offers,
        previous=previous,
        last_period_days=_last_period_days(style, origin, end, period_days),
    )


def _inbound(
    positions: Sequence[Position], origin: date, period_days: int, periods: int
) -> NDArray[np.int64]:
    """Return expected units by the nearest period start; what is overdue counts as due now."""
    units = np.zeros((len(positions), periods), dtype=np.int64)
    for index, position in enumerate(positions):
        for due, quantity in position.inbound:
            period = round(max((due - origin).days, 0) / period_days)
            if period < periods:
                units[index, period] += quantity
    return units
