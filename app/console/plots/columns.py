"""Columns side by side: the sizes of a style, and the weeks of a factory's line."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.console.plots.frame import (
    CHARACTER,
    NARROW,
    WIDE,
    Box,
    Key,
    Plot,
    Table,
    left_margin,
    legend,
    shortened,
    value_axis,
    words,
)
from app.drawing.marks import bar, line, picture
from app.drawing.scales import Scale, amount, nice_ticks, tick_labels

PANEL = 190
MOST_LABELS_EACH = 64.0
"""So wide is a label at most; longer ones are cut, and the table has them whole."""


@dataclass(frozen=True)
class Columns:
    """Groups of columns, one for each series in each group; None where there is none.

    `limits` are drawn as a line over each group: the capacity of its week.
    """

    name: str
    title: str
    unit: str
    series: tuple[str, ...]
    groups: Sequence[tuple[str, tuple[float | None, ...]]]
    limits: Sequence[float | None] = ()
    limit_name: str = ""


def size_curve(style: str, sizes: Sequence[tuple[str, float | None, float | None]]) -> Plot:
    """Return each size's share of what sold while in stock beside its share of the forecast.

    Args:
        style: Its code.
        sizes: Each with both shares of 1, None where nothing is known.
    """
    groups = [
        (size, tuple(None if share is None else 100 * share for share in shares))
        for size, *shares in sizes
    ]
    series = ("sold while in stock", "forecast")
    title = f"{style}: sizes, as sold and as forecast"
    return columns_plot(Columns("sizes", title, "share of all sizes, %", series, groups))


def line_load(factory: str, weeks: Sequence[tuple[str, float, float]], *, is_rated: bool) -> Plot:
    """Return what a factory has to make by week, accepted and asked for.

    Args:
        factory: Its code.
        weeks: Each with what is accepted and what is asked for.
        is_rated: They are shares of all that the factory can make in a week, which is drawn as
            a line; else units.
    """
    size = 100 if is_rated else 1
    groups = [(week, (size * firm, size * asked)) for week, firm, asked in weeks]
    data = Columns(
        "load",
        f"{factory}: line load by week",
        "of a week's capacity, %" if is_rated else "units a week",
        ("accepted", "asked for"),
        groups,
        [100.0] * len(groups) if is_rated else (),
        "all it can make",
    )
    return columns_plot(data)


def accuracy_by_age(
    ages: Sequence[tuple[str, float | None, float | None]], nominal: float = 0.8
) -> Plot:
    """Return the error of forecasts and how often their band held what came, by a style's age.

    Args:
        ages: Each with the error as a share of what was wanted, and the share of times within.
        nominal: How often the band ought to hold.
    """
    groups = [
        (age, tuple(None if share is None else 100 * share for share in shares))
        for age, *shares in ages
    ]
    data = Columns(
        "accuracy",
        "How far off forecasts were, by the age of a style in weeks",
        "%",
        ("error of the mean", "within the 8-of-10 band"),
        groups,
        [100 * nominal] * len(groups),
        "within, as promised",
    )
    return columns_plot(data)


def columns_plot(data: Columns) -> Plot:
    """Return the columns for both widths, and their table."""
    return Plot(_drawn(data, WIDE, "wide"), _drawn(data, NARROW, "narrow"), _table(data))


def _drawn(data: Columns, width: int, name: str) -> str:
    values = [value or 0.0 for _, row in data.groups for value in row]
    values += [limit for limit in data.limits if limit is not None]
    ticks = nice_ticks(min(0, *values, 0), max(0, *values, 0), about=5)
    keys, top = legend(_entries(data), width, 0)
    box = Box(left_margin(tick_labels(ticks)), width - 8, top + 26, top + 26 + PANEL)
    y = Scale(ticks[0], ticks[-1], box.bottom, box.top)
    parts = [*keys, *value_axis(box, y, ticks, data.unit), *_groups(data, box, y)]
    parts.append(line(box.left, y(0), box.right, y(0), class_="plot-axis"))
    size = (width, box.bottom + 28)
    return picture(f"{data.name}-{name}", size, data.title, _words(data), parts, class_="plot")


def _entries(data: Columns) -> list[tuple[Key, str, str]]:
    entries: list[tuple[Key, str, str]] = [
        ("bar", f"plot-{number}", said) for number, said in enumerate(data.series, start=1)
    ]
    if any(limit is not None for limit in data.limits):
        entries.append(("line", "plot-3", data.limit_name))
    return entries


def _groups(data: Columns, box: Box, y: Scale) -> list[str]:
    wide = (box.right - box.left) / max(len(data.groups), 1)
    each = min(wide * 0.76 / len(data.series), 46)
    longest = max((len(said) for said, _ in data.groups), default=1) * CHARACTER
    every = max(1, -(-int(min(longest, MOST_LABELS_EACH) + CHARACTER) // max(int(wide), 1)))
    parts = []
    for index, (said, row) in enumerate(data.groups):
        middle = box.left + wide * (index + 0.5)
        begin = middle - each * len(row) / 2
        for number, value in enumerate(row):
            if value is not None:
                upper, lower = sorted((y(value), y(0)))
                place = (begin + each * number, upper, each * 0.94, lower - upper)
                parts.append(bar(*place, class_=f"plot-{number + 1} plot-bar"))
        limit = data.limits[index] if index < len(data.limits) else None
        if limit is not None:
            ends = (middle - wide / 2, y(limit), middle + wide / 2, y(limit))
            parts.append(line(*ends, class_="plot-3 plot-line"))
        if index % every == 0:
            label = shortened(said, wide * every - CHARACTER / 2)
            parts.append(words(middle, box.bottom + 18, label, anchor="middle"))
    return parts


def _words(data: Columns) -> str:
    rows = [
        f"{said}: "
        + ", ".join(f"{name} {_figure(one)}" for name, one in zip(data.series, row, strict=True))
        for said, row in data.groups
    ]
    return f"{data.unit}. {'; '.join(rows) or 'Nothing is known yet'}."


def _table(data: Columns) -> Table:
    has_limit = any(limit is not None for limit in data.limits)
    rows = [
        (said, *(_figure(value) for value in row))
        + ((_figure(data.limits[index]),) if has_limit else ())
        for index, (said, row) in enumerate(data.groups)
    ]
    head = ("", *data.series) + ((data.limit_name,) if has_limit else ())
    return Table(f"{data.title} ({data.unit})", head, tuple(rows))


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return amount(value) if value == round(value) else f"{value:,.1f}"
