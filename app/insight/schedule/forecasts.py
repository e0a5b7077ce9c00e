"""Forecast units by week: demand that a brand shares, beyond what is firm and planned here."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np
from sqlalchemy.orm import Session

from app.catalog.queries import skus_of_styles
from app.forecasting.model import HORIZON, Floats, StyleForecast
from app.forecasting.paths import draw_paths
from app.forecasting.queries import forecast_of, latest_forecasts
from app.forecasting.tables import ForecastRow
from app.insight.schedule.model import DAYS_PER_WEEK, Line, Work, monday_of
from app.insight.schedule.queries import offered_styles
from app.parties.access import FactoryRef
from app.parties.tables import Brand

DAYS_AHEAD = 28 * DAYS_PER_WEEK
"""Days of an origin's demand that are read: the schedule's weeks, and a stale origin's."""

PATHS = 512
"""Paths of a draw with known demand: as many as decide."""


def forecast_lines(
    session: Session,
    factory: FactoryRef,
    brands: Sequence[Brand],
    work: Sequence[Work],
    *,
    today: date,
    until: date,
    at: datetime,
) -> tuple[Line, ...]:
    """Return whole units by week, brand and SKU, each due on its week's Monday.

    Expected demand of styles that the factory has an offer for, less the units that its own firm
    and planned work brings by then: the three may be added up. Rounded so that the weeks of a SKU
    add up to the whole.
    """
    known: defaultdict[tuple[str, str], defaultdict[date, int]] = defaultdict(
        lambda: defaultdict(int)
    )
    first = monday_of(today)
    for one in work:
        for line in one.lines:
            known[line.brand, line.sku][max(monday_of(line.due), first)] += line.quantity
    weeks = [
        first + timedelta(days=DAYS_PER_WEEK * week)
        for week in range((until - first).days // DAYS_PER_WEEK)
    ]
    lines: list[Line] = []
    for brand in brands:
        styles = offered_styles(session, brand, factory.id, at=at)
        rows = latest_forecasts(session, list(styles)) if styles else {}
        demand = {style_id: _weekly(row, weeks, today) for style_id, row in rows.items()}
        for ref in skus_of_styles(session, sorted(rows)):
            by_week = demand[ref.style_id].get(ref.code)
            if by_week is None:
                continue
            style = styles[ref.style_id]
            lines += [
                Line(
                    "forecast", brand.code, style, ref.colorway, ref.size, ref.code, week, units
                )
                for week, units in _beyond(by_week, known[brand.code, ref.code], weeks)
            ]  # fmt: skip
    return tuple(sorted(lines, key=lambda one: (one.due, one.brand, one.sku)))


def _weekly(row: ForecastRow, weeks: Sequence[date], today: date) -> dict[str, Floats]:
    """Return the expected demand of each SKU by week, (weeks,), from today on."""
    forecast = forecast_of(row)
    mean = _mean(forecast, row.seed)
    shares = _shares(
        forecast.origin, forecast.period_days, mean.shape[1], weeks[0], len(weeks), today
    )
    return dict(zip(forecast.sku_codes, mean @ shares, strict=True))


@lru_cache(maxsize=256)
def _shares(
    origin: date, period_days: int, periods: int, first: date, weeks: int, today: date
) -> Floats:
    """Return how much of each period lies in each week, day by day, shape (periods, weeks)."""
    shares = np.zeros((periods, weeks))
    for offset in range(periods * period_days):
        day = origin + timedelta(days=offset)
        week = (day - first).days // DAYS_PER_WEEK
        if day >= today and week < weeks:
            shares[offset // period_days, week] += 1 / period_days
    return shares


def _mean(forecast: StyleForecast, seed: int) -> Floats:
    """Return the expected demand of each SKU and period, shape (skus, periods).

    Known demand is in it: then it is read off the paths, whose mean has no formula.
    """
    periods = min(HORIZON, DAYS_AHEAD // forecast.period_days)
    if forecast.known:
        drawn = draw_paths(forecast, periods=periods, paths=PATHS, seed=seed)
        return np.asarray(drawn.mean(axis=1))
    shares = forecast.shares / forecast.shares.sum()
    return np.asarray(shares[:, None] * forecast.mean[None, :periods])


def _beyond(
    demand: Floats, known: Mapping[date, int], weeks: Sequence[date]
) -> list[tuple[date, int]]:
    """Return the weeks and whole units of demand that known work does not serve by then."""
    there, total, shown = 0.0, 0.0, 0
    found = []
    for week, units in zip(weeks, demand, strict=True):
        there += known.get(week, 0)
        served = min(there, float(units))
        there -= served
        total += float(units) - served
        more = round(total) - shown
        if more > 0:
            found.append((week, more))
            shown += more
    return found
