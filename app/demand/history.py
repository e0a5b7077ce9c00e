"""What is known of some styles before a day: read once, looked at by days or by weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from app.catalog.queries import SkuRef, added_later, skus_of_styles, styles_by_id
from app.catalog.tables import Style
from app.clock.time import start_of_day
from app.demand.calendar import day_starts, microseconds, share_of
from app.demand.panel import Floats, Ints
from app.demand.queries import UnitsByDay, first_sale_days, units_by_day
from app.demand.stock_queries import stock_outs
from app.demand.stockouts import FOREVER, StockOuts, time_out
from app.parties.refs import BrandRef


@dataclass(frozen=True, eq=False)
class History:
    """The past of some styles of one brand, by day.

    Attributes:
        timezone: Where the brand's days begin and end.
        origin: The day the plan starts; the last column of `units` is the day before.
        styles: The styles, by id.
        launched: First day on sale of each style, None when not known.
        skus: Their active SKUs, style by style.
        style_of: Index of the style of each SKU, shape (skus,).
        on_sale_from: The instant each SKU went on sale, in microseconds, shape (skus,).
        units: Units by SKU and day.
        outs: When SKUs were on sale and out of stock.
    """

    timezone: str
    origin: date
    styles: Sequence[Style]
    launched: Sequence[date | None]
    skus: Sequence[SkuRef]
    style_of: Ints
    on_sale_from: Ints
    units: UnitsByDay
    outs: StockOuts

    @property
    def days(self) -> int:
        """How many days it goes back, a whole number of weeks."""
        return int(self.units.sold.shape[1])

    def seen(self, days: int, *, step: int) -> tuple[Floats, Floats]:
        """Return exposure and in-stock share of each SKU in the last periods of `step` days.

        Exposure is the share of a period that the SKU was on sale. The in-stock share is of the
        time on sale, and 1 where there was none. Both of shape (skus, days / step).
        """
        bounds = day_starts(self.origin - timedelta(days=days), days, self.timezone, step=step)
        begins = np.maximum(bounds[:-1], self.on_sale_from[:, None])
        on_sale = np.maximum(bounds[1:] - begins, 0)
        out = time_out(self.outs, bounds, len(self.skus))
        length = np.broadcast_to(np.diff(bounds), on_sale.shape)
        return share_of(on_sale, length), 1.0 - share_of(out, on_sale)


def read_history(
    session: Session, brand: BrandRef, style_ids: Sequence[int], *, origin: date, weeks: int
) -> History | None:
    """Return at most so many weeks of the styles' past, no longer than any was on sale.

    There is at least one week, on sale or not. None when no style has an active SKU.
    """
    by_id = styles_by_id(session, brand.id, sorted(set(style_ids)))
    skus = skus_of_styles(session, sorted(by_id))
    if not skus:
        return None
    styles = [by_id[key] for key in sorted({sku.style_id for sku in skus})]
    launched = launch_days(session, styles, origin)
    earliest = min((day for day in launched if day is not None), default=origin)
    days = 7 * min(weeks, max(1, -((earliest - origin).days // 7)))

    index = {style.id: position for position, style in enumerate(styles)}
    style_of = np.array([index[sku.style_id] for sku in skus], dtype=np.int64)
    ids = [sku.id for sku in skus]
    first = origin - timedelta(days=days)
    units = units_by_day(session, ids, first=first, days=days, known_before=origin)
    on_sale_from = np.maximum(
        _instants(launched, brand.timezone)[style_of],
        _added(added_later(session, ids), ids, units, first, brand.timezone),
    )
    outs = stock_outs(session, ids, before=start_of_day(origin, brand.timezone))
    return History(
        timezone=brand.timezone,
        origin=origin,
        styles=styles,
        launched=launched,
        skus=skus,
        style_of=style_of,
        on_sale_from=on_sale_from,
        units=units,
        outs=StockOuts(outs.sku, np.maximum(outs.start, on_sale_from[outs.sku]), outs.end),
    )


def launch_days(session: Session, styles: Sequence[Style], origin: date) -> list[date | None]:
    """Return each style's launch date, or its first sale where that is earlier or all there is."""
    first_sales = first_sale_days(session, [style.id for style in styles], before=origin)
    return [
        min((day for day in (style.launch_date, first_sales.get(style.id)) if day), default=None)
        for style in styles
    ]


def _added(
    added: Mapping[int, datetime], ids: Sequence[int], units: UnitsByDay, first: date, timezone: str
) -> Ints:
    """Return since when each SKU was there to be sold: added to its style later, else always.

    One that sold before it was added had been on sale; its catalog came after its sales.
    """
    since = np.zeros(len(ids), dtype=np.int64)
    for index, sku_id in enumerate(ids):
        if sku_id in added:
            sold = np.flatnonzero(units.sold[index])
            since[index] = microseconds(added[sku_id])
            if len(sold):
                day = start_of_day(first + timedelta(days=int(sold[0])), timezone)
                since[index] = min(since[index], microseconds(day))
    return since


def _instants(days: Sequence[date | None], timezone: str) -> Ints:
    return np.array(
        [FOREVER if day is None else microseconds(start_of_day(day, timezone)) for day in days],
        dtype=np.int64,
    )
