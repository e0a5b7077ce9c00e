"""Ask for a backtest, see what it found, look at its picture."""

from fastapi import Response
from sqlalchemy.orm import Session

from app.backtest.ask import ask, not_begun
from app.backtest.picture import picture_of
from app.backtest.queries import backtest_of
from app.backtest.schemas import BacktestIn, BacktestOut
from app.backtest.tables import Backtest
from app.clock.time import local_day, now
from app.errors import Conflict, Forbidden, NotFound
from app.parties.access import Caller, CallerDep, CurrentBrand
from app.web.context import DatabaseDep, SettingsDep
from app.web.routing import router

routes = router(tag="backtests")

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The picture needs nothing from anywhere."""


@routes.post("/backtests", status_code=202)
def start_backtest(
    brand: CurrentBrand,
    database: DatabaseDep,
    settings: SettingsDep,
    asked: BacktestIn | None = None,
) -> BacktestOut:
    """Decide the brand's own past again, by us and by rules you know, with no look-ahead.

    A worker runs it beside the live refreshes: minutes for 200 styles and 40 weeks. `terms` tries
    other economics and offers: costs may be shares of each style's price.
    """
    wish = asked or BacktestIn()
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        today = local_day(at, brand.timezone)
        until = wish.as_of or today
        if until > today:
            raise not_begun(until, today)
        made = ask(
            session,
            brand.id,
            until=until,
            weeks=wish.weeks,
            styles=wish.styles,
            terms=wish.terms,
            at=at,
        )
        return BacktestOut.of(made)


@routes.get("/backtests/{backtest}")
def get_backtest(backtest: str, caller: CallerDep, database: DatabaseDep) -> BacktestOut:
    """Show how far a backtest is, and once it is done what it found."""
    with database.read() as session:
        return BacktestOut.of(_own(session, backtest, caller))


@routes.get(
    "/backtests/{backtest}/picture.svg",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}},
)
def get_backtest_picture(backtest: str, caller: CallerDep, database: DatabaseDep) -> Response:
    """Show what a backtest found as a picture, described in words for who cannot see it."""
    with database.read() as session:
        found = _own(session, backtest, caller)
        if found.result is None:
            raise Conflict(f"the backtest is {found.status}: it has no picture", code="not_done")
        drawn = picture_of(found.result)
    headers = {"Content-Security-Policy": POLICY}
    return Response(drawn, media_type="image/svg+xml", headers=headers)


def _own(session: Session, backtest: str, caller: Caller) -> Backtest:
    """Return a backtest of the caller's brand, any brand's for ops; else there is none."""
    if caller.role == "factory":
        raise Forbidden("a factory key may not do this")
    found = backtest_of(session, backtest, brand_id=caller.brand.id if caller.brand else None)
    if found is None:
        raise NotFound("there is no such backtest")
    return found
