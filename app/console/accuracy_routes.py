"""Accuracy: how right the forecasts were that decisions were made on."""

from fastapi import Request, Response

from app.clock.time import local_day, now
from app.console.accuracy import STYLES, accuracy, compared_forecasts
from app.console.answers import page
from app.console.door import PathBrand, pages
from app.insight.forecast_kpis import TESTED_DAYS
from app.sales.tables import SalesRow
from app.web.context import DatabaseDep, SettingsDep

routes = pages()


@routes.get("/b/{brand}/accuracy")
def show_accuracy(
    request: Request, brand: PathBrand, database: DatabaseDep, settings: SettingsDep
) -> Response:
    """Show forecasts beside what was wanted, by the age of styles and style by style."""
    with database.read(SalesRow) as session:
        at = now(session, sandbox=settings.sandbox)
        today = local_day(at, brand.timezone)
        found = compared_forecasts(session, brand, today=today)
    return page(
        request,
        "accuracy.html",
        brand=brand,
        shown=accuracy(found),
        most=STYLES,
        weeks=TESTED_DAYS // 7,
        at=at,
    )
