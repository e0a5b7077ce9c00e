"""Standing list, feed and answers, to the factory; decisions and recommendations, to the brand."""

from typing import Annotated

from fastapi import Body, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from app.audit.record import record
from app.catalog.queries import style_by_code
from app.clock.time import now
from app.errors import NotFound
from app.parties.access import (
    CallerDep,
    CurrentBrand,
    CurrentFactory,
    PathFactory,
    Reader,
    path_factory,
)
from app.recommendations.acts import act_on
from app.recommendations.answer import accept, counter, decline
from app.recommendations.heads import head_of
from app.recommendations.metrics import count_poll
from app.recommendations.polling import polling_of
from app.recommendations.pricing import basis_of, priced
from app.recommendations.queries import last_decision, listed, one
from app.recommendations.reading import FeedPage
from app.recommendations.schemas import (
    AcceptIn,
    CounterIn,
    DecisionOut,
    DeclineIn,
    FeedOut,
    ResponseIn,
    StandingPage,
)
from app.recommendations.view import BrandRecommendation, FactoryRecommendation, Status
from app.web.context import DatabaseDep, SettingsDep, current_database
from app.web.etag import NO_NEWS, conditional, etag_of, if_none_match, names, render, wait_asked
from app.web.paging import Page, PageParams
from app.web.polled import PolledRoute
from app.web.routing import router
from app.web.wire import Identifier

routes = router(tag="recommendations")

StyleFilter = Annotated[Identifier | None, Query(description="Only of this style.")]
PastDue = Annotated[
    bool, Query(description="Only what waits for its factory beyond its `respond_by`.")
]
StatusFilter = Annotated[Status | None, Query(description="Only with this status.")]
After = Annotated[
    str | None,
    Query(max_length=200, description="The cursor of the last event read; none: the oldest."),
]
Limit = Annotated[int, Query(ge=1, le=500, description="How many events at most.")]
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


@routes.get("/factories/{factory}/recommendations", response_model=StandingPage)
async def list_standing(
    request: Request,
    factory: PathFactory,
    database: DatabaseDep,
    settings: SettingsDep,
    page: PageParams,
    status: StatusFilter = None,
    *,
    past_due: PastDue = False,
) -> Response:
    """List what stands for a factory (`?status=open`), and where its feed goes on from there.

    `?past_due=true` is what it should have answered by now; it may, until `expires_at`.

    Send the `ETag` back as `If-None-Match`: nothing new is 304, with `Prefer: wait=N` once N
    seconds brought no news. Follow the feed from `feed_cursor`: list and feed miss nothing.
    """
    watch = polling_of(database).watch
    seconds = wait_asked(request) if watch.has_room else 0
    after = page.after(str)

    def read() -> tuple[int, bytes]:
        with database.read() as session:
            # One snapshot: the list as it stood behind that event, none missed and none twice.
            head = head_of(session, factory.id)
            rows = listed(
                session,
                factory_id=factory.id,
                status=status,
                overdue_at=now(session, sandbox=settings.sandbox) if past_due else None,
                after=after[0] if after else None,
                limit=page.fetch,
            )
            shown = page.page(rows, key=lambda row: (row.id,), out=FactoryRecommendation.of)
        cursor = head.cursor if after is None else None
        return head.last_seq, render(StandingPage(**dict(shown), feed_cursor=cursor))

    if not seconds:
        _, body = await run_in_threadpool(read)
        return conditional(request, body, headers=page.headers())
    with watch.following(factory.id) as waiter:
        head, body = await run_in_threadpool(read)
        if names(if_none_match(request), etag_of(body)):
            await waiter.news(beyond=head, seconds=seconds)
            head, body = await run_in_threadpool(read)
    return conditional(request, body, headers=_applied(seconds) | page.headers())


def _applied(seconds: int) -> dict[str, str]:
    return {"Preference-Applied": f"wait={seconds}"} if seconds else {}


async def read_feed(
    request: Request, factory: str, after: After = None, limit: Limit = 100
) -> Response:
    """Read what happened, in order: `seq` starts at 1 and has no gaps.

    Go on from `next_cursor`, which is never null: every event is seen once and none skipped.
    With `Prefer: wait=N` the answer is held for up to N seconds until there is news. 410: the
    database was restored, or events were pruned; start again from the standing list.
    """
    polling = polling_of(current_database(request))
    seconds = wait_asked(request) if polling.watch.has_room else 0
    reader = await path_factory(request, factory)
    if not seconds:
        page = await polling.pages.page(reader.id, after=after, limit=limit)
        return _counted(page, conditional(request, page.body, etag=page.etag))
    with polling.watch.following(reader.id) as waiter:
        page = await polling.pages.page(reader.id, after=after, limit=limit)
        if page.is_empty and await waiter.news(beyond=page.head.last_seq, seconds=seconds):
            page = await polling.pages.page(reader.id, after=after, limit=limit)
    headers = _applied(seconds)
    return _counted(page, conditional(request, page.body, etag=page.etag, headers=headers))


def _counted(page: FeedPage, answer: Response) -> Response:
    count_poll(page, is_unchanged=answer.status_code == NO_NEWS)
    return answer


routes.add_api_route(
    "/factories/{factory}/feed", read_feed, response_model=FeedOut, route_class_override=PolledRoute
)


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
