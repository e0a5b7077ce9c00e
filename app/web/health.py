"""Is it alive, is it ready, what does it count."""

import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal, cast

from anyio import CapacityLimiter, fail_after, to_thread
from anyio.lowlevel import RunVar
from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from app.database.database import Database, is_read_only
from app.database.migrate import standing
from app.errors import Forbidden, Unavailable
from app.jobs.beats import BEAT_LASTS, last_beat
from app.web.context import DatabaseDep
from app.web.door import admit
from app.web.metrics import Metrics
from app.web.problems import PROBLEM_ANSWERS
from app.web.wire import Wire

Check = Literal["ok", "ahead", "away", "behind", "missing", "read_only", "too_new"]
"""Of the migrations: `ahead` is a newer database, whose changes this version can work with."""
CHECK_SECONDS = 1.5
CHECKS_AT_ONCE = 2
NO_KEY: dict[str, Any] = {"security": []}

_checking: RunVar[CapacityLimiter] = RunVar("checking")

router = APIRouter(
    tags=["health"],
    responses={status: PROBLEM_ANSWERS[status] for status in (500, 503)},
    generate_unique_id_function=lambda route: route.name,
)


class Alive(Wire):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(Wire):
    """What a request needs, each part checked now."""

    status: Literal["ready", "not_ready"]
    database: Check
    migrations: Check
    worker: Check


AWAY = Ready(status="not_ready", database="away", migrations="away", worker="away")


class NotReady(Unavailable):
    """Something that requests need is missing; the problem says what."""

    code = "not_ready"

    def __init__(self, found: Ready) -> None:
        super().__init__("the service is not ready")
        self.members = found.model_dump(exclude={"status"})


@router.get("/livez", openapi_extra=NO_KEY)
async def livez() -> Alive:
    """Say that the process is alive."""
    return Alive()


@router.get("/readyz", openapi_extra=NO_KEY)
async def readyz(request: Request, database: DatabaseDep) -> Ready:
    """Say whether the database is there, at this version's revision, and a worker lives."""
    check = partial(readiness, database, needs_worker=request.app.state.expects_worker)
    found = await _in_time(check)
    if found.status == "not_ready":
        raise NotReady(found)
    return found


async def _in_time(check: Callable[[], Ready]) -> Ready:
    """Return what a check finds; a database that leaves it without an answer is away.

    It has threads of its own: those of requests may be the ones that wait. One that hangs keeps
    its thread, and the next check is told so until it ends.
    """
    try:
        with fail_after(CHECK_SECONDS):
            return await to_thread.run_sync(check, limiter=_checks(), abandon_on_cancel=True)
    except TimeoutError:
        return AWAY


def _checks() -> CapacityLimiter:
    try:
        return _checking.get()
    except LookupError:
        made = CapacityLimiter(CHECKS_AT_ONCE)
        _checking.set(made)
        return made


def readiness(database: Database, *, needs_worker: bool) -> Ready:
    """Check now; a missing worker counts only where this process was started with one."""
    try:
        with database.read() as session:
            migrations = standing(session)
            is_readable = migrations in {"ok", "ahead"}
            worker: Check = "missing"
            if is_readable and _worker_lives(session):
                worker = "ok"
            is_writable = not is_read_only(session)
    except Unavailable:
        return AWAY
    good = is_readable and is_writable and (worker == "ok" or not needs_worker)
    return Ready(
        status="ready" if good else "not_ready",
        database="ok" if is_writable else "read_only",
        migrations=migrations,
        worker=worker,
    )


def _worker_lives(session: Session) -> bool:
    latest = last_beat(session)
    return latest is not None and latest > datetime.now(UTC) - BEAT_LASTS


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **{status: PROBLEM_ANSWERS[status] for status in (401, 403, 429)},
    },
)
async def metrics(request: Request) -> Response:
    """Give the counters in Prometheus' text format, to this machine or to an ops key."""
    if not _is_local(request):
        await admit(request)
        if request.state.caller.role != "ops":
            raise Forbidden("only an ops key may do this")
    counted = cast(Metrics, request.app.state.metrics)
    exposition = await run_in_threadpool(counted.exposition)
    return Response(exposition, media_type="text/plain; version=0.0.4")


def _is_local(request: Request) -> bool:
    """Say whether the connection comes from this machine itself and not through a proxy on it."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
