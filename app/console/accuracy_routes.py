"""Accuracy: how right the forecasts were that decisions were made on."""

from typing import Annotated

from fastapi import Depends, Request, Response

from app.clock.time import local_day, now
from app.console.accuracy import STYLES, BestSellers, accuracy, compared_forecasts
from app.console.answers import page
from app.console.door import PathBrand, pages
from app.insight.forecast_kpis import TESTED_DAYS
from app.sales.tables import SalesRow
from app.web.context import DatabaseDep, SettingsDep

routes = pages()


async def _best_sellers(request: Request) -> BestSellers:
    """Return what this process knows of them."""
    state = request.app.state
    if not hasattr(state, "console_best_sellers"):
        state.console_best_sellers = BestSellers()
    found: BestSellers = state.console_best_sellers
    return found


@routes.get("/b/{brand}/accuracy")
def show_accuracy(
    request: Request,
    brand: PathBrand,
    database: DatabaseDep,
    settings: SettingsDep,
    best: Annotated[BestSellers, Depends(_best_sellers)],
) -> Response:
    """Show forecasts beside what was wanted, by the age of styles and style by style."""
    with database.read(SalesRow) as session:
        at = now(session, sandbox=settings.sandbox)
        today = local_day(at, brand.timezone)
        found = compared_forecasts(session, brand, best, today=today)
    return page(
        request,
        "accuracy.html",
        brand=brand,
        shown=accuracy(found),
        most=STYLES,
        weeks=TESTED_DAYS // 7,
        at=at,
    )
