"""Read one value of a file: a text, a number, an amount, a time, as people write them.

Each reader is told once how the file writes (decimal comma, order of day and month, zone), and
gives back the value or what is wrong with it. Equal values of a column are read once.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from app.clock.time import end_of_day, local_day, zone
from app.web.wire import MONEY_MAX, UNPRINTABLE

MOST_REMEMBERED = 100_000
SHOWN = 40
"""Characters of a value that its error repeats."""

_TICK = Decimal("0.0001")
_UNPRINTABLE = re.compile(f"[{UNPRINTABLE}\ufffd\\ud800-\\udfff]")
_CURRENCY = re.compile(r"^\s*(?:[A-Z]{3}|[^\w\s.,+()-])?\s*|\s*(?:[A-Z]{3}|[^\w\s.,+()-])?\s*$")
_POINT = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]+)?")
_COMMA = re.compile(r"[+-]?(?:[0-9]{1,3}(?:[.][0-9]{3})+|[0-9]+)?(?:,[0-9]+)?")
_SPACES = re.compile(r"(?<=[0-9])[ \u00a0\u202f'\u2019](?=[0-9]{3})")


class Wrong(NamedTuple):
    """Why a value cannot be taken."""

    code: str
    message: str


NOTHING_THERE = Wrong("missing", "is empty")
Reader = Callable[[Any], Any]
Times = Callable[[str, bool], datetime | date | None]


AHEAD_AT_MOST = timedelta(days=1)
"""As over HTTP: shop clocks run ahead, and more than this is a mistake."""


@dataclass(frozen=True)
class Style:
    """How a file writes: its decimal sign, what comes first in 03/04/2026, the zone of times.

    `at` is when the import was asked for: whoever goes on with it later reads the same.
    """

    decimal: str
    day_first: bool
    timezone: str
    at: datetime


class Column:
    """Reads the values of one column; what they were is in `wrong` where it is not empty."""

    def __init__(self, read: Reader, *, required: bool = False) -> None:
        self._read = read
        self._required = required
        self._known: dict[Any, Any] = {}
        self._has_wrong = False

    def values(self, given: Sequence[Any]) -> list[Any]:
        """Return the values as read, None where there is none, or a `Wrong`."""
        known = self._known
        if len(known) > MOST_REMEMBERED:
            known.clear()
        found = map(known.get, given)
        return [
            self._one(value) if one is None else one
            for one, value in zip(found, given, strict=True)
        ]

    def wrong(self, values: Sequence[Any]) -> list[int]:
        """Return where the values are wrong."""
        if not self._has_wrong:
            return []
        return [at for at, value in enumerate(values) if type(value) is Wrong]

    def _one(self, value: Any) -> Any:
        read = self._fresh(value)
        if type(read) is Wrong:
            self._has_wrong = True
        if value.__class__ is str:  # True equals 1 and 1.0: only texts are told apart
            self._known[value] = read
        return read

    def _fresh(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.strip()
        if value is None or value == "":
            return NOTHING_THERE if self._required else None
        return self._read(value)


def shown(value: Any) -> str:
    """Return a value as its error repeats it."""
    said = _UNPRINTABLE.sub("?", str(value))
    return f'"{said[:SHOWN]}…"' if len(said) > SHOWN else f'"{said}"'


def text(longest: int) -> Reader:
    """Return the reader of a text of so many characters at most."""

    def read(value: Any) -> Any:
        said = _plain(value)
        if _UNPRINTABLE.search(said):
            return Wrong("bad_text", f"{shown(said)} has characters that cannot be printed")
        if len(said) > longest:
            return Wrong("too_long", f"{shown(said)} is longer than {longest} characters")
        return said

    return read


def units(style: Style, *, least: int, most: int) -> Reader:
    """Return the reader of a whole number of units."""

    def read(value: Any) -> Any:
        amount = _number(value, style.decimal)
        if amount is None or amount != int(amount):
            return Wrong("not_an_integer", f"{shown(value)} is not a whole number")
        if not least <= amount <= most:
            code = "too_small" if amount < least else "too_large"
            return Wrong(code, f"{shown(value)} is not between {least:,} and {most:,}")
        return int(amount)

    return read


def money(style: Style) -> Reader:
    """Return the reader of an amount, rounded to four decimals."""

    def read(value: Any) -> Any:
        plain = _CURRENCY.sub("", value) if isinstance(value, str) else value
        amount = _number(plain, style.decimal)
        if amount is None:
            return Wrong("bad_money", f"{shown(value)} is not an amount")
        if not 0 <= amount <= MONEY_MAX:
            return Wrong("bad_money", f"{shown(value)} is not between 0 and {MONEY_MAX:,}")
        return amount.quantize(_TICK)

    return read


def share(style: Style) -> Reader:
    """Return the reader of a fraction from 0 to 1; `80%` is 0.8."""

    def read(value: Any) -> Any:
        said = str(value)
        amount = _number(said.rstrip("% ") if said.endswith("%") else value, style.decimal)
        if amount is not None and said.endswith("%"):
            amount = amount / 100
        if amount is None or not 0 <= amount <= 1:
            return Wrong("bad_share", f"{shown(value)} is not a share from 0 to 1")
        return float(amount)

    return read


def instant(style: Style, times: Times) -> Reader:
    """Return the reader of a time; a day alone is its noon in the brand's zone."""

    def read(value: Any) -> Any:
        found = _moment(value, style, times)
        if type(found) is date:
            found = datetime.combine(found, time(12))
        return _bounded(found, value, style)

    return read


