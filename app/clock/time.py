"""Read and set the time; brand-local days."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock.tables import SandboxClock
from app.database.upsert import upsert
from app.errors import Conflict


def now(session: Session, *, sandbox: bool) -> datetime:
    """Return the service's time: the sandbox's where one was set, else the machine's."""
    if sandbox:
        standing: datetime | None = session.scalar(select(SandboxClock.now))
        if standing is not None:
            return standing
    return datetime.now(UTC)


def set_now(session: Session, to: datetime) -> None:
    """Let the sandbox stand at `to`; the first may be any time, later ones only forwards.

    Raises:
        Conflict: If `to` lies before the time already set.
    """
    standing = session.scalar(select(SandboxClock.now).with_for_update())
    if standing is not None and to < standing:
        raise Conflict("the clock only moves forwards", code="clock_backwards")
    upsert(session, SandboxClock, [{"id": 1, "now": to}], key=("id",))


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Return the IANA zone of that name.

    Raises:
        ZoneInfoNotFoundError: If there is none; names are checked where a brand is stored.
    """
    return ZoneInfo(name)


def local_day(at: datetime, timezone: str) -> date:
    """Return the calendar day of an instant in a zone."""
    return at.astimezone(zone(timezone)).date()


def start_of_day(day: date, timezone: str) -> datetime:
    """Return the instant a calendar day begins in a zone, in UTC.

    Where clocks skip midnight (Cairo, Santiago) this is the instant they jump, and a day that
    was skipped whole (Apia, 2011-12-30) is empty: it begins where the next one does.
    """
    return datetime.combine(day, time.min, tzinfo=zone(timezone)).astimezone(UTC)


def end_of_day(day: date, timezone: str) -> datetime:
    """Return the last whole second of a calendar day in a zone, in UTC."""
    return start_of_day(day + timedelta(days=1), timezone) - timedelta(seconds=1)
