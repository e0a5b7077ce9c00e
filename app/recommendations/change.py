"""Change the status of a recommendation: one conditional statement, whatever the reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from app.catalog.signals import styles_changed
from app.recommendations.feed import News, news
from app.recommendations.tables import Recommendation
from app.stock.ledger import forget


def move(
    session: Session,
    recommendation_id: str,
    *conditions: ColumnElement[bool],
    froms: Sequence[str],
    **values: Any,
) -> Recommendation | None:
    """Set `values` where the status is one of `froms` and the conditions hold; None otherwise."""
    statement = (
        update(Recommendation)
        .where(
            Recommendation.id == recommendation_id, Recommendation.status.in_(froms), *conditions
        )
        .values(**values)
        .returning(Recommendation)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one_or_none()


def show_successor(session: Session, row: Recommendation) -> None:
    """Let the one that an opened recommendation replaces name it to the factory too."""
    if row.seen_supersedes is not None:
        session.execute(
            update(Recommendation)
            .where(Recommendation.id == row.seen_supersedes)
            .values(seen_superseded_by=row.id)
        )


def expire_rows(session: Session, rows: Sequence[Recommendation], *, at: datetime) -> list[News]:
    """Expire these standing ones; units of a counter no longer count as supply.

    The caller holds the styles, and marks those due that only had an open one or a draft.
    """
    told: list[News] = []
    for row in rows:
        was = row.status
        over = Recommendation.expires_at <= at
        ended = move(session, row.id, over, froms=(was,), status="expired")
        if ended is None:
            continue
        if was == "countered":
            release_counter(session, ended, at=at)
        told += news("recommendation.expired", ended, at=at)
    return told


def release_counter(session: Session, row: Recommendation, *, at: datetime) -> None:
    """Count the units that were countered no longer as supply."""
    forget(session, row.brand_id, source="counter", reference=row.id)
    styles_changed(session, row.brand_id, [row.style_id], at=at, supply=True)
