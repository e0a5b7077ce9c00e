"""Days of the season as numbers, and the moments they stand for."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_DAY = date(2026, 3, 2)
"""A Monday; Europe's clocks change within the season, so its 23-hour day is played too."""

SEASON_DAYS = 16 * 7

DELIVERIES_OPEN = 6 * 60
RETURNS_OPEN = 7 * 60
SHOP_OPENS = 8 * 60
SHOP_CLOSES = 22 * 60
SHELVES_COUNTED = 22 * 60 + 30
DAY_REPORTED = 23 * 60 + 30
"""Minutes after midnight at which a brand's day takes its turns."""

MORNING = 10
"""Minutes after midnight at which factories answer and a review looks at what was reported."""


def date_of(day: int) -> date:
    """Return the date of a season day; day 0 is the first, history has negative ones."""
    return FIRST_DAY + timedelta(days=day)


def day_of(when: date) -> int:
    """Return the season day of a date."""
    return (when - FIRST_DAY).days


def moment(timezone: str, day: int, minute: int) -> str:
    """Return a wall-clock minute of a day as RFC 3339 text with its offset."""
    clock = time(minute // 60, minute % 60, tzinfo=ZoneInfo(timezone))
    return datetime.combine(date_of(day), clock).isoformat()
