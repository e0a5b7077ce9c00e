"""Factories: what is open with each, where its feed is, and how it keeps its word; one of them."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock.time import local_day, now
from app.console.answers import page
from app.console.door import PathBrand, VisitorDep, pages
from app.console.factory_page import LISTED, factory_page
from app.insight.scorecard import pairs_page, scorecards
from app.recommendations.tables import FeedHead, Recommendation
from app.web.context import DatabaseDep, SettingsDep

routes = pages()

PER_PAGE = 20


@routes.get("/b/{brand}/factories")
def show_factories(
    request: Request,
    brand: PathBrand,
    visitor: VisitorDep,
    database: DatabaseDep,
    settings: SettingsDep,
    after: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """List the brand's factories with what each learned of it and it of each.

    How far a factory's feed has come is for ops: it tells how much all its brands do.
    """
    start = (brand.code, after) if after else None
    with database.read() as session:
        at = now(session, sandbox=settings.sandbox)
        pairs = pairs_page(
            session, brand_id=brand.id, factory_id=None, after=start, limit=PER_PAGE + 1
        )
        cards = scorecards(session, pairs[:PER_PAGE], at=at)
        waiting = _waiting(session, brand.id)
        feeds = _feeds(session) if visitor.is_ops else None
    here = f"/console/b/{brand.code}/factories"
    more = len(pairs) > PER_PAGE
    return page(
        request,
        "factories.html",
        brand=brand,
        cards=cards,
        waiting=waiting,
        feeds=feeds,
        first=here if after else None,
        next=f"{here}?{urlencode({'after': pairs[PER_PAGE - 1].factory})}" if more else None,
    )


@routes.get("/b/{brand}/factories/{factory}")
def show_factory(
    request: Request, brand: PathBrand, factory: str, database: DatabaseDep, settings: SettingsDep
) -> Response:
    """Show a factory: its feed, what waits, its line by week, its runs and how it kept its word."""
    with database.read() as session:
        at = now(session, sandbox=settings.sandbox)
        today = local_day(at, brand.timezone)
        shown = factory_page(session, brand, factory, today=today, at=at)
        return page(
            request, "factory.html", brand=brand, shown=shown, today=today, at=at, listed=LISTED
        )


def _waiting(session: Session, brand_id: int) -> dict[tuple[int, str], int]:
    """Return how many of the brand's stand open or countered with each factory."""
    query = (
        select(Recommendation.factory_id, Recommendation.status, func.count())
        .where(
            Recommendation.brand_id == brand_id,
            Recommendation.status.in_(("open", "countered")),
        )
        .group_by(Recommendation.factory_id, Recommendation.status)
    )
    return {(factory, status): number for factory, status, number in session.execute(query)}


def _feeds(session: Session) -> dict[int, int]:
    """Return the number of the last event of each factory's feed."""
    rows = session.execute(select(FeedHead.factory_id, FeedHead.last_seq))
    return {row.factory_id: row.last_seq for row in rows}
