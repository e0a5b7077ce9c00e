"""The demand of one SKU, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy.orm import Session

from app.clock.time import start_of_day
from app.demand.calendar import day_starts, share_of
from app.demand.panel import Floats, Ints
from app.demand.queries import units_by_day
from app.demand.stock_queries import stock_outs
from app.demand.stockouts import time_out
from app.parties.refs import BrandRef


@dataclass(frozen=True)
class DemandDay:
    """What was wanted of a SKU on a brand-local day, and how well that could be seen."""

    date: date
    sold_units: int
    cancelled_units: int
    returned_units: int
    demand_units: int
    in_stock_share: float
    censored: bool


@dataclass(frozen=True, eq=False)
class DemandTable:
    """Demand of several SKUs by brand-local day, oldest first.

    Attributes:
        first: The first day.
        units: Demanded, shape (skus, days).
        in_stock: Share of the day that each was not reported out of stock, shape (skus, days).
    """

    first: date
    units: Ints
    in_stock: Floats


def demand_table(
    session: Session, brand: BrandRef, sku_ids: Sequence[int], *, first: date, days: int
) -> DemandTable:
    """Return what was wanted of these SKUs on each of `days` days, and how well it was seen."""
    units = units_by_day(session, sku_ids, first=first, days=days).demand
    bounds = day_starts(first, days, brand.timezone)
    end = start_of_day(first + timedelta(days=days), brand.timezone)
    out = time_out(stock_outs(session, sku_ids, before=end), bounds, len(sku_ids))
    return DemandTable(first, units, 1.0 - share_of(out, np.diff(bounds)))


def demand_days(
    session: Session, brand: BrandRef, sku_id: int, *, first: date, last: date
) -> list[DemandDay]:
    """Return a row for each day from `first` to `last`, both included."""
    days = (last - first).days + 1
    units = units_by_day(session, [sku_id], first=first, days=days)
    bounds = day_starts(first, days, brand.timezone)
    end = start_of_day(last + timedelta(days=1), brand.timezone)
    out = time_out(stock_outs(session, [sku_id], before=end), bounds, 1)[0]
    in_stock = 1.0 - share_of(out, np.diff(bounds))
    demand = units.demand[0]
    return [
        DemandDay(
            date=first + timedelta(days=index),
            sold_units=int(units.sold[0, index]),
            cancelled_units=int(units.cancelled[0, index]),
            returned_units=int(units.returned[0, index]),
            demand_units=int(demand[index]),
            in_stock_share=float(in_stock[index]),
            censored=bool(out[index] > 0),
        )
        for index in range(days)
    ]
