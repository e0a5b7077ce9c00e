"""Figures of a brand's shelf: sell-through, fill rate, leftovers, and what owning it all cost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.catalog.tables import Sku, Style
from app.clock.time import start_of_day
from app.demand.calendar import microseconds
from app.demand.closed_queries import closed_net_units
from app.demand.panel import Ints
from app.demand.position import Position, positions
from app.demand.stock_queries import stock_outs
from app.demand.stockouts import time_out
from app.insight.kpi import TICK, Kpi, quotient
from app.insight.kpi_queries import AcceptedRun
from app.insight.period import Asked
from app.runs.tables import Run
from app.sales.tables import SalesRow


@dataclass(frozen=True, eq=False)
class Shelf:
    """Every SKU of the styles asked for, and what it sold in the period, in one order.

    Attributes:
        holding: Cost of a unit and week on the shelf.
        has_ended: Its style's life was over by the end of the period.
        sold: Units sold less cancelled, never below 0, shape (skus,).
    """

    sku_ids: Sequence[int]
    holding: Sequence[Decimal]
    salvage: Sequence[Decimal]
    has_ended: Sequence[bool]
    sold: Ints


def read_shelf(session: Session, asked: Asked) -> Shelf:
    """Return the brand's shelf; with a factory, of the styles it has made runs of."""
    assert asked.brand is not None, "a shelf is a brand's"
    query = (
        select(
            Sku.id,
            Style.holding_cost_per_unit_week,
            Style.salvage_value,
            Style.end_of_life_date,
            Style.planning,
        )
        .join(Style, Style.id == Sku.style_id)
        .where(Sku.brand_id == asked.brand.id)
        .order_by(Sku.id)
    )
    if asked.factory is not None:
        query = query.where(Sku.style_id.in_(select(Run.style_id).where(*asked.of(Run))))
    rows = session.execute(query).all()
    sold = _net_sold(session, asked)
    return Shelf(
        sku_ids=[row[0] for row in rows],
        holding=[row[1] for row in rows],
        salvage=[row[2] for row in rows],
        has_ended=[_is_over(row[3], row[4], asked.last) for row in rows],
        sold=np.array([sold.get(row[0], 0) for row in rows], dtype=np.int64),
    )


def _is_over(end: date | None, planning: str, last: date) -> bool:
    return planning == "ended" or (end is not None and end <= last)


def _net_sold(session: Session, asked: Asked) -> dict[int, int]:
    assert asked.brand is not None, "sales are a brand's"
    net = case(
        (SalesRow.kind == "sale", SalesRow.quantity),
        (SalesRow.kind == "cancellation", -SalesRow.quantity),
        else_=0,
    )
    query = (
        select(SalesRow.sku_id, func.sum(net))
        .join(Sku, Sku.id == SalesRow.sku_id)
        .where(Sku.brand_id == asked.brand.id)
        .where(SalesRow.day >= asked.first, SalesRow.day <= asked.last)
        .group_by(SalesRow.sku_id)
    )
    found = Counter({sku_id: int(units) for sku_id, units in session.execute(query)})
    after = asked.last + timedelta(days=1)
    found.update(closed_net_units(session, asked.brand.id, Sku.id, first=asked.first, after=after))
    return {sku_id: max(0, units) for sku_id, units in found.items()}


def shelf_kpis(session: Session, asked: Asked, runs: Sequence[AcceptedRun]) -> dict[str, Kpi]:
    """Return the figures of the shelf over the period; SKUs without any report say nothing."""
    shelf = read_shelf(session, asked)
    end = min(asked.until, asked.at)
    closing = positions(session, shelf.sku_ids, at=end)
    opening = positions(session, shelf.sku_ids, at=asked.since)
    known = [index for index, key in enumerate(shelf.sku_ids) if closing[key].stock_known]
    left = {index: closing[shelf.sku_ids[index]].on_hand for index in known}
    sold = int(shelf.sold[known].sum())
    ended = [index for index in known if shelf.has_ended[index]]
    over = sum(left[index] for index in ended)
    gone = int(shelf.sold[ended].sum())
    return {
        "sell_through": quotient("share", sold, sold + sum(left.values()), count=len(known)),
        "fill_rate": _fill_rate(session, asked, shelf, end, known),
        "leftovers": quotient("share", over, over + gone, count=len(ended)),
        "total_cost_of_ownership": _ownership(asked, shelf, runs, opening, closing, end),
    }


def _fill_rate(
    session: Session, asked: Asked, shelf: Shelf, end: datetime, known: Sequence[int]
) -> Kpi:
    """Return units served of units wanted.

    What was wanted while a SKU was out of stock is reckoned at its rate of the days in stock.
    """
    ids = [shelf.sku_ids[index] for index in known]
    begun = start_of_day(asked.first, asked.timezone)
    if not ids or end <= begun:
        return Kpi("share", denominator=0)
    bounds = np.array([microseconds(begun), microseconds(end + timedelta(seconds=1))])
    whole = int(bounds[1] - bounds[0])
    out = time_out(stock_outs(session, ids, before=end), bounds, len(ids))[:, 0]
    sold = shelf.sold[known]
    rate = np.divide(sold, whole - out, out=np.zeros(len(ids)), where=out < whole)
    served = int(sold.sum())
    wanted = round(served + float((rate * out).sum()), 1)
    return quotient("share", served, wanted, count=len(ids))


def _ownership(
    asked: Asked,
    shelf: Shelf,
    runs: Sequence[AcceptedRun],
    opening: dict[int, Position],
    closing: dict[int, Position],
    end: datetime,
) -> Kpi:
    """Return what a unit ordered cost in all: making, holding, less what leftovers fetch.

    Stock is held at the mean of what there was when the period began and when it ended.
    """
    assert asked.brand is not None, "a brand's own figure"
    weeks = Decimal(max(0, int((end - asked.since).total_seconds()))) / (7 * 86_400)
    cost = sum((run.total_cost for run in runs), start=Decimal(0))
    for key, holding, salvage, has_ended in zip(
        shelf.sku_ids, shelf.holding, shelf.salvage, shelf.has_ended, strict=True
    ):
        held = Decimal(opening[key].on_hand + closing[key].on_hand) / 2
        cost += holding * held * weeks
        cost -= salvage * closing[key].on_hand if has_ended else 0
    units = sum(run.quantity for run in runs)
    unit = f"{asked.brand.currency}/unit"
    return quotient(unit, cost.quantize(TICK), units, count=len(runs))
