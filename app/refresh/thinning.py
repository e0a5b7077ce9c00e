"""Forget, a portion between two batches, what nobody asks for after months.

Decisions that led to no recommendation, forecasts but for one a week, requests to refresh that
ended, what a day had taught. Sales, recommendations, runs and what these rest on stay for ever.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.catalog.tables import Style
from app.database.database import Database
from app.forecasting.tables import PriorsRow
from app.recommendations.prune import thin_out
from app.recommendations.queries import lock_styles
from app.refresh.tables import Refresh, RefreshStyle

STYLES_A_PORTION = 100
"""Whose decisions are locked for as long as one portion takes."""

PERIOD = timedelta(days=1)


class Thinning:
    """One worker's way through all styles, once a day; two at it do no harm."""

    def __init__(self, database: Database, *, kept_days: int) -> None:
        """Keep everything of the last days."""
        self.database = database
        self.kept = timedelta(days=kept_days)
        self._begun: datetime | None = None
        self._after: int | None = None

    def step(self, at: datetime) -> None:
        """Do the next portion, if there is one today."""
        if self._after is None:
            if self._begun is not None and self._begun <= at < self._begun + PERIOD:
                return
            self._begun, self._after = at, 0
            with self.database.write() as session:
                forget_requests(session, before=at - self.kept)
        self._after = thin_next(self.database, self._after, before=at - self.kept)


def thin_next(database: Database, after: int, *, before: datetime) -> int | None:
    """Thin out the styles that follow one; return the last of them, None where there are none."""
    query = select(Style.id).where(Style.id > after).order_by(Style.id).limit(STYLES_A_PORTION)
    with database.read() as session:
        style_ids = list(session.scalars(query))
    if not style_ids:
        return None
    with database.write() as session:
        lock_styles(session, style_ids)
        thin_out(session, style_ids, before=before)
    return style_ids[-1]


def forget_requests(session: Session, *, before: datetime) -> None:
    """Delete refreshes that ended, and what the days had taught, before a time."""
    ended = select(Refresh.id).where(Refresh.finished_at < before)
    session.execute(delete(RefreshStyle).where(RefreshStyle.refresh_id.in_(ended)))
    session.execute(delete(Refresh).where(Refresh.finished_at < before))
    session.execute(delete(PriorsRow).where(PriorsRow.day < before.date()))
