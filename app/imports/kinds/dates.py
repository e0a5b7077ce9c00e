"""Read dates and times as files write them, and tell how a file does."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(.+))?|(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{4,6}))?"
)
_PARTS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:,?[T ]+(.+))?")
_MONTH = re.compile(
    r"(?:(\d{1,2})[ .-]+([A-Za-z]{3,9})|([A-Za-z]{3,9})[ .-]+(\d{1,2}))[,. -]+(\d{4}|\d{2})"
    r"(?:,?[T ]+(.+))?"
)
_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp]\.?[Mm]\.?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
)
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
LOOKED_AT = 20_000


def read_time(said: str, day_first: bool) -> datetime | date | None:
    """Return a day or a time, with its offset where it has one; None where it is neither.

    Args:
        said: The text.
        day_first: Whether 03/04/2026 is the third of April.

    Raises:
        ValueError: If it is written like a day that does not exist.
    """
    if said[4:5] == "-" and said[5:6].isdigit():
        plain = _as_python_reads(said)
        if plain is not None:
            return plain
    if matched := _ISO.fullmatch(said):
        if matched[1]:
            return _at(int(matched[1]), int(matched[2]), int(matched[3]), matched[4])
        clock = matched[8]
        told = clock and ":".join(re.findall("..", clock))
        return _at(int(matched[5]), int(matched[6]), int(matched[7]), told)
    if matched := _PARTS.fullmatch(said):
        first, second = int(matched[1]), int(matched[3])
        if matched[2] == "." or day_first:
            first, second = second, first
        return _at(_year(matched[4]), first, second, matched[5])
    if matched := _MONTH.fullmatch(said):
        month = _MONTHS.get((matched[2] or matched[3])[:3].lower(), 0)
        return _at(_year(matched[5]), month, int(matched[1] or matched[4]), matched[6])
    return None


def _as_python_reads(said: str) -> datetime | date | None:
    """Return the time of most files in a twentieth of the time that a pattern takes."""
    try:
        return date.fromisoformat(said) if len(said) == 10 else datetime.fromisoformat(said)
    except ValueError:
        return None


def _year(said: str) -> int:
    return int(said) if len(said) == 4 else 2000 + int(said)


def _at(year: int, month: int, day: int, clock: str | None) -> datetime | date | None:
    if not clock:
        return date(year, month, day)
    matched = _CLOCK.fullmatch(clock.strip())
    if matched is None:
        return None
    hour = int(matched[1])
    if matched[5]:
        hour = hour % 12 + (12 if matched[5][0] in "Pp" else 0)
    fraction = int((matched[4] or "0").ljust(6, "0")[:6])
    at = datetime(year, month, day, hour, int(matched[2]), int(matched[3] or 0), fraction)  # noqa: DTZ001  the offset follows
    offset = matched[6]
    if not offset:
        return at
    return datetime.fromisoformat(f"{at.isoformat()}{'Z' if offset in {'UTC', 'GMT'} else offset}")


def order_of(values: Iterable[Any]) -> Literal["day", "month", "unclear"] | None:
    """Say what comes first in days such as 03/04/2026, by values where only one can be.

    None: no value is written so.
    """
    day_first = month_first = unclear = 0
    for value in values:
        matched = _PARTS.fullmatch(value.strip()) if isinstance(value, str) else None
        if matched is None or matched[2] == ".":
            continue
        first, second = int(matched[1]), int(matched[3])
        day_first += first > 12 >= second
        month_first += second > 12 >= first
        unclear += 1
    if day_first or month_first:
        return "day" if day_first >= month_first else "month"
    return "unclear" if unclear else None
