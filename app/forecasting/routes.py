"""Forecasts, as stored by the last refresh."""

from typing import Annotated

from fastapi import Query
from sqlalchemy.orm import Session

from app.catalog.queries import skus_by_code, style_by_code
from app.errors import NotFound
from app.forecasting.model import HORIZON, StyleForecast
from app.forecasting.paths import Paths, draw_paths
from app.forecasting.queries import forecast_of, latest_forecast
from app.forecasting.schemas import (
    SkuForecastOut,
    StyleForecastOut,
    sku_forecast,
    style_forecast,
)
from app.forecasting.tables import ForecastRow
from app.parties.access import CurrentBrand
from app.settings import Settings
from app.web.context import DatabaseDep, SettingsDep
from app.web.routing import router
from app.web.wire import WholeNumber

routes = router(tag="forecasts")

Periods = Annotated[
    WholeNumber | None,
    Query(ge=1, le=HORIZON, description="How many periods; default: what is planned."),
]


@routes.get("/forecasts/{sku:path}")
def get_sku_forecast(
    sku: str,
    brand: CurrentBrand,
    database: DatabaseDep,
    settings: SettingsDep,
    periods: Periods = None,
) -> SkuForecastOut:
    """Show a SKU's demand to come, by period and cumulated: demand, not sales.

    The paths behind it are those that decided: drawn again from the stored numbers.
    """
    with database.read() as session:
        ref = skus_by_code(session, brand.id, [sku]).get(sku)
        if ref is None:
            raise NotFound("there is no such SKU")
        row, forecast = _stored(session, ref.style_id)
    if sku not in forecast.sku_codes:
        raise _not_yet()
    return sku_forecast(forecast, sku, _drawn(row, forecast, periods, settings))


@routes.get("/styles/{style}/forecast")
def get_style_forecast(
    style: str,
    brand: CurrentBrand,
    database: DatabaseDep,
    settings: SettingsDep,
    periods: Periods = None,
) -> StyleForecastOut:
    """Show a style's demand to come over all of its SKUs, by period and cumulated."""
    with database.read() as session:
        found = style_by_code(session, brand.id, style)
        if found is None:
            raise NotFound("there is no such style")
        row, forecast = _stored(session, found.id)
    return style_forecast(forecast, _drawn(row, forecast, periods, settings))


def _stored(session: Session, style_id: int) -> tuple[ForecastRow, StyleForecast]:
    row = latest_forecast(session, style_id)
    if row is None:
        raise _not_yet()
    return row, forecast_of(row)


def _drawn(
    row: ForecastRow, forecast: StyleForecast, periods: int | None, settings: Settings
) -> Paths:
    """Draw the paths that decided; with more periods than they had, the same ones go on."""
    return draw_paths(
        forecast, periods=periods or row.horizon, paths=settings.forecast_paths, seed=row.seed
    )


def _not_yet() -> NotFound:
    return NotFound("it has not been forecast yet", code="not_forecast_yet")
