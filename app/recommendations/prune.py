"""Keep a decision and a forecast a style and day, later fewer, and all recommendations rest on.

Every signal makes a new decision: without this, steady sales of a large range would store
gigabytes a day that nobody asks for. What a replay needs stays.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session, aliased

from app.database.upsert import is_monday, one_of
from app.forecasting.tables import ForecastRow
from app.recommendations.tables import DecisionRow, Recommendation


def keep_the_newest(session: Session, style_ids: Sequence[int], *, since: datetime) -> None:
    """Delete the styles' decisions and forecasts made since then, but for the newest of each.

    Args:
        session: In a write transaction; a style's decisions are the caller's to write.
        style_ids: Whose.
        since: When the brand's day began.
    """
    _delete_decisions(session, style_ids, DecisionRow.at >= since)
    _delete_forecasts(session, style_ids, ForecastRow.made_at >= since)


def thin_out(session: Session, style_ids: Sequence[int], *, before: datetime, most: int) -> bool:
    """Delete the styles' decisions from before a time, and forecasts but for one a week.

    The newest of each stays, and what a recommendation rests on.

    Args:
        session: In a write transaction; a style's decisions are the caller's to write.
        style_ids: Whose.
        before: What was made since then stays as it is.
        most: Rows of each kind deleted at most; decisions first, which forecasts rest on.

    Returns:
        Whether there may be more to delete.
    """
    gone = _delete_decisions(session, style_ids, DecisionRow.at < before, most=most)
    if gone < most:
        weekly = is_monday(session, ForecastRow.origin)
        old = (ForecastRow.made_at < before, ~weekly)
        gone = _delete_forecasts(session, style_ids, *old, most=most)
    return gone == most


def _delete_decisions(
    session: Session,
    style_ids: Sequence[int],
    *which: ColumnElement[bool],
    most: int | None = None,
) -> int:
    """Delete those of the styles' decisions that are not the newest and have no recommendation."""
    later = aliased(DecisionRow)
    newest = select(func.max(later.id)).where(later.style_id == DecisionRow.style_id)
    used = select(Recommendation.id).where(
        Recommendation.style_id == DecisionRow.style_id,
        Recommendation.decision_id == DecisionRow.id,
    )
    useless = (
        one_of(session, DecisionRow.style_id, style_ids),
        *which,
        DecisionRow.id < newest.scalar_subquery(),
        ~used.exists(),
    )
    return _delete(session, DecisionRow, useless, most)


def _delete_forecasts(
    session: Session,
    style_ids: Sequence[int],
    *which: ColumnElement[bool],
    most: int | None = None,
) -> int:
    """Delete those of the styles' forecasts that are not the newest and that no decision used."""
    younger = aliased(ForecastRow)
    last = select(func.max(younger.id)).where(younger.style_id == ForecastRow.style_id)
    decided = select(DecisionRow.id).where(
        DecisionRow.style_id == ForecastRow.style_id,
        DecisionRow.forecast_id == ForecastRow.id,
    )
    useless = (
        one_of(session, ForecastRow.style_id, style_ids),
        *which,
        ForecastRow.id < last.scalar_subquery(),
        ~decided.exists(),
    )
    return _delete(session, ForecastRow, useless, most)


def _delete(
    session: Session,
    model: type[DecisionRow | ForecastRow],
    useless: Sequence[ColumnElement[bool]],
    most: int | None,
) -> int:
    """Delete the rows that meet all of these conditions, or some of them; say how many."""
    if most is not None:
        some = select(model.id).where(*useless).limit(most).correlate(None)
        useless = [model.id.in_(some)]
    gone = session.execute(
        delete(model).where(*useless), execution_options={"synchronize_session": False}
    )
    return gone.rowcount  # type: ignore[attr-defined,no-any-return]  # of a DELETE it is there
