"""Who works and who may call: workers, keys, what waits."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.doctor.advice import Advice, broken, hint, ok
from app.jobs.beats import last_beat
from app.jobs.signals import noted
from app.jobs.tables import DueWork
from app.parties.tables import ApiKey

BEAT_LASTS = timedelta(seconds=60)
LONG_DUE = timedelta(minutes=10)
MANY_ATTEMPTS = 3


def workers(session: Session, at: datetime) -> Iterator[Advice]:
    """Look whether somebody refreshes, and keeps up."""
    latest, wall = last_beat(session), datetime.now(UTC)
    if latest is None:
        yield broken("workers", "there never was one", "shortrun serve, or shortrun worker")
    elif wall - latest > BEAT_LASTS:
        said = f"the last one was seen {_ago(wall - latest)}"
        yield broken("workers", said, "shortrun serve, or shortrun worker")
    else:
        yield ok("workers", f"one was seen {_ago(wall - latest)}")
    count, oldest = session.execute(
        select(func.count(), func.min(DueWork.due_at)).where(DueWork.due_at <= at)
    ).one()
    more, since = noted(session, at)
    times = [time for time in (oldest, since) if time is not None]
    if times and at - min(times) > LONG_DUE:
        said = f"{count + more} styles wait for a refresh, the oldest since {_ago(at - min(times))}"
        yield hint("workers", said, "start more workers: shortrun worker")
    failing = session.scalar(
        select(func.count()).where(DueWork.attempts >= MANY_ATTEMPTS, DueWork.due_at <= at)
    )
    if failing:
        said = f"{failing} styles failed {MANY_ATTEMPTS} times or more"
        yield hint("workers", said, "GET /v1/refreshes/{id} and the worker's log say why")


def operators(session: Session, at: datetime) -> Iterator[Advice]:
    """Look whether anybody may set things up."""
    lives = ApiKey.revoked_at.is_(None) & or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > at)
    count = session.scalar(select(func.count()).where(ApiKey.role == "ops", lives))
    if count:
        yield ok("keys", f"{count} for operators")
    else:
        yield broken("keys", "there is none for operators", "shortrun keys create --role ops")


def _ago(since: timedelta) -> str:
    seconds = int(since.total_seconds())
    if seconds < 120:
        return f"{seconds} s ago"
    return f"{seconds // 60} min ago" if seconds < 7200 else f"{seconds // 3600} h ago"
