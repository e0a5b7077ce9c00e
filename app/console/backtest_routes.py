"""Backtests: ask what decisions would have earned on the brand's past, and see what they did."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.backtest.ask import ask
from app.backtest.picture import picture_of
from app.backtest.queries import OPEN, backtest_of, backtests_page
from app.backtest.schemas import BacktestIn, BacktestOut
from app.clock.time import local_day, now
from app.console.answers import go, page
from app.console.door import FormDep, PathBrand, VisitorDep, pages
from app.console.forms import text_of
from app.console.once import Said, keep_said, said_before
from app.console.paging import paged
from app.errors import FieldError, Invalid, NotFound
from app.web.context import DatabaseDep, SettingsDep

routes = pages()

PER_PAGE = 25
MOST_WEEKS, MOST_STYLES = 130, 500
"""As `POST /v1/backtests` takes at most."""

LONGEST_NUMBER = 9
"""Digits that are read as one at all."""

ASKED_FOR = "The backtest is asked for; a worker runs it between its refreshes."


@routes.get("/b/{brand}/backtests")
def show_backtests(
    request: Request,
    brand: PathBrand,
    database: DatabaseDep,
    settings: SettingsDep,
    before: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """List the brand's backtests, newest first."""
    with database.read() as session:
        at = now(session, sandbox=settings.sandbox)
        rows = backtests_page(session, brand.id, before=before or None, limit=PER_PAGE + 1)
    shown = paged(
        rows,
        PER_PAGE,
        f"/console/b/{brand.code}/backtests",
        cursor="before",
        position=lambda row: row.id,
        turned=bool(before),
    )
    return page(
        request,
        "backtests.html",
        brand=brand,
        usual=BacktestIn(),
        most_weeks=MOST_WEEKS,
        most_styles=MOST_STYLES,
        at=at,
        **shown,
    )


@routes.post("/b/{brand}/backtests")
def start(
    request: Request,
    brand: PathBrand,
    visitor: VisitorDep,
    form: FormDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> Response:
    """Ask for a backtest up to today, as `POST /v1/backtests` does."""
    weeks = _number(text_of(form, "weeks"), "weeks", MOST_WEEKS)
    styles = _number(text_of(form, "styles"), "styles", MOST_STYLES)
    with database.write() as session:
        said = said_before(session, visitor, form)
        if said is None:
            at = now(session, sandbox=settings.sandbox)
            until = local_day(at, brand.timezone)
            made = ask(
                session, brand.id, until=until, weeks=weeks, styles=styles, terms=None, at=at
            )
            path = f"/console/b/{brand.code}/backtests/{made.id}"
            said = keep_said(session, visitor, form, Said(path, ASKED_FOR))
    return go(request, said.path, said.words)


@routes.get("/b/{brand}/backtests/{backtest}")
def show_backtest(
    request: Request, brand: PathBrand, backtest: str, database: DatabaseDep, settings: SettingsDep
) -> Response:
    """Show how far a backtest is, and what it found."""
    with database.read() as session:
        at = now(session, sandbox=settings.sandbox)
        row = backtest_of(session, backtest, brand_id=brand.id)
        if row is None:
            raise NotFound("there is no such backtest")
        told = BacktestOut.of(row)
        result = row.result
    return page(
        request,
        "backtest.html",
        brand=brand,
        told=told,
        picture=None if result is None else picture_of(result),
        is_open=told.status in OPEN,
        at=at,
    )


def _number(text: str, field: str, most: int) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    if not (is_number and 1 <= int(text) <= most):
        message = f"has to be a whole number from 1 to {most}"
        raise Invalid(f"{field} {message}", errors=[FieldError(f"/{field}", "bad_value", message)])
    return int(text)