def closing(style: Style, times: Times) -> Reader:
    """Return the reader of when stock was counted; a day alone is its end, in the brand's zone.

    Today is not over: its count is of the time at which the import was asked for.
    """
    today = local_day(style.at, style.timezone)

    def read(value: Any) -> Any:
        found = _moment(value, style, times)
        if type(found) is date and 2000 <= found.year <= 2100:
            found = style.at if found == today else end_of_day(found, style.timezone)
        return _bounded(found, value, style)

    return read


def day(style: Style, times: Times) -> Reader:
    """Return the reader of a calendar day; a time is its day in the brand's zone."""

    def read(value: Any) -> Any:
        found = _moment(value, style, times)
        if isinstance(found, datetime):
            found = found.astimezone(zone(style.timezone)).date() if found.tzinfo else found.date()
        if found is None:
            return Wrong("bad_day", f"{shown(value)} is not a date that is read here")
        if not 2000 <= found.year <= 2100:
            return Wrong("day_out_of_range", f"{shown(value)} is not in the years 2000 to 2100")
        return found

    return read


def _moment(value: Any, style: Style, times: Times) -> datetime | date | None:
    if isinstance(value, datetime | date):
        return value
    try:
        return times(value, style.day_first) if isinstance(value, str) else None
    except ValueError:
        return None


def _bounded(found: Any, value: Any, style: Style) -> Any:
    if not isinstance(found, datetime):
        return Wrong("bad_time", f"{shown(value)} is not a date or time that is read here")
    if not 2000 <= found.year <= 2100:
        return Wrong("time_out_of_range", f"{shown(value)} is not in the years 2000 to 2100")
    if found.tzinfo is None:
        # What comes twice in autumn is its first; either way the calendar day is the one written.
        found = found.replace(tzinfo=zone(style.timezone))
    if found - style.at > AHEAD_AT_MOST:
        return Wrong("in_future", f"{shown(value)} is more than a day ahead")
    return found.astimezone(UTC)


def _plain(value: Any) -> str:
    """Return a value as the text that its owner sees: spreadsheets keep codes as numbers."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _number(value: Any, decimal: str) -> Decimal | None:
    """Return a number as written, thousands separated or not; None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float | Decimal):
        amount = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        return amount if amount.is_finite() and abs(amount) < 10**18 else None
    if not isinstance(value, str) or len(value) > SHOWN:
        return None
    said = _SPACES.sub("", value.strip())
    if said.startswith("(") and said.endswith(")"):
        said = f"-{said[1:-1]}"  # accountants write negative numbers so
    if said.endswith("-"):
        said = f"-{said[:-1]}"  # and SAP so
    if not (_COMMA if decimal == "," else _POINT).fullmatch(said):
        return None
    plain = said.replace(".", "").replace(",", ".") if decimal == "," else said.replace(",", "")
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None
