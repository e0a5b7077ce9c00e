"""Build the panels that forecasts are made from."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.catalog.queries import SkuRef
from app.catalog.tables import Style
from app.demand.frequency import WATCHED_DAYS, is_dense, is_short_lived
from app.demand.history import History, read_history
from app.demand.panel import DemandPanel, Ints, PanelStyle
from app.parties.refs import BrandRef

DAILY_PERIODS = 182
"""Half a year of days: what a style with at most a quarter to live is read from."""


def build_panels(
    session: Session,
    brand: BrandRef,
    style_ids: Sequence[int],
    *,
    origin: date,
    history_periods: int = 104,
    period_days: int | None = None,
) -> list[DemandPanel]:
    """Return the styles' demand before the origin as panels, at most one in days and one in weeks.

    Every style with an active SKU is in exactly one, sold or not; inactive SKUs are left out.
    Events of the origin and later are not seen, wherever their demand would belong.

    Args:
        session: A read transaction.
        brand: Whose styles they are; its zone says what a day is.
        style_ids: Which styles; the panels order them by id.
        origin: The brand-local day the plan starts.
        history_periods: Weeks to look back at most.
        period_days: 1 or 7 to have all styles in one panel; None chooses by their density.
    """
    history = read_history(session, brand, style_ids, origin=origin, weeks=history_periods)
    if history is None:
        return []
    if period_days is None:
        daily = _sold_densely(history)
    else:
        daily = np.full(len(history.styles), period_days == 1)
    return [
        _panel(history, chosen, length)
        for length, chosen in ((1, daily), (7, ~daily))
        if chosen.any()
    ]


def _sold_densely(history: History) -> NDArray[np.bool_]:
    """Say which styles are short-lived and sold densely in the last four weeks."""
    ends = [is_short_lived(style.end_of_life_date, history.origin) for style in history.styles]
    dense = np.array(ends)
    if not dense.any():
        return dense
    days = min(WATCHED_DAYS, history.days)
    exposure, in_stock = history.seen(days, step=1)
    demand = history.units.demand[:, -days:]
    for style in np.flatnonzero(dense):
        own = history.style_of == style
        on_sale = (exposure[own] * in_stock[own]).mean(axis=0)
        dense[style] = is_dense(demand[own].sum(axis=0), on_sale)
    return dense


def _panel(history: History, chosen: NDArray[np.bool_], length: int) -> DemandPanel:
    """Return the chosen styles in periods of that many days."""
    days = min(history.days, DAILY_PERIODS) if length == 1 else history.days
    exposure, in_stock = history.seen(days, step=length)
    keep = chosen[history.style_of]
    skus = [sku for sku, kept in zip(history.skus, keep, strict=True) if kept]
    return DemandPanel(
        origin=history.origin,
        period_days=length,
        styles=tuple(
            _panel_style(style, launched)
            for style, launched, kept in zip(history.styles, history.launched, chosen, strict=True)
            if kept
        ),
        sku_ids=tuple(sku.id for sku in skus),
        sku_codes=tuple(sku.code for sku in skus),
        style_of=(np.cumsum(chosen) - 1)[history.style_of[keep]],
        colorways=_colorways(skus),
        demand=_by_period(history.units.demand[keep, -days:], length),
        in_stock_share=in_stock[keep],
        exposure=exposure[keep],
        returned=_by_period(history.units.returned[keep, -days:], length),
        sizes=tuple(sku.size for sku in skus),
    )


def _panel_style(style: Style, launched: date | None) -> PanelStyle:
    return PanelStyle(
        id=style.id,
        code=style.code,
        category=style.category,
        price=float(style.price),
        attributes=style.attributes,
        like=tuple(style.like),
        launched=launched,
        end_of_life=style.end_of_life_date,
    )


def _by_period(units: Ints, length: int) -> Ints:
    """Sum days to periods; the number of days is a multiple of their length."""
    return np.asarray(units.reshape(len(units), -1, length).sum(axis=2))


def _colorways(skus: Sequence[SkuRef]) -> Ints:
    """Number the colorways: the same one only within a style."""
    numbers: dict[tuple[int, str], int] = {}
    for sku in skus:
        numbers.setdefault((sku.style_id, sku.colorway), len(numbers))
    return np.array([numbers[sku.style_id, sku.colorway] for sku in skus], dtype=np.int64)
