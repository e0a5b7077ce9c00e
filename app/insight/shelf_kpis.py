"""Figures of a brand's shelf: sell-through, fill rate, leftovers, and what owning it all cost.

The shelf is read and summed a portion of SKUs at a time, so that memory does not grow with it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.catalog.tables import Sku, Style
from app.clock.time import start_of_day
from app.database.upsert import one_of
from app.demand.calendar import microseconds
from app.demand.closed_queries import closed_net_units
from app.demand.panel import Ints
from app.demand.position import on_hand
from app.demand.stock_queries import stock_outs
from app.demand.stockouts import time_out
from app.insight.kpi import TICK, Kpi, quotient
from app.insight.kpi_queries import AcceptedRun
from app.insight.period import Asked
from app.runs.tables import Run
from app.sales.tables import SalesRow

SKUS_AT_ONCE = 5_000

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Costs:
    """What a style's units cost to hold for a week, and fetch when its life is over.

    `has_ended` says that it was over by the end of the period.
    """

    holding: Decimal
    salvage: Decimal
    has_ended: bool


@dataclass(frozen=True, eq=False)
class Shelf:
    """SKUs whose stock was reported by the end of the period; all arrays of shape (skus,).

    Attributes:
        styles: Of the SKUs, in the order that `style_of` counts.
        sold: Units sold less cancelled in the period, never below 0.
        before: Units on the shelf when it began.
        left: Units on the shelf when it ended.
    """

    sku_ids: Sequence[int]
    styles: Sequence[Costs]
    style_of: Ints
    sold: Ints
    before: Ints
    left: Ints

    @property
    def has_ended(self) -> BoolArray:
        """Say of each SKU whether its style's life was over."""
        ended = np.array([one.has_ended for one in self.styles], dtype=bool)
        return ended[self.style_of]

    def of_styles(self, units: Ints) -> list[int]:
        """Return the units of each style."""
        summed = np.zeros(len(self.styles), dtype=np.int64)
        np.add.at(summed, self.style_of, units)
        return [int(one) for one in summed]


@dataclass(frozen=True, slots=True)
class Tally:
    """What SKUs come to together.

    Attributes:
        skus: How many they are; `ended_skus`, of styles whose life is over.
        sold: Units sold less cancelled in the period; `ended_sold`, of ended styles.
        left: Units on the shelf at its end; `ended_left`, of ended styles.
        missed: Units wanted while there was no stock, at the rate of the days in stock.
        held_a_week: Cost of holding for a week what lay there on average.
        fetched: What leftovers of ended styles are worth.
    """

    skus: int = 0
    ended_skus: int = 0
    sold: int = 0
    ended_sold: int = 0
    left: int = 0
    ended_left: int = 0
    missed: float = 0.0
    held_a_week: Decimal = Decimal(0)
    fetched: Decimal = Decimal(0)

    def __add__(self, other: "Tally") -> "Tally":
        """Return what both come to."""
        return Tally(
            self.skus + other.skus,
            self.ended_skus + other.ended_skus,
            self.sold + other.sold,
            self.ended_sold + other.ended_sold,
            self.left + other.left,
            self.ended_left + other.ended_left,
            self.missed + other.missed,
            self.held_a_week + other.held_a_week,
            self.fetched + other.fetched,
        )


def shelf_kpis(session: Session, asked: Asked, runs: Sequence[AcceptedRun]) -> dict[str, Kpi]:
    """Return the figures of the shelf over the period; SKUs without any report say nothing."""
    assert asked.brand is not None, "a shelf is a brand's"
    found = sum((tally(session, asked, shelf) for shelf in shelves(session, asked)), start=Tally())
    unsold = found.ended_left
    wanted = round(found.sold + found.missed, 1)
    has_begun = _end(asked) > start_of_day(asked.first, asked.timezone)
    weeks = Decimal(max(0, int((_end(asked) - asked.since).total_seconds()))) / (7 * 86_400)
    made = sum((run.total_cost for run in runs), start=Decimal(0))
    cost = (made + found.held_a_week * weeks - found.fetched).quantize(TICK)
    units = sum(run.quantity for run in runs)
    currency = asked.brand.currency
    return {
        "sell_through": quotient("share", found.sold, found.sold + found.left, count=found.skus),
        "fill_rate": quotient("share", found.sold, wanted, count=found.skus)
        if has_begun
        else Kpi("share", denominator=0),
        "leftovers": quotient("share", unsold, unsold + found.ended_sold, count=found.ended_skus),
        "total_cost_of_ownership": quotient(f"{currency}/unit", cost, units, count=len(runs)),
    }


