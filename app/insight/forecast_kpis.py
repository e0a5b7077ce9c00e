"""How right a brand's forecasts were: what was stored before the last weeks, and what they sold."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.catalog.tables import Sku, Style
from app.clock.time import local_day
from app.database.upsert import json_member, json_number
from app.demand.closed_queries import closed_net_units_by_style
from app.demand.panel import Ints
from app.forecasting.model import Floats
from app.forecasting.tables import ForecastRow
from app.insight.kpi import Kpi, quotient
from app.insight.period import Asked
from app.runs.tables import Run
from app.sales.tables import SalesRow

TESTED_DAYS = 28
"""Four weeks: about the lead time of a small run, and long enough for weekly forecasts."""

ROWS_AT_ONCE = 500


@dataclass(frozen=True, eq=False)
class Compared:
    """Units of styles over the tested days, forecast and sold, shape (styles,)."""

    forecast: Floats
    demand: Ints


NONE = Compared(np.zeros(0), np.zeros(0, dtype=np.int64))


def forecast_kpis(session: Session, asked: Asked) -> dict[str, Kpi]:
    """Return the error and the bias of demand over the last four complete weeks of the period.

    Of each style the forecast counts that was the newest when those weeks began; error is the sum
    of absolute errors over styles by the sum of demand, bias the signed sum. Demand is units sold
    less cancelled: where a style was out of stock it lies below what was wanted.
    """
    complete = local_day(asked.at, asked.timezone) - timedelta(days=1)
    after = min(asked.last, complete) + timedelta(days=1)
    start = after - timedelta(days=TESTED_DAYS)
    found = NONE if start < asked.first else compared(session, asked, start, after)
    wanted = int(found.demand.sum())
    off = found.forecast - found.demand
    count = len(off)
    return {
        "forecast_error": quotient("share", float(np.abs(off).sum()), wanted, count=count),
        "forecast_bias": quotient("share", float(off.sum()), wanted, count=count),
    }


def compared(session: Session, asked: Asked, start: date, after: date) -> Compared:
    """Return forecast and demand from `start` on and before `after` of each style forecast then.

    Forecasts are read some at a time, and no more of each than its means: they hold much else.
    """
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
        select(
            Style.id,
            ForecastRow.origin,
            json_number(session, ForecastRow.numbers, "period_days"),
            json_member(session, ForecastRow.numbers, "mean"),
        )
        .join(ForecastRow, ForecastRow.id == newest)
        .where(Style.brand_id == asked.brand.id)
        .order_by(Style.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    if asked.factory is not None:
        query = query.where(Style.id.in_(select(Run.style_id).where(*asked.of(Run))))
    demand = _demand(session, asked.brand.id, start, after)
    found = [NONE]
    for rows in session.execute(query).partitions():
        alike = defaultdict(list)
        for style_id, origin, period_days, means in rows:
            alike[period_days, len(means)].append((style_id, (start - origin).days, means))
        found += [_compared(each, int(days), demand) for (days, _), each in alike.items()]
    return Compared(
        np.concatenate([one.forecast for one in found]),
        np.concatenate([one.demand for one in found]),
    )


def _compared(
    rows: Sequence[tuple[int, int, Sequence[float]]], period_days: int, demand: Mapping[int, int]
) -> Compared:
    """Return the tested days of forecasts with as many and as long periods.

    A period's units are spread evenly over its days; forecasts that end before are left out.

    Args:
        rows: Style, days from the forecast's origin to the first tested day, means by period.
        period_days: How long a period is.
        demand: Units by style.
    """
    skipped = np.array([row[1] for row in rows], dtype=np.int64)
    means = np.array([row[2] for row in rows], dtype=np.float64)
    seen = skipped + TESTED_DAYS <= means.shape[1] * period_days
    styles = [row[0] for row, is_seen in zip(rows, seen.tolist(), strict=True) if is_seen]
    begins = period_days * np.arange(means.shape[1])
    days = (skipped[seen, None] + TESTED_DAYS - begins).clip(0, period_days)
    days -= (skipped[seen, None] - begins).clip(0, period_days)
    units = (means[seen] * days).sum(axis=1) / period_days
    return Compared(units, np.array([demand.get(one, 0) for one in styles], dtype=np.int64))


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
