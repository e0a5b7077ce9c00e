"""What was wanted, what will be, and the stock between them, on one axis of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from app.console.plots.frame import (
    NARROW,
    WIDE,
    Box,
    Key,
    Plot,
    Table,
    day_axis,
    left_margin,
    legend,
    value_axis,
    words,
)
from app.drawing.marks import area, bar, hatch, line, picture, polyline
from app.drawing.scales import Scale, amount, nice_ticks, tick_labels

PANEL = 190
STOCK_PANEL = 110
GAP = 62
A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Wanted:
    """Demand of the week that begins on a day; `censored` where a SKU was out of stock."""

    start: date
    units: float
    in_stock_share: float

    @property
    def is_censored(self) -> bool:
        """Whether customers may have wanted more than was seen."""
        return self.in_stock_share < 1


@dataclass(frozen=True)
class Expected:
    """Forecast demand of the week that begins on a day, units."""

    start: date
    mean: float
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class Outlook:
    """A style's past and future by week, oldest first; every part may be empty.

    `stock` is on hand at the end of days, `inbound` what comes on days.
    """

    style: str
    history: Sequence[Wanted]
    forecast: Sequence[Expected]
    stock: Sequence[tuple[date, float]]
    inbound: Sequence[tuple[date, float]]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not (self.history or self.forecast or self.stock or self.inbound)


def outlook_plot(data: Outlook) -> Plot:
    """Return the demand of a style with its forecast fan, above its stock and inbound."""
    return Plot(_drawn(data, WIDE, "wide"), _drawn(data, NARROW, "narrow"), _table(data))


def description(data: Outlook) -> str:
    """Return what the picture says, in words."""
    said = []
    if data.history:
        total = sum(week.units for week in data.history)
        censored = sum(week.is_censored for week in data.history)
        said.append(
            f"{len(data.history)} weeks of demand, {amount(total)} units in all,"
            f" {censored} of them with a size out of stock"
        )
    if data.forecast:
        first, last = data.forecast[0], data.forecast[-1]
        said.append(
            f"then a forecast of {len(data.forecast)} weeks: {first.mean:,.1f} units in the first"
            f" (8 of 10 times between {amount(first.p10)} and {amount(first.p90)}),"
            f" {last.mean:,.1f} in the last"
        )
    if data.stock:
        said.append(f"{amount(data.stock[-1][1])} units on hand")
    if data.inbound:
        said.append(f"{amount(sum(units for _, units in data.inbound))} units on their way")
    return ("; ".join(said) or "Nothing was sold, forecast or stocked yet") + "."


def _drawn(data: Outlook, width: int, name: str) -> str:
    days = _days(data)
    highest = [week.units for week in data.history] + [week.p90 for week in data.forecast]
    highest += [week.mean for week in data.forecast]
    ticks = nice_ticks(0, max(highest, default=0), about=5, whole=True)
    levels = [units for _, units in (*data.stock, *data.inbound)]
    stock_ticks = nice_ticks(min(0, *levels, 0), max(0, *levels, 0), about=3, whole=True)
    left = left_margin([*tick_labels(ticks), *tick_labels(stock_ticks)])
    keys, top = legend(_entries(f"outlook-{name}-hatch", data), width, 0)
    box = Box(left, width - 26, top + 26, top + 26 + PANEL)
    below = Box(left, box.right, box.bottom + GAP, box.bottom + GAP + STOCK_PANEL)
    x = Scale(days[0].toordinal(), days[1].toordinal(), box.left, box.right)
    y = Scale(ticks[0], ticks[-1], box.bottom, box.top)
    y_stock = Scale(stock_ticks[0], stock_ticks[-1], below.bottom, below.top)
    parts = [
        hatch(f"outlook-{name}-hatch", class_="plot-hatching"),
        *keys,
        *value_axis(box, y, ticks, "demand, units a week"),
        *_history(data.history, x, y, f"url(#outlook-{name}-hatch)"),
        *_fan(data.forecast, x, y),
        *_today(data, x, box, below),
        *day_axis(box, x, *days),
        *value_axis(below, y_stock, stock_ticks, "stock, units"),
        *_stock(data, x, y_stock),
        *day_axis(below, x, *days),
    ]
    title = f"{data.style}: demand, forecast and stock"
    size = (width, below.bottom + 28)
    return picture(f"outlook-{name}", size, title, description(data), parts, class_="plot")


def _days(data: Outlook) -> tuple[date, date]:
    weeks = [week.start for week in data.history] + [week.start for week in data.forecast]
    days = [*weeks, *(day + A_WEEK for day in weeks), *(day for day, _ in data.stock)]
    days += [day for day, _ in data.inbound]
    first, last = min(days, default=date(2000, 1, 3)), max(days, default=date(2000, 1, 10))
    return first, max(last, first + A_WEEK)


def _entries(hatching: str, data: Outlook) -> list[tuple[Key, str, str]]:
    entries: list[tuple[Key, str, str]] = [("bar", "plot-1", "demand")]
    if any(week.is_censored for week in data.history):
        entries.append(("hatch", f"url(#{hatching})", "a size was out of stock: maybe more wanted"))
    if data.forecast:
        entries += [
            ("band", "plot-2", "forecast, 8 of 10 times within"),
            ("line", "plot-2", "median"),
            ("dashed", "plot-2", "mean"),
        ]
    if data.stock:
        entries.append(("line", "plot-3", "on hand"))
    if data.inbound:
        entries.append(("bar", "plot-4", "inbound"))
    return entries


def _history(history: Sequence[Wanted], x: Scale, y: Scale, hatching: str) -> list[str]:
    parts = []
    for week in history:
        begin, end = x(week.start.toordinal()), x((week.start + A_WEEK).toordinal())
        place = (begin + (end - begin) * 0.1, y(week.units), (end - begin) * 0.8)
        tall = y(0) - y(week.units)
        parts.append(bar(*place, tall, class_="plot-1 plot-bar"))
        if week.is_censored:
            high = max(tall, 6)
            parts.append(
                bar(place[0], y(0) - high, place[2], high, fill=hatching, class_="plot-edge")
            )
    return parts


def _fan(forecast: Sequence[Expected], x: Scale, y: Scale) -> list[str]:
    if not forecast:
        return []

    def steps(values: Sequence[float]) -> list[tuple[float, float]]:
        return [
            (x((week.start + shift).toordinal()), y(value))
            for week, value in zip(forecast, values, strict=True)
            for shift in (timedelta(0), A_WEEK)
        ]

    upper, lower = steps([w.p90 for w in forecast]), steps([w.p10 for w in forecast])
    return [
        area(upper, lower, class_="plot-2 plot-band"),
        polyline(steps([week.p50 for week in forecast]), class_="plot-2 plot-line"),
        polyline(
            steps([week.mean for week in forecast]),
            class_="plot-2 plot-line",
            stroke_dasharray="5 4",
        ),
    ]


def _today(data: Outlook, x: Scale, box: Box, below: Box) -> list[str]:
    if not data.forecast:
        return []
    place = x(data.forecast[0].start.toordinal())
    near_end = place > box.right - 60
    return [
        line(place, box.top - 4, place, below.bottom, class_="plot-now", stroke_dasharray="2 3"),
        words(
            place + (-5 if near_end else 5),
            box.top + 10,
            "forecast from here" if box.right - place > 130 else "now",
            anchor="end" if near_end else "start",
        ),
    ]


def _stock(data: Outlook, x: Scale, y: Scale) -> list[str]:
    parts = []
    for day, units in data.inbound:
        place = x(day.toordinal())
        parts.append(bar(place - 3, y(units), 6, y(0) - y(units), class_="plot-4 plot-bar"))
    points = [(x(day.toordinal()), y(units)) for day, units in data.stock]
    held = [
        corner for before, after in pairwise(points) for corner in (before, (after[0], before[1]))
    ]
    if points:
        parts.append(polyline([*held, points[-1]], class_="plot-3 plot-line"))
        at, high = points[-1]
        parts.append(bar(at - 3, high - 3, 6, 6, class_="plot-3 plot-bar"))
    return parts


def _table(data: Outlook) -> Table:
    rows = [
        (
            week.start.isoformat(),
            amount(week.units),
            f"{week.in_stock_share:.0%}" if week.is_censored else "yes",
            "",
            "",
            "",
        )
        for week in data.history
    ]
    rows += [
        (
            week.start.isoformat(),
            "",
            "",
            f"{week.mean:,.1f}",
            amount(week.p50),
            f"{amount(week.p10)} to {amount(week.p90)}",
        )
        for week in data.forecast
    ]
    head = ("week from", "demand", "in stock", "forecast, mean", "median", "8 of 10 times")
    return Table(f"{data.style} by week, units", head, tuple(rows))
