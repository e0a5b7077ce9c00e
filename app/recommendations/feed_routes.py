"""Standing list and feed, to the factory that polls them."""

from datetime import datetime
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from app.clock.time import now
from app.parties.access import PathFactory, path_factory
from app.parties.authentication import check_still_admitted
from app.recommendations.heads import head_of
from app.recommendations.lists import StandingList
from app.recommendations.metrics import count_poll
from app.recommendations.polling import polling_of
from app.recommendations.queries import listed
from app.recommendations.reading import FeedPage
from app.recommendations.schemas import FeedOut, StandingPage
from app.recommendations.view import FactoryRecommendation, Status
from app.web.context import DatabaseDep, SettingsDep, current_database
from app.web.direct import DirectRoute
from app.web.etag import NO_NEWS, conditional, if_none_match, names, render, wait_asked
from app.web.paging import PageParams, PageQuery
from app.web.routing import router

routes = router(tag="recommendations")

PastDue = Annotated[
    bool, Query(description="Only what waits for its factory beyond its `respond_by`.")
]
StatusFilter = Annotated[Status | None, Query(description="Only with this status.")]
After = Annotated[
    str | None,
    Query(max_length=200, description="The cursor of the last event read; none: the oldest."),
]
Limit = Annotated[int, Query(ge=1, le=500, description="How many events at most.")]


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
    polling = polling_of(database)
    seconds = wait_asked(request) if polling.watch.has_room else 0
    after = page.after(str)

    def read() -> StandingList:
        with database.read() as session:
            at = now(session, sandbox=settings.sandbox) if past_due else None
            last = after[0] if after else None
            return _standing(session, factory.id, page, status=status, overdue_at=at, after=last)

    async def current(*, asked_now: bool = False) -> StandingList:
        if past_due:  # time alone changes it
            return await run_in_threadpool(read)
        question = (factory.id, page.scope, page.cursor, page.limit)
        return await polling.lists.current(question, read, now=asked_now)

    if not seconds:
        found = await current()
    else:
        with polling.watch.following(factory.id) as waiter:
            found = await current(asked_now=True)
            if names(if_none_match(request), found.etag):
                await waiter.news(beyond=found.head.last_seq, seconds=seconds)
                await check_still_admitted(request)
                found = await current(asked_now=True)
    told = _applied(seconds) | found.headers
    return conditional(request, found.body, etag=found.etag, headers=told)


def _standing(
    session: Session,
    factory_id: int,
    page: PageQuery,
    *,
    status: str | None,
    overdue_at: datetime | None,
    after: str | None,
) -> StandingList:
    """Read one snapshot: the list as it stood at its feed's head, none missed and none twice."""
    head = head_of(session, factory_id)
    rows = listed(
        session,
        factory_id=factory_id,
        status=status,
        overdue_at=overdue_at,
        after=after,
        limit=page.fetch,
    )
    shown = page.page(rows, key=lambda row: (row.id,), out=FactoryRecommendation.of)
    cursor = head.cursor if after is None else None
    body = render(StandingPage(**dict(shown), feed_cursor=cursor))
    return StandingList(head, body, page.headers())


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
        # Asked now: of what was committed before the waiter was made, nobody will tell it.
        page = await polling.pages.page(reader.id, after=after, limit=limit, now=True)
        if page.is_empty and await waiter.news(beyond=page.head.last_seq, seconds=seconds):
            await check_still_admitted(request)
            page = await polling.pages.page(reader.id, after=after, limit=limit, now=True)
    headers = _applied(seconds)
    return _counted(page, conditional(request, page.body, etag=page.etag, headers=headers))


def _counted(page: FeedPage, answer: Response) -> Response:
    count_poll(page, is_unchanged=answer.status_code == NO_NEWS)
    return answer


routes.add_api_route(
    "/factories/{factory}/feed", read_feed, response_model=FeedOut, route_class_override=DirectRoute
)
