"""How amounts, counts, days and times are said on a page: the filters of the templates."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from app.clock.time import zone

SIGNS = {"EUR": "€", "GBP": "£", "INR": "₹", "JPY": "¥", "USD": "$"}
MINUS = "\N{MINUS SIGN}"
NARROW = "\N{NO-BREAK SPACE}"
NONE = "\N{EN DASH}"

LONGEST_WHOLE = 24
"""Identifiers up to this length are said whole."""

Amount = Decimal | str | float | int | None


def money(amount: Amount, currency: str) -> str:
    """Say an amount to the cent: `€1,234.50`; a dash for None."""
    return _money(amount, currency, Decimal("0.01"))


def amount(amount: Amount, currency: str) -> str:
    """Say an amount to the unit, as far as decisions need it: `€1,235`."""
    return _money(amount, currency, Decimal(1))


def gain(amount: Amount, currency: str) -> str:
    """Say a difference to the unit, its sign with it: `+€1,235`."""
    said = _money(amount, currency, Decimal(1))
    return said if said.startswith((MINUS, NONE)) else f"+{said}"


def _money(value: Amount, currency: str, step: Decimal) -> str:
    if value is None:
        return NONE
    exact = Decimal(str(value)).quantize(step, ROUND_HALF_UP)
    sign = MINUS if exact < 0 else ""
    unit = SIGNS.get(currency, f"{currency}{NARROW}")
    return f"{sign}{unit}{abs(exact):,}"


def count(units: float | None, digits: int = 0) -> str:
    """Say a number with its thousands apart; a dash for None."""
    if units is None:
        return NONE
    return f"{units:,.{digits}f}".replace("-", MINUS)


def units(number: int | None) -> str:
    """Say how many units."""
    return f"{count(number)}{NARROW}unit{'' if number == 1 else 's'}"


def percent(share: float | None, digits: int = 0) -> str:
    """Say a share of 1 in hundredths."""
    return NONE if share is None else f"{share * 100:.{digits}f}{NARROW}%".replace("-", MINUS)


def day(on: date | None, *, today: date | None = None) -> str:
    """Say a day: `Thu 2 Apr`, with its year where it is not that of `today`."""
    if on is None:
        return NONE
    year = "" if today is not None and on.year == today.year else f" {on.year}"
    return f"{on:%a} {on.day} {on:%b}{year}".replace(" ", NARROW)


def away(on: date | None, today: date) -> str:
    """Say how far off a day is: `today`, `in 3 days`, `2 days ago`."""
    if on is None:
        return ""
    days = (on - today).days
    if days == 0:
        return "today"
    said = f"{abs(days)}{NARROW}day{'' if abs(days) == 1 else 's'}"
    return f"in {said}" if days > 0 else f"{said} ago"


def instant(at: datetime | None, timezone: str = "UTC") -> str:
    """Say a time in a zone, to the minute: `2 Apr 2026, 14:05`."""
    if at is None:
        return NONE
    there = at.astimezone(zone(timezone))
    return f"{there.day} {there:%b %Y, %H:%M}".replace(" ", NARROW)


def ago(at: datetime | None, now: datetime) -> str:
    """Say how long ago a time was, in its largest unit."""
    if at is None:
        return "never"
    past = now - at
    if past < timedelta(minutes=1):
        return "just now"
    for name, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        number = int(past.total_seconds() // size)
        if number:
            return f"{number}{NARROW}{name}{'' if number == 1 else 's'} ago"
    return "just now"


def words(code: str | None) -> str:
    """Say a code in words: `small_batch` is `small batch`, `key.made` is `key made`."""
    return NONE if code is None else code.replace("_", " ").replace(".", " ")


def short(identifier: str) -> str:
    """Say an id by its kind and its end, which tells it apart: `rec_…93b8a7`."""
    if len(identifier) <= LONGEST_WHOLE:
        return identifier
    kind, mark, _ = identifier.partition("_")
    return f"{kind}{mark}\N{HORIZONTAL ELLIPSIS}{identifier[-6:]}" if mark else _cut(identifier)


def _cut(identifier: str) -> str:
    return f"{identifier[:LONGEST_WHOLE]}\N{HORIZONTAL ELLIPSIS}"


def plain(value: Any) -> str:
    """Say a detail of the log: yes and no, a list's parts, none; long ones are cut."""
    if value is None or value == []:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " and ".join(short(str(one)) for one in value)
    return short(str(value))


FILTERS: dict[str, Callable[..., Any]] = {
    "ago": ago,
    "amount": amount,
    "away": away,
    "count": count,
    "day": day,
    "gain": gain,
    "instant": instant,
    "money": money,
    "percent": percent,
    "plain": plain,
    "short": short,
    "units": units,
    "words": words,
}
