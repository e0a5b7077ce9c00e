"""Which tools were paid for by an earlier run."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database.upsert import one_of
from app.runs.tables import Run


def tooled_offers(session: Session, style_ids: Sequence[int]) -> set[tuple[int, int, str]]:
    """Return (style, factory, offer code) of every run accepted so far for these styles."""
    query = (
        select(Run.style_id, Run.factory_id, Run.offer)
        .where(one_of(session, Run.style_id, style_ids))
        .distinct()
    )
    return {(row.style_id, row.factory_id, row.offer) for row in session.execute(query)}
