"""Every SELECT of refreshes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.tables import Style
from app.database.upsert import one_of
from app.parties.tables import Brand
from app.refresh.tables import Refresh, RefreshStyle

MOST_FAILURES = 100


@dataclass(frozen=True)
class FailedStyle:
    """A style of a refresh that could not be decided, and why."""

    brand: str
    style: str
    message: str


def waiting_refreshes(
    session: Session, style_ids: Sequence[int], *, asked_before: datetime
) -> list[str]:
    """Return the refreshes, asked for before then, that wait for any of these styles; locked.

    Whoever settles the last styles of one must see those that another worker has just settled.
    """
    waiting = select(RefreshStyle.refresh_id).where(
        one_of(session, RefreshStyle.style_id, style_ids), RefreshStyle.status == "waiting"
    )
    query = (
        select(Refresh.id)
        .where(Refresh.id.in_(waiting), Refresh.wall_started_at <= asked_before)
        .order_by(Refresh.id)
        .with_for_update()
    )
    return list(session.scalars(query))


def refresh_counts(session: Session, refresh: Refresh) -> dict[str, int]:
    """Return how many styles of a refresh are waiting, done and failed."""
    query = (
        select(RefreshStyle.status, func.count().label("styles"))
        .where(RefreshStyle.refresh_id == refresh.id)
        .group_by(RefreshStyle.status)
    )
    found = {row.status: row.styles for row in session.execute(query)}
    return {status: found.get(status, 0) for status in ("waiting", "done", "failed")}


def failed_styles(session: Session, refresh: Refresh) -> list[FailedStyle]:
    """Return the first failures of a refresh, by style."""
    query = (
        select(Brand.code, Style.code, RefreshStyle.error)
        .join(Style, Style.id == RefreshStyle.style_id)
        .join(Brand, Brand.id == Style.brand_id)
        .where(RefreshStyle.refresh_id == refresh.id, RefreshStyle.status == "failed")
        .order_by(RefreshStyle.style_id)
        .limit(MOST_FAILURES)
    )
    return [FailedStyle(*row[:2], row[2] or "") for row in session.execute(query)]


def brands_in_order(session: Session) -> list[int]:
    """Return the ids of every brand."""
    return list(session.scalars(select(Brand.id).order_by(Brand.id)))
