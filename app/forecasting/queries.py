"""Every SELECT of forecasting."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.forecasting.model import StyleForecast
from app.forecasting.priors import BrandPriors
from app.forecasting.tables import ForecastRow, PriorsRow


def latest_forecast(session: Session, style_id: int) -> ForecastRow | None:
    """Return the forecast made last; None before the first refresh.

    Last by its id, which the machine's clock orders: the first time that a sandbox is set to may
    lie before forecasts that were already made.
    """
    return session.scalars(
        select(ForecastRow)
        .where(ForecastRow.style_id == style_id)
        .order_by(ForecastRow.id.desc())
        .limit(1)
    ).one_or_none()


def forecast_of(row: ForecastRow) -> StyleForecast:
    """Return what a stored forecast says."""
    return StyleForecast.from_json(row.numbers)


def priors_of_day(session: Session, brand_id: int, day: date) -> BrandPriors | None:
    """Return the priors that forecasts of that brand-local day use; None if not learned yet."""
    stored = session.get(PriorsRow, (brand_id, day))
    return None if stored is None else BrandPriors.from_json(stored.numbers)
