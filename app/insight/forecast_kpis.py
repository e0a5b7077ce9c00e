"""How right a brand's forecasts were: what was stored before the last weeks, and what they sold."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.catalog.tables import Sku, Style
from app.clock.time import local_day
from app.demand.closed_queries import closed_net_units_by_style
from app.forecasting.tables import ForecastRow
from app.insight.kpi import Kpi, quotient
from app.insight.period import Asked
from app.runs.tables import Run
from app.sales.tables import SalesRow

TESTED_DAYS = 28
"""Four weeks: about the lead time of a small run, and long enough for weekly forecasts."""

ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Compared:
    """Units of styles over the tested days."""

    forecast: float
    demand: int


def forecast_kpis(session: Session, asked: Asked) -> dict[str, Kpi]:
    """Return the error and the bias of demand over the last four complete weeks of the period.

    Of each style the forecast counts that was the newest when those weeks began; error is the sum
    of absolute errors over styles by the sum of demand, bias the signed sum. Demand is units sold
    less cancelled: where a style was out of stock it lies below what was wanted.
    """
    complete = local_day(asked.at, asked.timezone) - timedelta(days=1)
    after = min(asked.last, complete) + timedelta(days=1)
    start = after - timedelta(days=TESTED_DAYS)
    found = [] if start < asked.first else compared(session, asked, start, after)
    wanted = sum(one.demand for one in found)
    error = sum(abs(one.forecast - one.demand) for one in found)
    signed = sum(one.forecast - one.demand for one in found)
    return {
        "forecast_error": quotient("share", error, wanted, count=len(found)),
        "forecast_bias": quotient("share", signed, wanted, count=len(found)),
    }


def compared(session: Session, asked: Asked, start: date, after: date) -> list[Compared]:
    """Return forecast and demand from `start` on and before `after` of each style forecast then."""
    assert asked.brand is not None, "forecasts are a brand's"
    newest = (
        select(ForecastRow.id)
        .where(ForecastRow.style_id == Style.id, ForecastRow.origin <= start)
        .order_by(ForecastRow.id.desc())
        .limit(1)
        .correlate(Style)
        .scalar_subquery()
    )
    query = (
        select(Style.id, ForecastRow.origin, ForecastRow.numbers)
        .join(ForecastRow, ForecastRow.id == newest)
        .where(Style.brand_id == asked.brand.id)
        .order_by(Style.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    if asked.factory is not None:
        query = query.where(Style.id.in_(select(Run.style_id).where(*asked.of(Run))))
    demand = _demand(session, asked.brand.id, start, after)
    return [
        Compared(units, demand.get(style_id, 0))
        for style_id, origin, numbers in session.execute(query)
        if (units := _between(numbers["mean"], numbers["period_days"], origin, start, after))
        is not None
    ]


def _between(
    means: list[float], period_days: int, origin: date, start: date, after: date
) -> float | None:
    """Return the units forecast for those days; None where the forecast does not reach them.

    A period's units are spread evenly over its days.
    """
    ends = period_days * np.arange(len(means) + 1)
    first, last = (start - origin).days, (after - origin).days
    if last > ends[-1]:
        return None
    units = np.interp([first, last], ends, np.concatenate([[0.0], np.cumsum(means)]))
    return float(units[1] - units[0])


def _demand(session: Session, brand_id: int, start: date, after: date) -> dict[int, int]:
    net = case(
        (SalesRow.kind == "sale", SalesRow.quantity),
        (SalesRow.kind == "cancellation", -SalesRow.quantity),
        else_=0,
    )
    query = (
        select(Sku.style_id, func.sum(net))
        .join(SalesRow, SalesRow.sku_id == Sku.id)
        .where(Sku.brand_id == brand_id, SalesRow.day >= start, SalesRow.day < after)
        .group_by(Sku.style_id)
    )
    found = Counter({style_id: int(units) for style_id, units in session.execute(query)})
    found.update(closed_net_units_by_style(session, brand_id, first=start, after=after))
    return {style_id: max(0, units) for style_id, units in found.items()}
