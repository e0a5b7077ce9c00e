"""Keep forecasts and the priors of a day."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.database.upsert import upsert
from app.forecasting.model import StyleForecast
from app.forecasting.past.priors import BrandPriors
from app.forecasting.tables import ForecastRow, PriorsRow
from app.ids import new_id


def new_forecast(
    style_id: int, forecast: StyleForecast, *, seed: int, horizon: int, made_at: datetime
) -> ForecastRow:
    """Make the row of a forecast, its id included, without storing it yet."""
    return ForecastRow(
        id=new_id("fc"),
        style_id=style_id,
        origin=forecast.origin,
        made_at=made_at,
        horizon=horizon,
        seed=seed,
        numbers=forecast.to_json(),
    )


def save_forecasts(session: Session, rows: Sequence[ForecastRow]) -> None:
    """Store forecasts beside the earlier ones."""
    if rows:
        columns = [column.key for column in ForecastRow.__table__.columns]
        session.execute(
            insert(ForecastRow), [{name: getattr(row, name) for name in columns} for row in rows]
        )


def keep_priors(
    session: Session,
    brand_id: int,
    day: date,
    priors: BrandPriors,
    *,
    last_event: int = 0,
    events: int = 0,
) -> None:
    """Store the priors of a day, instead of those it had, with what they were learned from."""
    numbers = {
        "priors": priors.to_json(),
        "learned_from": {"last_event": last_event, "events": events},
    }
    row = {"brand_id": brand_id, "day": day, "numbers": numbers}
    upsert(session, PriorsRow, [row], key=("brand_id", "day"))
