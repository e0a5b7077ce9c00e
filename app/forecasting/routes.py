"""Forecasts, as stored by the last refresh."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from app.catalog.queries import skus_by_code, style_by_code
from app.errors import NotFound
from app.forecasting.explained.explain import Explained, drawn_of
from app.forecasting.model import HORIZON, StyleForecast
from app.forecasting.queries import forecast_as_of, forecast_before, forecast_of
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
from app.web.wire import WholeNumber, parse_day, parse_timestamp

routes = router(tag="forecasts")

Periods = Annotated[
    Annotated[
        WholeNumber,
        Field(ge=1, le=HORIZON),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": HORIZON}),
    ]
    | None,
    Query(description="How many periods; default: what is planned."),
]


def parse_as_of(value: object) -> date | datetime:
    """Read a day or an instant.

    Raises:
        PydanticCustomError: If it is neither.
    """
    for parse in (parse_day, parse_timestamp):
        try:
            return parse(value)
        except PydanticCustomError:
            continue
    raise PydanticCustomError(
        "bad_as_of", "must be a day as YYYY-MM-DD or an RFC 3339 time with an offset"
    )


AsOf = Annotated[
    date | datetime | None,
    PlainValidator(parse_as_of),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": form} for form in ("date", "date-time")]}
    ),
    Query(
        description="Show an earlier forecast: of that day or the last before it, or made by "
        "that instant; default: the latest."
    ),
]


@routes.get("/forecasts/{sku:path}")
def get_sku_forecast(
    sku: str,
    brand: CurrentBrand,
    database: DatabaseDep,
    settings: SettingsDep,
    periods: Periods = None,
    as_of: AsOf = None,
) -> SkuForecastOut:
    """Show a SKU's demand to come, by period and cumulated: demand, not sales.

    The paths behind it are those that decided: drawn again from the stored numbers. Known demand
    is in them. `explanation` says what they rest on, as figures and as `text`.
    """
    with database.read() as session:
        ref = skus_by_code(session, brand.id, [sku]).get(sku)
        if ref is None:
            raise NotFound("there is no such SKU")
        found = _stored(session, ref.style_id, as_of)
    if sku not in found.forecast.sku_codes:
        raise _not_yet()
    return sku_forecast(_drawn(found, periods, settings), sku)


@routes.get("/styles/{style}/forecast")
def get_style_forecast(
    style: str,
    brand: CurrentBrand,
    database: DatabaseDep,
    settings: SettingsDep,
    periods: Periods = None,
    as_of: AsOf = None,
) -> StyleForecastOut:
    """Show a style's demand to come over all of its SKUs, by period and cumulated."""
    with database.read() as session:
        found = style_by_code(session, brand.id, style)
        if found is None:
            raise NotFound("there is no such style")
        stored = _stored(session, found.id, as_of)
    return style_forecast(_drawn(stored, periods, settings))


@dataclass(frozen=True, eq=False)
class _Stored:
    """A forecast as stored, and the one of an earlier day before it."""

    row: ForecastRow
    forecast: StyleForecast
    previous: StyleForecast | None


def _stored(session: Session, style_id: int, as_of: date | datetime | None) -> _Stored:
    row = forecast_as_of(session, style_id, as_of)
    if row is None:
        raise _not_yet()
    before = forecast_before(session, row)
    return _Stored(row, forecast_of(row), None if before is None else forecast_of(before))


def _drawn(stored: _Stored, periods: int | None, settings: Settings) -> Explained:
    """Draw the paths that decided; with more periods than they had, the same ones go on."""
    row = stored.row
    return drawn_of(
        stored.forecast,
        stored.previous,
        made_at=row.made_at,
        periods=periods or row.horizon,
        paths=settings.forecast_paths,
        seed=row.seed,
    )


def _not_yet() -> NotFound:
    return NotFound("it has not been forecast yet", code="not_forecast_yet")
