"""Keep one decision and one forecast a style and day, and all that a recommendation rests on.

Every signal makes a new decision: without this, steady sales of a large range would store
gigabytes a day that nobody asks for. What a replay needs stays.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from app.database.upsert import one_of
from app.forecasting.tables import ForecastRow
from app.recommendations.tables import DecisionRow, Recommendation


def keep_the_newest(session: Session, style_ids: Sequence[int], *, since: datetime) -> None:
    """Delete the styles' decisions and forecasts made since then, but for the newest of each.

    Args:
        session: In a write transaction; a style's decisions are the caller's to write.
        style_ids: Whose.
        since: When the brand's day began.
    """
    later = aliased(DecisionRow)
    newest = select(func.max(later.id)).where(later.style_id == DecisionRow.style_id)
    used = select(Recommendation.id).where(
        Recommendation.style_id == DecisionRow.style_id,
        Recommendation.decision_id == DecisionRow.id,
    )
    session.execute(
        delete(DecisionRow).where(
            one_of(session, DecisionRow.style_id, style_ids),
            DecisionRow.at >= since,
            DecisionRow.id < newest.scalar_subquery(),
            ~used.exists(),
        ),
        execution_options={"synchronize_session": False},
    )
    younger = aliased(ForecastRow)
    last = select(func.max(younger.id)).where(younger.style_id == ForecastRow.style_id)
    decided = select(DecisionRow.id).where(
        DecisionRow.style_id == ForecastRow.style_id,
        DecisionRow.forecast_id == ForecastRow.id,
    )
    session.execute(
        delete(ForecastRow).where(
            one_of(session, ForecastRow.style_id, style_ids),
            ForecastRow.made_at >= since,
            ForecastRow.id < last.scalar_subquery(),
            ~decided.exists(),
        ),
        execution_options={"synchronize_session": False},
    )
