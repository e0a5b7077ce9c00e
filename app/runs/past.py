"""What a style's accepted runs were, as its next decision sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database.upsert import one_of
from app.runs.tables import Run


@dataclass(frozen=True, slots=True)
class PastRuns:
    """The accepted runs of a style.

    Attributes:
        last_mode: How the last one was made.
        total_cost: Money they tied up, all together.
    """

    last_mode: str
    total_cost: Decimal


def past_runs(session: Session, style_ids: Sequence[int]) -> dict[int, PastRuns]:
    """Return the accepted runs of each style that has any."""
    mine = one_of(session, Run.style_id, style_ids)
    sums = (
        select(Run.style_id, func.max(Run.id).label("last"), func.sum(Run.total_cost).label("cost"))
        .where(mine)
        .group_by(Run.style_id)
        .subquery()
    )
    query = select(Run.style_id, Run.mode, sums.c.cost).join(sums, sums.c.last == Run.id)
    return {row.style_id: PastRuns(row.mode, row.cost) for row in session.execute(query)}
