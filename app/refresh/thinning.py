"""Forget, a portion between two batches, what nobody asks for after months.

Decisions that led to no recommendation, forecasts but for one a week, requests to refresh that
ended, what a day had taught. Sales, recommendations, runs and what these rest on stay for ever.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from app.catalog.tables import Style
from app.database.database import Database
from app.forecasting.tables import PriorsRow
from app.recommendations.prune import thin_out
from app.recommendations.queries import lock_styles
from app.refresh.tables import Refresh, RefreshStyle

STYLES_A_PORTION = 100
"""Whose decisions are locked for as long as one portion takes."""

ROWS_A_PORTION = 1_000
"""Of each kind, deleted in one transaction: after an upgrade there may be years of them."""

PERIOD = timedelta(days=1)


class Thinning:
    """One worker's way through all styles, once a day; two at it do no harm."""

    def __init__(self, database: Database, *, kept_days: int) -> None:
        """Keep everything of the last days."""
        self.database = database
        self.kept = timedelta(days=kept_days)
        self._begun: datetime | None = None
        self._after: int | None = None
        self._asks = False

    def step(self, at: datetime) -> None:
        """Do the next portion, if there is one today."""
        before = at - self.kept
        if self._after is None:
            if self._begun is not None and self._begun <= at < self._begun + PERIOD:
                return
            self._begun, self._after, self._asks = at, 0, True
        if self._asks:
            with self.database.write() as session:
                self._asks = forget_requests(session, before=before)
        else:
            self._after = thin_next(self.database, self._after, before=before)


def thin_next(database: Database, after: int, *, before: datetime) -> int | None:
    """Thin out the styles that follow one, as far as a portion goes.

    Returns:
        The style to go on after: the last of them, or the same where there is more of them. None:
        none follows.
    """
    query = select(Style.id).where(Style.id > after).order_by(Style.id).limit(STYLES_A_PORTION)
    with database.read() as session:
        style_ids = list(session.scalars(query))
    if not style_ids:
        return None
    with database.write() as session:
        lock_styles(session, style_ids)
        is_more = thin_out(session, style_ids, before=before, most=ROWS_A_PORTION)
    return after if is_more else style_ids[-1]


def forget_requests(session: Session, *, before: datetime) -> bool:
    """Delete a portion of the refreshes that ended, and what the days had taught, before a time.

    Returns:
        Whether there may be more to delete.
    """
    ended = Refresh.finished_at < before
    styles = (
        select(RefreshStyle.refresh_id, RefreshStyle.style_id)
        .join(Refresh, Refresh.id == RefreshStyle.refresh_id)
        .where(ended)
        .limit(ROWS_A_PORTION)
    )
    row = tuple_(RefreshStyle.refresh_id, RefreshStyle.style_id)
    gone = session.execute(delete(RefreshStyle).where(row.in_(styles)))
    if gone.rowcount == ROWS_A_PORTION:  # type: ignore[attr-defined]  # of a DELETE it is there
        return True
    session.execute(delete(Refresh).where(ended))
    session.execute(delete(PriorsRow).where(PriorsRow.day < before.date()))
    return False
