"""Answers, of the factory; decisions and recommendations, to the brand."""

from typing import Annotated

from fastapi import Body, Query

from app.audit.record import record
from app.catalog.queries import style_by_code
from app.clock.time import now
from app.errors import NotFound
from app.parties.access import (
    CallerDep,
    CurrentBrand,
    CurrentFactory,
    Reader,
)
from app.recommendations.acts import act_on
from app.recommendations.answer import accept, counter, decline
from app.recommendations.pricing import basis_of, priced
from app.recommendations.queries import last_decision, listed, one
from app.recommendations.schemas import (
    AcceptIn,
    CounterIn,
    DecisionOut,
    DeclineIn,
    ResponseIn,
)
from app.recommendations.view import BrandRecommendation, FactoryRecommendation, Status
from app.web.context import DatabaseDep, SettingsDep
from app.web.paging import Page, PageParams
from app.web.routing import router
from app.web.wire import Identifier

routes = router(tag="recommendations")

StyleFilter = Annotated[Identifier | None, Query(description="Only of this style.")]
PastDue = Annotated[
    bool, Query(description="Only what waits for its factory beyond its `respond_by`.")
]
StatusFilter = Annotated[Status | None, Query(description="Only with this status.")]
ResponseBody = Annotated[
    ResponseIn,
    Body(
        openapi_examples={
            "accept": {"value": {"decision": "accept"}},
            "decline": {"value": {"decision": "decline", "reason": "no oxford left"}},
            "counter": {"value": {"decision": "counter", "need_by": "2026-04-30"}},
        }
    ),
]


@routes.post("/recommendations/{recommendation}/response")
def respond(
    recommendation: str,
    response: ResponseBody,
    caller: CallerDep,
    factory: CurrentFactory,
    database: DatabaseDep,
    settings: SettingsDep,
) -> FactoryRecommendation:
    """Accept, decline or counter; the same answer again changes nothing.

    Taken while open or countered: a new answer replaces a counter. Accepting adds `run`, and so
    does a counter that is accepted at once.
    """
    price = None
    if isinstance(response, CounterIn):
        terms = response.to_counter()
        with database.read() as session:
            at = now(session, sandbox=settings.sandbox)
            basis = basis_of(session, recommendation, factory.id, terms, at=at)
        price = priced(basis, terms)
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        if isinstance(response, AcceptIn):
            row = accept(session, recommendation, factory.id, at=at)
        elif isinstance(response, DeclineIn):
            row = decline(session, recommendation, factory.id, reason=response.reason, at=at)
        else:
            terms = response.to_counter()
            row = counter(session, recommendation, factory.id, terms=terms, at=at, price=price)
        if row.answered_at == at:  # else it was answered in this way already
            record(
                session, caller, act_on(row, "recommendation.answered", response.decision), at=at
            )
        return FactoryRecommendation.of(row)


@routes.get("/decisions/{style}")
def get_decision(style: str, brand: CurrentBrand, database: DatabaseDep) -> DecisionOut:
    """Say what was decided last for a style, what else was priced, and why."""
    with database.read() as session:
        found = style_by_code(session, brand.id, style)
        if found is None:
            raise NotFound("there is no such style")
        row = last_decision(session, found.id)
        if row is None:
            raise NotFound("nothing was decided for the style yet", code="not_decided_yet")
        return DecisionOut.of(found.code, row)


@routes.get("/recommendations")
def list_recommendations(
    brand: CurrentBrand,
    database: DatabaseDep,
    settings: SettingsDep,
    page: PageParams,
    status: StatusFilter = None,
    style: StyleFilter = None,
    *,
    past_due: PastDue = False,
) -> Page[BrandRecommendation]:
    """List the brand's recommendations, oldest first, with their economics and reasons."""
    after = page.after(str)
    with database.read() as session:
        rows = listed(
            session,
            brand_id=brand.id,
            status=status,
            style=style,
            overdue_at=now(session, sandbox=settings.sandbox) if past_due else None,
            after=after[0] if after else None,
            limit=page.fetch,
        )
        return page.page(rows, key=lambda row: (row.id,), out=BrandRecommendation.of)


@routes.get("/recommendations/{recommendation}")
def get_recommendation(
    recommendation: str, reader: Reader, database: DatabaseDep
) -> BrandRecommendation | FactoryRecommendation:
    """Show one recommendation: to its brand with what it earns, to its factory without."""
    is_factory = reader.caller.role == "factory" or reader.brand is None
    with database.read() as session:
        row = one(
            session,
            recommendation,
            brand_id=reader.brand.id if reader.brand else None,
            factory_id=reader.factory.id if reader.factory else None,
            opened_only=is_factory,
        )
        return FactoryRecommendation.of(row) if is_factory else BrandRecommendation.of(row)
