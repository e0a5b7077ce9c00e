"""From data to places on paper: linear scales, round ticks, days, and labels for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, isfinite, log10

LEAST_SPAN = 1e-9
"""Nothing drawn is told apart finer; a span of 5e-324 has no power of ten that is not 0."""

ROUNDING_GUARD = 1e-9
"""0.3 / 0.1 is a hair below 3 in binary; without this there would be a tick too few."""

MINUS = "\N{MINUS SIGN}"
LARGE = ((1e15, "e15"), (1e12, "tn"), (1e9, "bn"), (1e6, "M"), (1e3, "k"))
SHORTENED_FROM = 10_000
"""Up to here an axis has room for the whole number."""

MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
WEEK_STEPS = (1, 2)


@dataclass(frozen=True)
class Scale:
    """A straight line from values (`low` to `high`) to places (`begin` to `end`)."""

    low: float
    high: float
    begin: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of a value; all are at the beginning where the scale has no length."""
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.0
        return self.begin + (self.end - self.begin) * share


def nice_ticks(low: float, high: float, *, about: int = 5, whole: bool = False) -> list[float]:
    """Return round values from at most `low` to at least `high`, equally far apart.

    Args:
        low: The least value shown, finite.
        high: The largest, finite, >= low; where both are the same, 0 is shown beside them.
        about: How many ticks are wanted, >= 2; up to half as many more may come.
        whole: Whether a fraction makes no sense: the step is at least 1.

    Raises:
        ValueError: If a value is not finite or they stand the wrong way round.

    Source:
        Heckbert (1990), "Nice Numbers for Graph Labels", Graphics Gems I, loose labels.
    """
    if not (isfinite(low) and isfinite(high)) or high < low:
        raise ValueError("ticks need finite values, the lower one first")
    if high - low < LEAST_SPAN:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < LEAST_SPAN:
        high = low + 1.0
    step = _nice(_nice(high - low, up=True) / (max(about, 2) - 1), up=False)
    if whole:
        step = max(step, 1.0)
    first = floor(low / step + ROUNDING_GUARD)
    last = max(ceil(high / step - ROUNDING_GUARD), first + 1)
    return [index * step for index in range(first, last + 1)]


def _nice(span: float, *, up: bool) -> float:
    """Return 1, 2, 5 or 10 times a power of ten: the next above, or else the nearest."""
    power = 10.0 ** floor(log10(span))
    share = span / power
    bounds = (1.0 + ROUNDING_GUARD, 2.0 + ROUNDING_GUARD, 5.0 + ROUNDING_GUARD)
    if not up:
        bounds = (1.5, 3.0, 7.0)
    for bound, nice in zip(bounds, (1, 2, 5), strict=True):
        if share <= bound:
            return nice * power
    return 10 * power


def tick_labels(ticks: Sequence[float]) -> list[str]:
    """Return the ticks in figures, as short and as exact as their step asks for."""
    largest = max((abs(tick) for tick in ticks), default=0.0)
    step = abs(ticks[1] - ticks[0]) if len(ticks) > 1 else largest
    size, unit = 1.0, ""
    if largest >= SHORTENED_FROM:
        size, unit = next((size, unit) for size, unit in LARGE if largest >= size)
    digits = max(0, ceil(-log10(step / size) - ROUNDING_GUARD)) if step else 0
    return [
        f"{tick / size:,.{digits}f}{unit}".replace("-", MINUS)
        if abs(tick) > ROUNDING_GUARD * step
        else "0"
        for tick in ticks
    ]


def amount(value: float) -> str:
    """Return a value to the unit, its thousands apart."""
    return f"{value:,.0f}".replace("-", MINUS)


def day_ticks(first: date, last: date, *, at_most: int) -> list[tuple[date, str]]:
    """Return days from `first` to `last` to label: Mondays or firsts of months, evenly apart.

    Args:
        first: The first day shown.
        last: The last day shown, not before it.
        at_most: How many labels there is room for, >= 1.
    """
    weeks = (last - first).days / 7
    for step in WEEK_STEPS:
        if weeks / step <= at_most - 1:
            monday = first + timedelta(days=-first.weekday() % 7)
            days = [
                monday + timedelta(weeks=index * step) for index in range(int(weeks / step) + 1)
            ]
            found = [day for day in days if day <= last]
            if found:
                return [(day, f"{day.day} {day:%b}") for day in found]
            return [(first, f"{first.day} {first:%b}")]
    return _month_ticks(first, last, at_most)


def _month_ticks(first: date, last: date, at_most: int) -> list[tuple[date, str]]:
    start = first.year * 12 + first.month - (1 if first.day == 1 else 0)
    end = last.year * 12 + last.month - 1
    step = next(
        (step for step in MONTH_STEPS if (end - start) // step + 1 <= at_most), MONTH_STEPS[-1]
    )
    months = range(-(-start // step) * step, end + 1, step)
    days = [date(month // 12, month % 12 + 1, 1) for month in months]
    named = []
    for index, day in enumerate(days):
        has_year = index == 0 or days[index - 1].year != day.year
        named.append((day, f"{day:%b %Y}" if has_year else f"{day:%b}"))
    return named or [(first, f"{first.day} {first:%b}")]
