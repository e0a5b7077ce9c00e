"""A backtest as a picture: an SVG of its own, without scripts, fonts or links."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.drawing.marks import bar, line, picture, polyline, text
from app.drawing.scales import Scale, amount, nice_ticks

WIDTH, HEIGHT = 960, 650
LEFT, RIGHT = 300, 930
BARS_RIGHT = 700
LINES_LEFT = 80
BARS_TOP, BAR_STEP, BAR_HEIGHT = 78, 27, 15
LINES_TOP, LINES_BOTTOM = 372, 560
INK, SOFT, FAINT = "#1c2326", "#4a5459", "#d8dee0"

COLORS = (
    "#0b6e4f",
    "#b5541c",
    "#3b5ba5",
    "#8a6d1f",
    "#7d3c98",
    "#5f6b73",
    "#a6283f",
    "#1f8a9e",
)
"""One for each rule; lines differ by their dashes as well."""

DASHES = ("", "7 3", "2 3", "10 3 2 3", "5 5", "1 4", "12 4", "4 2")


def picture_of(result: Mapping[str, Any]) -> str:
    """Return the profit of every rule as bars, and how it came about week by week as lines."""
    rules = result["rules"]
    parts = [
        bar(0, 0, WIDTH, HEIGHT, fill="#ffffff"),
        _text(20, 28, _title(result), size=17, weight="600"),
        _text(20, 52, _subtitle(result), color=SOFT),
        *_bars(rules, result["currency"]),
        *_lines(rules, result),
    ]
    drawn = picture(
        "backtest",
        (WIDTH, HEIGHT),
        _title(result),
        description(result),
        parts,
        width=WIDTH,
        height=HEIGHT,
        font_family="system-ui, sans-serif",
        font_size=13,
        fill=INK,
    )
    return f"{drawn}\n"


def description(result: Mapping[str, Any]) -> str:
    """Return the picture in words: what a reader who cannot see it needs."""
    rows = [
        f"{rule['label']}: profit {amount(rule['profit'])} {result['currency']},"
        f" fill rate {_percent(rule['fill_rate'])}, {rule['leftover']:,.0f} units left,"
        f" {rule['runs']:,.0f} runs"
        for rule in result["rules"]
    ]
    return (
        f"Bars of the profit of {len(rows)} rules over {result['weeks']} weeks, and lines of the"
        " profit to date, week by week. " + "; ".join(rows) + "."
    )


def _title(result: Mapping[str, Any]) -> str:
    return f"{result['brand']}: what each rule would have earned"


def _subtitle(result: Mapping[str, Any]) -> str:
    return (
        f"{result['first_day']} to {result['last_day']}, {result['styles']} of"
        f" {result['of_styles']} styles, decided every {result['review_days']} days from what"
        " lay before" + ("; too short to tell" if result.get("is_long_enough") is False else "")
    )


def _bars(rules: Sequence[Mapping[str, Any]], currency: str) -> list[str]:
    low: float = min(0.0, *(rule["profit"] for rule in rules))
    high: float = max(0.0, *(rule["profit"] for rule in rules))
    ticks = nice_ticks(low, high)
    bottom = BARS_TOP + BAR_STEP * len(rules)
    x = Scale(ticks[0], ticks[-1], LEFT, BARS_RIGHT)
    parts = [
        part
        for tick in ticks
        for part in (
            line(x(tick), BARS_TOP - 6, x(tick), bottom, stroke=FAINT),
            _text(x(tick), bottom + 15, amount(tick), anchor="middle", color=SOFT),
        )
    ]
    for index, rule in enumerate(rules):
        begin, end = sorted((x(0.0), x(rule["profit"])))
        parts += _bar(index, rule, begin, end)
    parts.append(line(x(0.0), BARS_TOP - 6, x(0.0), bottom, stroke=INK))
    middle = (LEFT + BARS_RIGHT) / 2
    parts.append(_text(middle, bottom + 33, f"profit, {currency}", anchor="middle"))
    return parts


def _bar(index: int, rule: Mapping[str, Any], begin: float, end: float) -> list[str]:
    top, faint = BARS_TOP + BAR_STEP * index, 0.45 if rule["hindsight"] else 1
    wide = max(end - begin, 0.5)
    weight = "600" if index == 0 else "400"
    return [
        _text(LEFT - 10, top + 12, rule["label"], anchor="end", weight=weight),
        bar(begin, top, wide, BAR_HEIGHT, fill=COLORS[index], fill_opacity=str(faint)),
        _text(RIGHT, top + 12, _beside(rule), anchor="end", color=SOFT),
    ]


def _beside(rule: Mapping[str, Any]) -> str:
    fill, left, runs = _percent(rule["fill_rate"]), rule["leftover"], rule["runs"]
    return f"fill {fill}, {left:,.0f} left, {runs:,.0f} runs"


def _lines(rules: Sequence[Mapping[str, Any]], result: Mapping[str, Any]) -> list[str]:
    series = [[0.0, *(row["profit_to_date"] for row in rule["series"])] for rule in rules]
    points = max(len(one) for one in series)
    ticks = nice_ticks(min(map(min, series)), max(map(max, series)))
    x = Scale(0, max(points - 1, 1), LINES_LEFT, RIGHT)
    y = Scale(ticks[0], ticks[-1], LINES_BOTTOM, LINES_TOP)
    parts = [_text(20, LINES_TOP - 18, f"profit to date, {result['currency']}")]
    for tick in ticks:
        parts.append(line(LINES_LEFT, y(tick), RIGHT, y(tick), stroke=FAINT))
        parts.append(_text(LINES_LEFT - 8, y(tick) + 4, amount(tick), anchor="end", color=SOFT))
    for index in reversed(range(len(rules))):
        path = [(x(at), y(value)) for at, value in enumerate(series[index])]
        parts.append(polyline(path, **_stroke(index)))
    weeks = result["review_days"] // 7
    parts += [
        _text(x(index), LINES_BOTTOM + 17, str(index * weeks), anchor="middle", color=SOFT)
        for index in range(0, points, max(1, points // 8))
    ]
    parts.append(
        _text((LINES_LEFT + RIGHT) / 2, LINES_BOTTOM + 35, "weeks decided", anchor="middle")
    )
    return parts + _key(rules)


def _key(rules: Sequence[Mapping[str, Any]]) -> list[str]:
    parts = []
    for index, rule in enumerate(rules):
        left, top = LINES_LEFT + 290 * (index % 3), LINES_BOTTOM + 46 + 14 * (index // 3)
        parts.append(line(left, top, left + 28, top, **_stroke(index)))
        parts.append(_text(left + 34, top + 4, rule["label"], size=11))
    return parts


def _stroke(index: int) -> dict[str, str | float | None]:
    """Return how the line of a rule looks."""
    width = 3 if index == 0 else 1.6
    return {
        "stroke": COLORS[index],
        "stroke_width": width,
        "stroke_dasharray": DASHES[index] or None,
    }


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}%"


def _text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 13,
    anchor: str = "start",
    weight: str = "400",
    color: str = INK,
) -> str:
    return text(x, y, words, font_size=size, text_anchor=anchor, font_weight=weight, fill=color)
