"""What each alternative would earn against holding, as bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.console.plots.frame import NARROW, WIDE, Box, Plot, Table, shortened, words
from app.drawing.marks import bar, line, picture
from app.drawing.scales import Scale, amount, nice_ticks, tick_labels

ROW = 44
BAR = 16


@dataclass(frozen=True)
class Priced:
    """An alternative: its name, units, expected profit, its standard error, and what was chosen.

    `against_hold` is the profit above that of holding, currency; `error` its standard error or
    None where none was kept.
    """

    name: str
    quantity: int
    against_hold: float
    error: float | None
    is_chosen: bool


def alternatives_plot(style: str, priced: Sequence[Priced], currency: str) -> Plot:
    """Return the alternatives in the order given, each with what it would earn above holding."""
    title = f"{style}: what each alternative earns above holding"
    said = "; ".join(
        f"{one.name} of {amount(one.quantity)}: {amount(one.against_hold)} {currency}"
        + (" (chosen)" if one.is_chosen else "")
        for one in priced
    )

    def drawn(width: int, name: str) -> str:
        parts, tall = _rows(priced, currency, width)
        words_of = (title, f"{said or 'Nothing was priced yet'}.")
        return picture(f"priced-{name}", (width, tall), *words_of, parts, class_="plot")

    return Plot(drawn(WIDE, "wide"), drawn(NARROW, "narrow"), _table(priced, title, currency))


def _rows(priced: Sequence[Priced], currency: str, width: int) -> tuple[list[str], float]:
    ends = [one.against_hold + side * (one.error or 0) for one in priced for side in (-1, 1)]
    about = 6 if width > NARROW else 3
    ticks = nice_ticks(min(0, *ends, 0), max(0, *ends, 0), about=about)
    box = Box(20, width - 70, 8, 8 + ROW * max(len(priced), 1))
    x = Scale(ticks[0], ticks[-1], box.left, box.right)
    parts = []
    for tick, label in zip(ticks, tick_labels(ticks), strict=True):
        parts.append(line(x(tick), box.top, x(tick), box.bottom, class_="plot-grid"))
        parts.append(words(x(tick), box.bottom + 18, label, anchor="middle"))
    for index, one in enumerate(priced):
        parts += _row(one, x, box.top + ROW * index, width)
    parts.append(line(x(0), box.top, x(0), box.bottom, class_="plot-axis"))
    unit = f"expected profit above holding, {currency}"
    parts.append(words(box.left, box.bottom + 38, shortened(unit, width - 20)))
    return parts, box.bottom + 46


def _row(one: Priced, x: Scale, top: float, width: int) -> list[str]:
    begin, end = sorted((x(0), x(one.against_hold)))
    look = "plot-1" if one.is_chosen else "plot-4"
    said = f"{one.name}, {amount(one.quantity)} units" + (", chosen" if one.is_chosen else "")
    middle = top + 20 + BAR / 2
    parts = [
        words(
            0,
            top + 14,
            shortened(said, width),
            class_="plot-strong" if one.is_chosen else "plot-text",
        ),
        bar(begin, top + 20, max(end - begin, 1), BAR, class_=f"{look} plot-bar"),
    ]
    furthest = max(end, x(0))
    if one.error:
        low, high = x(one.against_hold - one.error), x(one.against_hold + one.error)
        furthest = max(furthest, high)
        parts += [
            line(low, middle, high, middle, class_="plot-error"),
            line(low, middle - 4, low, middle + 4, class_="plot-error"),
            line(high, middle - 4, high, middle + 4, class_="plot-error"),
        ]
    figure = tick_labels([one.against_hold, 2 * one.against_hold])[0]
    exact = amount(one.against_hold)
    parts.append(words(furthest + 6, middle + 4, exact if len(exact) <= 8 else figure))
    return parts


def _table(priced: Sequence[Priced], title: str, currency: str) -> Table:
    rows = tuple(
        (
            one.name + (" (chosen)" if one.is_chosen else ""),
            amount(one.quantity),
            amount(one.against_hold),
            "" if one.error is None else amount(one.error),
        )
        for one in priced
    )
    return Table(title, ("alternative", "units", f"above holding, {currency}", "error"), rows)
