"""Launches in the Online Retail data set: its products by day, and panels made of them.

Clean-up rules. Lines are those that `app.imports.online_retail` takes in: a product's code is five
digits and perhaps letters (upper-cased), quantities have the sign of their invoice, prices are
above 0; equal lines are kept. Every code is a style of one SKU, with the name that the first line
has that gives it one. Demand is what was sold less what
C invoices took back, by the day it was taken back: they do not name their sale. A week's or
horizon's demand is at least 0. A launch is a code first sold on 2011-02-01 or later; the file
knows no stock, so every week counts as in stock. Its last day is 2011-12-09.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel, PanelStyle
from app.imports.online_retail import TIMEZONE, OnlineRetailFile

FIRST_DAY = date(2010, 12, 1)
END = date(2011, 12, 10)
"""The day after the last one."""

LAUNCHES_FROM = date(2011, 2, 1)


@dataclass(frozen=True, eq=False)
class Shop:
    """Units of each code by day.

    Attributes:
        codes: Stock codes.
        names: What the first line of each called it.
        units: Sold less taken back, shape (codes, days from FIRST_DAY).
        orders: Lines that sold, of the same shape.
        largest: Units of the largest of them, of the same shape.
        price: Mean price of each code's lines, shape (codes,).
        first: Day of each code's first sale, counted from FIRST_DAY, shape (codes,).
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    units: NDArray[np.int64]
    orders: NDArray[np.int64]
    largest: NDArray[np.int64]
    price: NDArray[np.float64]
    first: NDArray[np.int64]

    def launches(self, seen_weeks: int, next_weeks: int) -> NDArray[np.int64]:
        """Return the codes launched with so many weeks left, in the order of their launch."""
        left = self.first + 7 * (seen_weeks + next_weeks) <= (END - FIRST_DAY).days
        launched = self.first >= (LAUNCHES_FROM - FIRST_DAY).days
        found = np.flatnonzero(left & launched)
        return found[np.argsort(self.first[found], kind="stable")]

    def sold(self, codes: NDArray[np.int64], start: NDArray[np.int64], weeks: int) -> np.ndarray:
        """Return each code's units in the weeks from a day on, at least 0."""
        total = np.pad(np.cumsum(self.units, axis=1), ((0, 0), (1, 0)))
        return np.maximum(total[codes, start + 7 * weeks] - total[codes, start], 0)

    def panel(self, origin: int, codes: NDArray[np.int64] | None = None) -> DemandPanel:
        """Return the weekly panel of codes (all sold by then) as it stood on a day.

        A code's launch is its first sale, as the service has it of a brand that states none.
        """
        chosen = np.flatnonzero(self.first < origin) if codes is None else codes
        weeks = -(-int(origin - self.first[chosen].min()) // 7)
        days = np.arange(origin - 7 * weeks, origin)

        def by_week(values: np.ndarray) -> np.ndarray:
            of_day = np.where(days >= 0, values[chosen][:, np.maximum(days, 0)], 0)
            return of_day.reshape(len(chosen), weeks, 7)

        on_sale = (days >= self.first[chosen, None]).reshape(len(chosen), weeks, 7).mean(axis=2)
        demand = np.maximum(by_week(self.units).sum(axis=2), 0)
        return DemandPanel(
            origin=FIRST_DAY + timedelta(days=origin),
            period_days=7,
            styles=tuple(self._style(code) for code in chosen.tolist()),
            sku_ids=tuple(chosen.tolist()),
            sku_codes=tuple(self.codes[code] for code in chosen),
            style_of=np.arange(len(chosen)),
            colorways=np.zeros(len(chosen), dtype=np.int64),
            demand=demand,
            in_stock_share=np.ones(demand.shape),
            exposure=on_sale,
            returned=np.zeros_like(demand),
            sizes=("ONE",) * len(chosen),
            orders=by_week(self.orders).sum(axis=2),
            largest=np.minimum(by_week(self.largest).max(axis=2), demand),
        )

    def _style(self, code: int) -> PanelStyle:
        return PanelStyle(
            id=code,
            code=self.codes[code],
            name=self.names[code],
            category=None,
            price=float(self.price[code]),
            attributes={},
            like=(),
            launched=FIRST_DAY + timedelta(days=int(self.first[code])),
            end_of_life=None,
            launch_stated=False,
        )


def read(path: Path, until: date = END) -> Shop:
    """Read the file up to a day, six seconds for all of it; later days are 0."""
    index: dict[str, int] = {}
    names: dict[str, str] = {}
    rows: list[tuple[int, int, int, float]] = []
    zone = ZoneInfo(TIMEZONE)
    for chunk in OnlineRetailFile(path).chunks():
        for _, event, item in chunk.lines:
            day = (event.occurred_at.astimezone(zone).date() - FIRST_DAY).days
            units = event.quantity if event.kind == "sale" else -event.quantity
            code = index.setdefault(event.sku, len(index))
            names[event.sku] = names.get(event.sku) or (item.name if item else "")
            rows.append((code, day, units, float(event.unit_price or 0)))
        if rows and rows[-1][1] >= (until - FIRST_DAY).days:
            break
    prices = np.array([row[3] for row in rows])
    lines = np.array([row[:3] for row in rows])
    shape = (len(index), (END - FIRST_DAY).days)
    units, orders, largest = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    np.add.at(units, (lines[:, 0], lines[:, 1]), lines[:, 2])
    sales = lines[lines[:, 2] > 0]
    np.add.at(orders, (sales[:, 0], sales[:, 1]), 1)
    np.maximum.at(largest, (sales[:, 0], sales[:, 1]), sales[:, 2])
    price = np.bincount(lines[:, 0], prices) / np.bincount(lines[:, 0])
    first = np.full(len(index), shape[1])
    np.minimum.at(first, sales[:, 0], sales[:, 1])
    return Shop(tuple(index), tuple(names.values()), units, orders, largest, price, first)
