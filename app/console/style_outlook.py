"""A style's past and future, gathered by week for its plots: reads, and nothing decided."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from app.catalog.queries import SkuRef
from app.clock.time import local_day, start_of_day
from app.console.plots.outlook import A_WEEK, Expected, Outlook, Wanted
from app.demand.days import DemandTable, demand_table
from app.demand.position import positions
from app.forecasting.model import Paths, StyleForecast
from app.forecasting.paths import summarise
from app.parties.refs import BrandRef
from app.stock.queries import last_levels, levels_since

HISTORY_WEEKS = 26
FORECAST_WEEKS = 26
LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True, eq=False)
class Past:
    """What was wanted of a style's SKUs, and what there is of them.

    Attributes:
        skus: In the order of the table's rows.
        demand: The days of whole weeks before the brand's today.
        stock: On hand in all at the begin of each week and now, as reported until then.
        inbound: Units on their way by day.
        on_hand: Units now.
        stock_known: Whether a level of any was ever reported.
    """

    skus: Sequence[SkuRef]
    demand: DemandTable
    stock: Sequence[tuple[datetime, int]]
    inbound: Sequence[tuple[date, int]]
    on_hand: int
    stock_known: bool


def past_of(session: Session, brand: BrandRef, skus: Sequence[SkuRef], *, at: datetime) -> Past:
    """Return the last half year of a style's SKUs."""
    ids = [sku.id for sku in skus]
    first = local_day(at, brand.timezone) - HISTORY_WEEKS * A_WEEK
    demand = demand_table(session, brand, ids, first=first, days=7 * HISTORY_WEEKS)
    found = positions(session, ids, at=at)
    on_hand = sum(one.on_hand for one in found.values())
    coming: Counter[date] = Counter()
    for one in found.values():
        for day, units in one.inbound:
            coming[day] += units
    is_known = any(one.stock_known for one in found.values())
    stock = _reported(session, brand, ids, demand, at) if is_known else []
    return Past(skus, demand, [*stock, (at, on_hand)], sorted(coming.items()), on_hand, is_known)


def _reported(
    session: Session, brand: BrandRef, ids: Sequence[int], demand: DemandTable, at: datetime
) -> list[tuple[datetime, int]]:
    """Return what was reported last until each week's begin, from the first that knows any."""
    begin = start_of_day(demand.first, brand.timezone)
    known = {sku: units for sku, (_, units) in last_levels(session, ids, at=begin).items()}
    reports = levels_since(session, ids, after=begin, until=at)
    found: list[tuple[datetime, int]] = []
    index = 0
    for week in range(HISTORY_WEEKS):
        until = start_of_day(demand.first + week * A_WEEK, brand.timezone)
        while index < len(reports) and reports[index][1] <= until:
            known[reports[index][0]] = reports[index][2]
            index += 1
        if known:
            found.append((until, sum(known.values())))
    return found


def outlook_of(
    style: str, brand: BrandRef, past: Past, forecast: StyleForecast | None, drawn: Paths | None
) -> Outlook:
    """Return past and forecast by week; weeks before anything was sold or stocked are left out."""
    weeks = past.demand.units.sum(axis=0).reshape(HISTORY_WEEKS, 7).sum(axis=1)
    shares = past.demand.in_stock.mean(axis=0) if len(past.skus) else np.ones(7 * HISTORY_WEEKS)
    in_stock = shares.reshape(HISTORY_WEEKS, 7).mean(axis=1)
    sold = np.flatnonzero(weeks)
    begin = int(sold[0]) if len(sold) else HISTORY_WEEKS
    history = [
        Wanted(past.demand.first + week * A_WEEK, float(weeks[week]), float(in_stock[week]))
        for week in range(begin, HISTORY_WEEKS)
    ]
    since = history[0].start if history else past.demand.first + HISTORY_WEEKS * A_WEEK
    stock = [
        (day, float(units))
        for day, units in ((local_day(when, brand.timezone), units) for when, units in past.stock)
        if day >= since and past.stock_known
    ]
    inbound = [(day, float(units)) for day, units in past.inbound]
    expected = [] if forecast is None or drawn is None else _expected(forecast, drawn)
    return Outlook(style, history, expected, stock, inbound)


def _expected(forecast: StyleForecast, drawn: Paths) -> list[Expected]:
    each = 7 // forecast.period_days
    total = drawn.sum(axis=0, keepdims=True)
    weeks = min(total.shape[2] // each, FORECAST_WEEKS)
    by_week = total[:, :, : weeks * each].reshape(1, -1, weeks, each).sum(axis=3)
    said = summarise(by_week, LEVELS)
    p10, p50, p90 = said.quantiles[:, 0]
    return [
        Expected(
            forecast.origin + timedelta(weeks=week),
            float(said.mean[0, week]),
            float(p10[week]),
            float(p50[week]),
            float(p90[week]),
        )
        for week in range(weeks)
    ]


def sizes_of(
    past: Past, forecast: StyleForecast | None
) -> list[tuple[str, float | None, float | None]]:
    """Return each size's share of what sold a day in stock, and its share of the forecast."""
    names = list(dict.fromkeys(sku.size for sku in past.skus))
    in_stock = past.demand.in_stock >= 1
    days = in_stock.sum(axis=1)
    rates = (past.demand.units * in_stock).sum(axis=1) / np.maximum(days, 1)
    split = {} if forecast is None else dict(zip(forecast.sku_codes, forecast.shares, strict=True))
    sold = dict.fromkeys(names, 0.0)
    expected = dict.fromkeys(names, 0.0)
    for sku, rate in zip(past.skus, rates, strict=True):
        sold[sku.size] += float(rate)
        expected[sku.size] += float(split.get(sku.code, 0.0))
    return [(name, _share(sold, name), _share(expected, name)) for name in names]


def _share(amounts: dict[str, float], name: str) -> float | None:
    total = sum(amounts.values())
    return amounts[name] / total if total else None
