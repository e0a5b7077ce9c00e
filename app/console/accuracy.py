"""How right a brand's stored forecasts were: what they said of four weeks, and what was wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy import desc, func, select
from sqlalchemy.orm import Session

from app.catalog.queries import skus_of_styles, styles_by_id
from app.catalog.tables import Sku, Style
from app.console.plots.columns import accuracy_by_age
from app.console.plots.frame import Plot
from app.demand.days import demand_table
from app.forecasting.accuracy.scoring import CENTRAL, bias, quantiles, wape
from app.forecasting.model import Floats, Ints, StyleForecast
from app.forecasting.paths import draw_paths
from app.forecasting.queries import forecast_as_of, forecast_of
from app.forecasting.tables import ForecastRow
from app.insight.forecast_kpis import TESTED_DAYS
from app.parties.refs import BrandRef
from app.sales.tables import SalesRow

CUTS = 3
STYLES = 30
"""Drawing a forecast takes 1 to 2 ms, and a page 200."""

MOST_KNOWN = 1_000

PATHS = 200
"""The ends of the band are then good to about 3 points of their share."""

SEEN_SHARE = 0.9
"""Where SKUs were in stock less of the time, what was wanted could not be seen."""

AGES = ((28, "0 to 4"), (84, "4 to 12"), (182, "12 to 26"))
"""Days of age, and how they are called in weeks."""

OLDER = "over 26"


@dataclass(frozen=True)
class Compared:
    """A stored forecast of four weeks beside what was wanted in them.

    Attributes:
        style: Whose.
        start: The first of the days.
        age: Of the style on that day, in weeks.
        mean: Units expected.
        low: What the 8-of-10 band begins with, units.
        high: What it ends with.
        wanted: Units demanded.
        was_seen: The style was in stock, so that what was wanted could be seen.
    """

    style: Style
    start: date
    age: str
    mean: float
    low: float
    high: float
    wanted: int
    was_seen: bool

    @property
    def off(self) -> float:
        """Units that the forecast was too high, negative: too low."""
        return self.mean - self.wanted

    @property
    def held(self) -> bool:
        """Whether the band held what was wanted."""
        return self.low <= self.wanted <= self.high


@dataclass(frozen=True, eq=False)
class Accuracy:
    """What the page shows; None: nothing could be compared.

    Attributes:
        tested: The last four weeks by style, those furthest off first.
        compared: Forecasts that count.
        unseen: Forecasts left out because the style was out of stock.
        error: Sum of the absolute errors by what was wanted.
        bias: Sum of the errors by what was wanted.
        held: Share of the bands that held.
        by_age: The plot.
    """

    tested: Sequence[Compared]
    compared: int
    unseen: int
    error: float | None
    bias: float | None
    held: float | None
    by_age: Plot | None


class BestSellers:
    """Which styles sold most before a day, looked up once in this process for each brand and day.

    The weeks asked about are over: what is told of them later may choose others tomorrow. Of
    400,000 SKUs the three look-ups of a page took 1.8 s of processor.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, date], Sequence[int]] = {}

    def before(self, session: Session, brand: BrandRef, day: date) -> list[Style]:
        """Return up to `STYLES` of the brand, those that sold most in the four weeks first."""
        key = (brand.id, day)
        if key not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[key] = _best_sellers(session, brand, before=day)
        ids = self._known[key]
        rows = styles_by_id(session, brand.id, ids)
        return [rows[one] for one in ids if one in rows]


def compared_forecasts(
    session: Session, brand: BrandRef, best: BestSellers, *, today: date
) -> list[list[Compared]]:
    """Return the forecasts of the last four weeks, of the four before, and of those before them.

    Each time of the styles that sold most in the four weeks before: what sold in the weeks that
    are compared must not choose, or every forecast looks too low.
    """
    starts = [today - timedelta(days=back * TESTED_DAYS) for back in range(1, CUTS + 1)]
    found = [
        _compared_from(session, brand, best.before(session, brand, start), start)
        for start in starts
    ]
    session.expunge_all()
    return found


