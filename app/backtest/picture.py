"""A backtest as a picture: an SVG of its own, without scripts, fonts or links."""

from collections.abc import Mapping, Sequence
from html import escape
from math import floor, log10
from typing import Any

WIDTH, HEIGHT = 960, 640
LEFT, RIGHT = 300, 930
BARS_RIGHT = 700
LINES_LEFT = 80
BARS_TOP, BAR_STEP, BAR_HEIGHT = 78, 27, 15
LINES_TOP, LINES_BOTTOM = 372, 560

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
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    look = 'font-family="system-ui, sans-serif" font-size="13" fill="#1c2326"'
    named = 'role="img" aria-labelledby="title what"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {named} {look}>',
        f'<title id="title">{escape(_title(result))}</title>',
        f'<desc id="what">{escape(description(result))}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(20, 28, _title(result), size=17, weight="600"),
        _text(20, 52, _subtitle(result), color="#4a5459"),
        *_bars(rules, result["currency"]),
        *_lines(rules, result),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def description(result: Mapping[str, Any]) -> str:
    """Return the picture in words: what a reader who cannot see it needs."""
    rows = [
        f"{rule['label']}: profit {_amount(rule['profit'])} {result['currency']},"
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
        " lay before"
    )


def _bars(rules: Sequence[Mapping[str, Any]], currency: str) -> list[str]:
    low: float = min(0.0, *(rule["profit"] for rule in rules))
    high: float = max(0.0, *(rule["profit"] for rule in rules))
    ticks = _ticks(low, high)
    low, high = min(low, ticks[0]), max(high, ticks[-1])
    bottom = BARS_TOP + BAR_STEP * len(rules)
    wide = BARS_RIGHT - LEFT

    def x(value: float) -> float:
        return LEFT + wide * (value - low) / ((high - low) or 1.0)

    parts = [
        part
        for tick in ticks
        for part in (
            _line(x(tick), BARS_TOP - 6, x(tick), bottom, "#d8dee0"),
            _text(x(tick), bottom + 15, _amount(tick), anchor="middle", color="#4a5459"),
        )
    ]
    for index, rule in enumerate(rules):
        begin, end = sorted((x(0.0), x(rule["profit"])))
        parts += _bar(index, rule, begin, end)
    parts.append(_line(x(0.0), BARS_TOP - 6, x(0.0), bottom, "#1c2326"))
    middle = (LEFT + BARS_RIGHT) / 2
    parts.append(_text(middle, bottom + 33, f"profit, {currency}", anchor="middle"))
    return parts


def _bar(index: int, rule: Mapping[str, Any], begin: float, end: float) -> list[str]:
    top, faint = BARS_TOP + BAR_STEP * index, 0.45 if rule["hindsight"] else 1
    size = f'width="{max(end - begin, 0.5):.1f}" height="{BAR_HEIGHT}"'
    fill = f'fill="{COLORS[index]}" fill-opacity="{faint}"'
    weight = "600" if index == 0 else "400"
    return [
        _text(LEFT - 10, top + 12, rule["label"], anchor="end", weight=weight),
        f'<rect x="{begin:.1f}" y="{top}" {size} {fill}/>',
        _text(RIGHT, top + 12, _beside(rule), anchor="end", color="#4a5459"),
    ]


def _beside(rule: Mapping[str, Any]) -> str:
    fill, left, runs = _percent(rule["fill_rate"]), rule["leftover"], rule["runs"]
    return f"fill {fill}, {left:,.0f} left, {runs:,.0f} runs"


def _lines(rules: Sequence[Mapping[str, Any]], result: Mapping[str, Any]) -> list[str]:
    series = [[0.0, *(row["profit_to_date"] for row in rule["series"])] for rule in rules]
    points = max(len(one) for one in series)
    ticks = _ticks(min(map(min, series)), max(map(max, series)))
    low, high = ticks[0], ticks[-1]

    def x(index: int) -> float:
        return LINES_LEFT + (RIGHT - LINES_LEFT) * index / max(points - 1, 1)

    def y(value: float) -> float:
        return LINES_BOTTOM - (LINES_BOTTOM - LINES_TOP) * (value - low) / ((high - low) or 1.0)

    parts = [_text(20, LINES_TOP - 18, f"profit to date, {result['currency']}")]
    for tick in ticks:
        parts.append(_line(LINES_LEFT, y(tick), RIGHT, y(tick), "#d8dee0"))
        parts.append(
            _text(LINES_LEFT - 8, y(tick) + 4, _amount(tick), anchor="end", color="#4a5459")
        )
    for index in reversed(range(len(rules))):
        path = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in enumerate(series[index]))
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{COLORS[index]}"'
            f' stroke-width="{3 if index == 0 else 1.6}" stroke-dasharray="{DASHES[index]}"/>'
        )
    weeks = result["review_days"] // 7
    parts += [
        _text(x(index), LINES_BOTTOM + 17, str(index * weeks), anchor="middle", color="#4a5459")
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
        parts.append(
            f'<line x1="{left}" y1="{top}" x2="{left + 28}" y2="{top}" stroke="{COLORS[index]}"'
            f' stroke-width="{3 if index == 0 else 1.6}" stroke-dasharray="{DASHES[index]}"/>'
        )
        parts.append(_text(left + 34, top + 4, rule["label"], size=11))
    return parts


def _ticks(low: float, high: float) -> list[float]:
    """Return round amounts from at most `low` to at least `high`, 3 to 7 of them."""
    span = (high - low) or 1.0
    power = 10.0 ** floor(log10(span / 4))
    step = next(power * times for times in (1, 2, 5, 10) if span / (power * times) <= 5)
    first = floor(low / step)
    ticks = [first * step]
    while ticks[-1] < high - 1e-9 * span:
        ticks.append((first + len(ticks)) * step)
    return ticks


def _amount(value: float) -> str:
    return f"{value:,.0f}".replace("-", "\N{MINUS SIGN}")


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}%"


def _line(x1: float, y1: float, x2: float, y2: float, color: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}"/>'


def _text(
    x: float,
    y: float,
    text: str,
    *,
    size: int = 13,
    anchor: str = "start",
    weight: str = "400",
    color: str = "#1c2326",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"'
        f' font-weight="{weight}" fill="{color}">{escape(text)}</text>'
    )