def shelves(session: Session, asked: Asked) -> Iterator[Shelf]:
    """Yield the brand's shelf in portions; with a factory, of the styles it has made runs of."""
    assert asked.brand is not None, "a shelf is a brand's"
    query = (
        select(Sku.id, Sku.style_id)
        .where(Sku.brand_id == asked.brand.id)
        .order_by(Sku.id)
        .limit(SKUS_AT_ONCE)
    )
    if asked.factory is not None:
        query = query.where(Sku.style_id.in_(select(Run.style_id).where(*asked.of(Run))))
    after = 0
    while rows := session.execute(query.where(Sku.id > after)).all():
        after = rows[-1][0]
        yield _shelf(session, asked, {row[0]: row[1] for row in rows})


def _shelf(session: Session, asked: Asked, skus: Mapping[int, int]) -> Shelf:
    """Return those of the SKUs, given with their styles, whose stock was reported."""
    closing = on_hand(session, list(skus), at=_end(asked))
    ids = [sku_id for sku_id in skus if sku_id in closing]
    opening = on_hand(session, ids, at=asked.since)
    sold = _net_sold(session, asked, ids)
    costs = _costs(session, asked, sorted({skus[key] for key in ids}))
    place = {style_id: index for index, style_id in enumerate(costs)}
    return Shelf(
        sku_ids=ids,
        styles=list(costs.values()),
        style_of=np.array([place[skus[key]] for key in ids], dtype=np.int64),
        sold=np.array([sold.get(key, 0) for key in ids], dtype=np.int64),
        before=np.array([opening.get(key, 0) for key in ids], dtype=np.int64),
        left=np.array([closing[key] for key in ids], dtype=np.int64),
    )


def _costs(session: Session, asked: Asked, style_ids: Sequence[int]) -> dict[int, Costs]:
    query = select(
        Style.id,
        Style.holding_cost_per_unit_week,
        Style.salvage_value,
        Style.end_of_life_date,
        Style.planning,
    ).where(one_of(session, Style.id, style_ids))
    return {
        style_id: Costs(holding, salvage, _is_over(end, planning, asked.last))
        for style_id, holding, salvage, end, planning in session.execute(query)
    }


def _end(asked: Asked) -> datetime:
    """Return the end of the period, or now where it is not over."""
    return min(asked.until, asked.at)


def _is_over(end: date | None, planning: str, last: date) -> bool:
    return planning == "ended" or (end is not None and end <= last)


def _net_sold(session: Session, asked: Asked, sku_ids: Sequence[int]) -> dict[int, int]:
    net = case(
        (SalesRow.kind == "sale", SalesRow.quantity),
        (SalesRow.kind == "cancellation", -SalesRow.quantity),
        else_=0,
    )
    query = (
        select(SalesRow.sku_id, func.sum(net))
        .where(one_of(session, SalesRow.sku_id, sku_ids))
        .where(SalesRow.day >= asked.first, SalesRow.day <= asked.last)
        .group_by(SalesRow.sku_id)
    )
    found = Counter({sku_id: int(units) for sku_id, units in session.execute(query)})
    after = asked.last + timedelta(days=1)
    found.update(closed_net_units(session, sku_ids, first=asked.first, after=after))
    return {sku_id: max(0, units) for sku_id, units in found.items()}


def tally(session: Session, asked: Asked, shelf: Shelf) -> Tally:
    """Return what a portion of the shelf comes to over the period.

    Stock is held at the mean of what there was when the period began and when it ended.
    """
    ended = shelf.has_ended
    held = zip(shelf.styles, shelf.of_styles(shelf.before + shelf.left), strict=True)
    fetched = zip(shelf.styles, shelf.of_styles(shelf.left * ended), strict=True)
    return Tally(
        skus=len(shelf.sku_ids),
        ended_skus=int(ended.sum()),
        sold=int(shelf.sold.sum()),
        ended_sold=int(shelf.sold[ended].sum()),
        left=int(shelf.left.sum()),
        ended_left=int(shelf.left[ended].sum()),
        missed=_missed(session, asked, shelf),
        held_a_week=sum((one.holding * units for one, units in held), start=Decimal(0)) / 2,
        fetched=sum((one.salvage * units for one, units in fetched), start=Decimal(0)),
    )


def _missed(session: Session, asked: Asked, shelf: Shelf) -> float:
    """Return units wanted while out of stock, at each SKU's rate of the days in stock."""
    begun = start_of_day(asked.first, asked.timezone)
    if _end(asked) <= begun:
        return 0.0
    bounds = np.array([microseconds(begun), microseconds(_end(asked) + timedelta(seconds=1))])
    whole, skus = int(bounds[1] - bounds[0]), len(shelf.sku_ids)
    out = time_out(stock_outs(session, shelf.sku_ids, before=_end(asked)), bounds, skus)[:, 0]
    rate = np.divide(shelf.sold, whole - out, out=np.zeros(skus), where=out < whole)
    return float((rate * out).sum())
