"""How far the refreshes are that somebody asked for."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.catalog.signals import styles_changed
from app.database.upsert import one_of
from app.ids import new_id
from app.recommendations.proposal import Fate as PublishedFate
from app.refresh.queries import waiting_refreshes
from app.refresh.tables import Refresh, RefreshStyle

Fate: TypeAlias = PublishedFate | Literal["failed"]


def ask(
    session: Session,
    brand_id: int | None,
    styles: Mapping[int, Iterable[int]],
    *,
    at: datetime,
) -> Refresh:
    """Ask for a refresh of styles, given by brand id; it is done at once when there are none."""
    asked = Refresh(
        id=new_id("ref"),
        brand_id=brand_id,
        status="queued",
        requested_at=at,
        started_at=None,
        finished_at=None,
        wall_started_at=datetime.now(UTC),
        seconds=None,
    )
    session.add(asked)
    session.flush()
    rows = [
        {"refresh_id": asked.id, "style_id": style, "status": "waiting", "error": None}
        for ids in styles.values()
        for style in sorted(set(ids))
    ]
    if rows:
        session.execute(insert(RefreshStyle), rows)
    for brand, ids in styles.items():
        styles_changed(session, brand, ids, at=at)
    if not rows:
        asked.status, asked.started_at, asked.finished_at, asked.seconds = "done", at, at, 0.0
    return asked


def record(
    session: Session,
    fates: Mapping[int, Fate],
    errors: Mapping[int, str],
    *,
    at: datetime,
    seen_until: datetime,
) -> None:
    """Write what became of styles into the refreshes that wait for them; close what is complete.

    A stale style stays waiting: it is decided again at once. So does one whose refresh was asked
    for after the batch was claimed: what was posted before the asking may not have been seen.

    Args:
        session: In a write transaction.
        fates: What became of each style.
        errors: Why those failed that did.
        at: The service's time.
        seen_until: The machine's time of the claim.
    """
    done = sorted(style for style, fate in fates.items() if fate not in {"stale", "failed"})
    failed = sorted(style for style, fate in fates.items() if fate == "failed")
    touched = waiting_refreshes(session, [*done, *failed], asked_before=seen_until)
    if not touched:
        return
    _settle(session, touched, done, {"status": "done"})
    for style in failed:
        _settle(session, touched, [style], {"status": "failed", "error": errors[style][:500]})
    session.execute(
        update(Refresh)
        .where(one_of(session, Refresh.id, touched), Refresh.status == "queued")
        .values(status="running", started_at=at)
    )
    for refresh_id in touched:
        _close(session, refresh_id, at)


def _settle(
    session: Session, refreshes: list[str], styles: list[int], values: dict[str, str]
) -> None:
    session.execute(
        update(RefreshStyle)
        .where(
            one_of(session, RefreshStyle.refresh_id, refreshes),
            one_of(session, RefreshStyle.style_id, styles),
            RefreshStyle.status == "waiting",
        )
        .values(**values)
    )


def _close(session: Session, refresh_id: str, at: datetime) -> None:
    left = set(
        session.scalars(
            select(RefreshStyle.status).where(RefreshStyle.refresh_id == refresh_id).distinct()
        )
    )
    if "waiting" in left:
        return
    row = session.get_one(Refresh, refresh_id)
    row.status = "failed" if left == {"failed"} else "done"
    row.finished_at = at
    row.seconds = round((datetime.now(UTC) - row.wall_started_at).total_seconds(), 3)
