"""What plots share: their places, axes, legends, and the table that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.drawing.marks import bar, line, text
from app.drawing.scales import Scale, day_ticks, tick_labels

WIDE, NARROW = 1080, 360
FONT = 12
CHARACTER = 7.0
"""Wider than a character of that size is on average, so that no two words meet."""

Key = Literal["bar", "line", "dashed", "band", "hatch"]


@dataclass(frozen=True)
class Table:
    """The data of a plot in words and figures; the first column names its row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Plot:
    """A picture for a desk, one for a phone, and a table for who reads neither."""

    wide: str
    narrow: str
    table: Table


@dataclass(frozen=True)
class Box:
    """Where the data of a panel lie."""

    left: float
    right: float
    top: float
    bottom: float


def left_margin(labels: Sequence[str]) -> float:
    """Return how much room the labels of a value axis need beside it."""
    return max(map(len, labels), default=1) * CHARACTER + 12


def shortened(words: str, room: float) -> str:
    """Return words cut, with an ellipsis, to what fits into so much room."""
    fitting = max(int(room / CHARACTER), 2)
    return words if len(words) <= fitting else f"{words[: fitting - 1]}\N{HORIZONTAL ELLIPSIS}"


def value_axis(box: Box, y: Scale, ticks: Sequence[float], unit: str) -> list[str]:
    """Return the lines and labels of values that go upwards, and their unit above them."""
    parts = [text(0, box.top - 12, unit, class_="plot-unit", font_size=FONT, fill="currentColor")]
    for tick, label in zip(ticks, tick_labels(ticks), strict=True):
        parts.append(line(box.left, y(tick), box.right, y(tick), class_="plot-grid"))
        parts.append(words(box.left - 8, y(tick) + 4, label, anchor="end"))
    return parts


def day_axis(box: Box, x: Scale, first: date, last: date) -> list[str]:
    """Return the marks and labels of days below a panel; none stands over another or the edge."""
    room = int((box.right - box.left) // (9 * CHARACTER))
    parts = [line(box.left, box.bottom, box.right, box.bottom, class_="plot-axis")]
    free = box.left - 20
    for day, label in day_ticks(first, last, at_most=max(room, 1)):
        place, half = x(day.toordinal()), len(label) * CHARACTER / 2
        parts.append(line(place, box.bottom, place, box.bottom + 4, class_="plot-axis"))
        if place - half >= free and place + half <= box.right + 24:
            parts.append(words(place, box.bottom + 18, label, anchor="middle"))
            free = place + half + CHARACTER
    return parts


def words(
    x: float, y: float, said: str, *, anchor: str = "start", class_: str = "plot-soft"
) -> str:
    """Return words of a plot."""
    return text(x, y, said, class_=class_, text_anchor=anchor, font_size=FONT, fill="currentColor")


def legend(
    entries: Sequence[tuple[Key, str, str]], width: float, top: float
) -> tuple[list[str], float]:
    """Return the keys of what is drawn, in as many rows as they need, and where they end.

    Args:
        entries: How each looks, its class (for `hatch` its fill) and its words.
        width: Of the plot.
        top: Where the first row begins.
    """
    parts: list[str] = []
    left, row = 0.0, top
    for kind, look, said in entries:
        length = 26 + len(said) * CHARACTER + 18
        if left and left + length > width:
            left, row = 0.0, row + 20
        parts.append(_key(kind, look, left, row))
        parts.append(words(left + 26, row + 11, shortened(said, width - 26), class_="plot-text"))
        left += length
    return parts, row + 20


def _key(kind: Key, look: str, left: float, top: float) -> str:
    if kind in ("line", "dashed"):
        dashes = "5 4" if kind == "dashed" else None
        place = (left, top + 7, left + 20, top + 7)
        return line(*place, class_=f"{look} plot-line", stroke_dasharray=dashes)
    if kind == "hatch":
        return bar(left, top + 1, 20, 12, fill=look, class_="plot-edge")
    return bar(left, top + 1, 20, 12, class_=f"{look} plot-{kind}")
