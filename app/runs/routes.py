"""`/v1/runs`: accepted work, for its brand and its factory."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Query

from app.clock.time import now
from app.errors import FieldError, Forbidden, Invalid
from app.parties.access import Reader, Scope
from app.runs.change_requests import request_change
from app.runs.progress import BRAND_KINDS, Step, take_steps
from app.runs.queries import change_requests_of, lines_of, listed_runs, locked_run, own_run
from app.runs.schemas import (
    ChangeRequestIn,
    ChangeRequestOut,
    RunOut,
    RunStatus,
    StepsIn,
)
from app.web.context import DatabaseDep, SettingsDep
from app.web.paging import Page, PageParams
from app.web.routing import router
from app.web.rows import AllRejected, RowsOut

routes = router(tag="runs")

AHEAD = timedelta(days=1)
StatusFilter = Annotated[RunStatus | None, Query(description="Only with this status.")]

PastDue = Annotated[
    bool, Query(description="Only what was due before its brand's today, and is not all there.")
]


@routes.get("/runs")
def list_runs(
    reader: Reader,
    database: DatabaseDep,
    settings: SettingsDep,
    page: PageParams,
    status: StatusFilter = None,
    *,
    past_due: PastDue = False,
) -> Page[RunOut]:
    """List the runs of the key's brand or factory, oldest first; the late ones by `past_due`."""
    after = page.after(str)
    with database.read() as session:
        rows = listed_runs(
            session,
            brand_id=_brand_id(reader),
            factory_id=_factory_id(reader),
            status=status,
            overdue_at=now(session, sandbox=settings.sandbox) if past_due else None,
            after=after[0] if after else None,
            limit=page.fetch,
        )
        lines = lines_of(session, [row.id for row in rows])
        return page.page(
            rows, key=lambda row: (row.id,), out=lambda row: RunOut.of(row, lines[row.id])
        )


@routes.get("/runs/{run}")
def get_run(run: str, reader: Reader, database: DatabaseDep) -> RunOut:
    """Show a run: its terms as accepted, and how far it has come."""
    with database.read() as session:
        found = own_run(session, run, brand_id=_brand_id(reader), factory_id=_factory_id(reader))
        return RunOut.of(found, lines_of(session, [found.id])[found.id])


@routes.post("/runs/{run}/events", response_model_exclude_none=True)
def post_run_events(
    run: str, body: StepsIn, reader: Reader, database: DatabaseDep, settings: SettingsDep
) -> RowsOut:
    """Report what happened to a run, event by event; sending one twice is harmless.

    The factory reports all of it, the brand what it received and complained about. Quantities
    add up; the status only moves forwards.
    """
    steps = body.to_steps()
    role = reader.caller.role
    if role == "brand" and any(step.kind not in BRAND_KINDS for step in steps):
        raise Forbidden("a brand reports only what it received or complained about")
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        found = locked_run(session, run, brand_id=_brand_id(reader), factory_id=_factory_id(reader))
        _refuse_the_future(steps, at)
        results = take_steps(session, found, steps, posted_by=role, at=at)
        answer = RowsOut.of(results)
        if answer.rejected == len(results):
            raise AllRejected(results)
    return answer


@routes.post("/runs/{run}/change-requests", status_code=202)
def post_change_request(
    run: str, body: ChangeRequestIn, reader: Reader, database: DatabaseDep, settings: SettingsDep
) -> ChangeRequestOut:
    """Ask the other side to change a run; nothing changes by asking."""
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        found = own_run(session, run, brand_id=_brand_id(reader), factory_id=_factory_id(reader))
        change = body.model_dump(mode="json", exclude_none=True)
        row = request_change(session, found, change, requested_by=reader.caller.role, at=at)
        return ChangeRequestOut.of(row)


@routes.get("/runs/{run}/change-requests")
def list_change_requests(
    run: str, reader: Reader, database: DatabaseDep, page: PageParams
) -> Page[ChangeRequestOut]:
    """List what either side asked to change about a run, oldest first; the run is as it was."""
    after = page.after(str)
    with database.read() as session:
        found = own_run(session, run, brand_id=_brand_id(reader), factory_id=_factory_id(reader))
        rows = change_requests_of(
            session, found.id, after=after[0] if after else None, limit=page.fetch
        )
        return page.page(rows, key=lambda row: (row.id,), out=ChangeRequestOut.of)


def _refuse_the_future(steps: list[Step], at: datetime) -> None:
    errors = [
        FieldError(f"/events/{index}/occurred_at", "in_future", "is more than a day ahead")
        for index, step in enumerate(steps)
        if step.occurred_at > at + AHEAD
    ]
    if errors:
        raise Invalid("events lie in the future", errors=errors[:20])


def _brand_id(reader: Scope) -> int | None:
    return reader.brand.id if reader.brand else None


def _factory_id(reader: Scope) -> int | None:
    return reader.factory.id if reader.factory else None