def accuracy(found: Sequence[Sequence[Compared]]) -> Accuracy:
    """Return the figures of what was compared, and their plot."""
    every = [one for cut in found for one in cut]
    seen = [one for one in every if one.was_seen]
    last = sorted(found[0], key=lambda one: -abs(one.off)) if found else []
    names = [*(name for _, name in AGES), OLDER]
    ages = [(name, [one for one in seen if one.age == name]) for name in names]
    rows = [(name, _error(rows), _held(rows)) for name, rows in ages if rows]
    return Accuracy(
        tested=last,
        compared=len(seen),
        unseen=len(every) - len(seen),
        error=_error(seen),
        bias=_known(bias(*_arrays(seen)).value) if seen else None,
        held=_held(seen),
        by_age=accuracy_by_age(rows, CENTRAL) if rows else None,
    )


def _compared_from(
    session: Session, brand: BrandRef, styles: Sequence[Style], start: date
) -> list[Compared]:
    skus = skus_of_styles(session, [style.id for style in styles])
    table = demand_table(session, brand, [sku.id for sku in skus], first=start, days=TESTED_DAYS)
    of_style = np.array([sku.style_id for sku in skus], dtype=np.int64)
    found: list[Compared] = []
    for style in styles:
        row = forecast_as_of(session, style.id, start)
        mine = of_style == style.id
        if row is None or not mine.any():
            continue
        wanted = int(table.units[mine].sum())
        was_seen = bool(table.in_stock[mine].mean() >= SEEN_SHARE)
        found += _compared(style, row, start, wanted, was_seen=was_seen)
    return found


def _best_sellers(session: Session, brand: BrandRef, *, before: date) -> Sequence[int]:
    since = before - timedelta(days=TESTED_DAYS)
    units = func.sum(SalesRow.quantity)
    query = (
        select(Sku.style_id)
        .join(SalesRow, SalesRow.sku_id == Sku.id)
        .where(
            Sku.brand_id == brand.id,
            SalesRow.day >= since,
            SalesRow.day < before,
            SalesRow.kind == "sale",
        )
        .group_by(Sku.style_id)
        .order_by(desc(units), Sku.style_id)
        .limit(STYLES)
    )
    return list(session.scalars(query))


def _compared(
    style: Style, row: ForecastRow, start: date, wanted: int, *, was_seen: bool
) -> list[Compared]:
    """Return the forecast's four weeks from `start` on; none where it is older than a week."""
    forecast = forecast_of(row)
    skipped = (start - forecast.origin).days
    if skipped >= 7:
        return []
    totals = _drawn(forecast, row.seed, skipped)
    low, high = quantiles(totals, ((1 - CENTRAL) / 2, (1 + CENTRAL) / 2))[:, 0]
    launched = style.launch_date
    age = OLDER if launched is None else _age((start - launched).days)
    mean = float(totals.mean())
    return [Compared(style, start, age, mean, float(low), float(high), wanted, was_seen)]


def _drawn(forecast: StyleForecast, seed: int, skipped: int) -> Floats:
    """Return the units of the four weeks on each path, shape (1, paths).

    A period's units are spread evenly over its days.
    """
    length, after = forecast.period_days, skipped + TESTED_DAYS
    begins = np.arange(0, after, length)
    days = np.minimum(begins + length, after) - np.maximum(begins, skipped)
    paths = draw_paths(forecast, periods=len(begins), paths=PATHS, seed=seed)
    units: Floats = paths.sum(axis=0) @ (days.clip(0) / length)
    return units[None, :]


def _age(days: int) -> str:
    return next((name for until, name in AGES if days < until), OLDER)


def _arrays(rows: Sequence[Compared]) -> tuple[Floats, Floats, Ints]:
    wanted = np.array([one.wanted for one in rows], dtype=np.float64)
    means = np.array([one.mean for one in rows], dtype=np.float64)
    return wanted, means, np.array([one.style.id for one in rows])


def _error(rows: Sequence[Compared]) -> float | None:
    return _known(wape(*_arrays(rows)).value) if rows else None


def _held(rows: Sequence[Compared]) -> float | None:
    return sum(one.held for one in rows) / len(rows) if rows else None


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
