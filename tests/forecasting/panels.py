"""Panels written by hand: one row of demand is one SKU."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.demand.panel import DemandPanel, PanelStyle
from app.forecasting.model import HORIZON, StyleForecast

ORIGIN = date(2026, 6, 1)


def style(
    code: str = "S1",
    *,
    category: str | None = None,
    like: tuple[str, ...] = (),
    launched: date | None = None,
    end_of_life: date | None = None,
    successor: str | None = None,
    successor_launch: date | None = None,
    predecessors: tuple[str, ...] = (),
) -> PanelStyle:
    return PanelStyle(
        id=1,
        code=code,
        category=category,
        price=39.0,
        attributes={},
        like=like,
        launched=launched,
        end_of_life=end_of_life,
        successor=successor,
        successor_launch=successor_launch,
        predecessors=predecessors,
    )


def panel(
    demand: ArrayLike,
    *,
    in_stock: ArrayLike | None = None,
    exposure: ArrayLike | None = None,
    style_of: Sequence[int] | None = None,
    styles: Sequence[PanelStyle] | None = None,
    period_days: int = 7,
    sizes: tuple[str, ...] = (),
    orders: ArrayLike | None = None,
    largest: ArrayLike | None = None,
    colorway_labels: tuple[str, ...] = (),
) -> DemandPanel:
    units = np.atleast_2d(np.asarray(demand, dtype=np.int64))
    skus, periods = units.shape
    of = np.zeros(skus, dtype=np.int64) if style_of is None else np.asarray(style_of)
    count = int(of.max()) + 1 if skus else 0
    counted = {
        name: np.atleast_2d(np.asarray(values, dtype=np.int64))
        for name, values in (("orders", orders), ("largest", largest))
        if values is not None
    }
    return DemandPanel(
        origin=ORIGIN,
        period_days=period_days,
        styles=tuple(styles or [style(f"S{index + 1}") for index in range(count)]),
        sku_ids=tuple(range(skus)),
        sku_codes=tuple(f"K{index + 1}" for index in range(skus)),
        style_of=of,
        colorways=np.unique(colorway_labels or ("",) * skus, return_inverse=True)[1],
        demand=units,
        in_stock_share=_filled(in_stock, (skus, periods)),
        exposure=_filled(exposure, (skus, periods)),
        returned=np.zeros((skus, periods), dtype=np.int64),
        sizes=sizes,
        colorway_labels=colorway_labels,
        **counted,
    )


def _filled(values: ArrayLike | None, shape: tuple[int, int]) -> NDArray[np.float64]:
    return np.broadcast_to(np.asarray(1.0 if values is None else values, float), shape).copy()


def weeks_ago(weeks: int) -> date:
    return ORIGIN - timedelta(weeks=weeks)


def forecast(
    *,
    mean: float = 10.0,
    scale_cv: float = 0.5,
    dispersion: float = 2.0,
    shares: Sequence[float] = (20.0, 10.0, 10.0),
) -> StyleForecast:
    return StyleForecast(
        style_code="S1",
        origin=ORIGIN,
        period_days=7,
        layer="launch",
        model="launch posterior",
        mean=np.full(HORIZON, mean),
        scale_cv=scale_cv,
        dispersion=dispersion,
        sku_codes=tuple(f"K{index + 1}" for index in range(len(shares))),
        shares=np.array(shares, dtype=np.float64),
        notes=({"code": "prior_weight", "value": 0.25},),
    )
