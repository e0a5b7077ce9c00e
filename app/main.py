"""Assemble the HTTP process: every room's routes behind one boundary."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from importlib.metadata import version

import anyio.to_thread
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.backtest.routes import routes as backtests
from app.catalog.queries import active_style_ids
from app.catalog.routes import routes as catalog
from app.catalog.signals import styles_changed
from app.catalog.tables import Style
from app.connectors.connection_routes import routes as connections
from app.connectors.quarantine_routes import routes as quarantine
from app.connectors.receive import Deliveries
from app.connectors.reconciliation_routes import routes as reconciliations
from app.connectors.routes import routes as webhooks
from app.connectors.sku_map_routes import routes as sku_maps
from app.console.routes import routes as console
from app.database.database import Database
from app.demand.closed_queries import has_closed_days
from app.demand.routes import routes as demand
from app.forecasting.routes import routes as forecasting
from app.imports.routes import routes as imports
from app.imports.routes import uploads
from app.insight.kpi_routes import routes as kpis
from app.insight.routes import routes as schedules
from app.insight.scorecard_routes import routes as scorecards
from app.jobs.metrics import work_metrics
from app.jobs.signals import take_in
from app.jobs.work import bring_forward
from app.parties.access import OnClockSet
from app.parties.audit_routes import routes as audit
from app.parties.authentication import authenticate
from app.parties.clock_routes import routes as clock
from app.parties.clock_routes import sandbox_routes as sandbox_clock
from app.parties.key_routes import routes as keys
from app.parties.keyring import KeyRing
from app.parties.register import BrandUses
from app.parties.routes import routes as parties
from app.recommendations.expire import expire
from app.recommendations.feed_routes import routes as feeds
from app.recommendations.metrics import feed_metrics
from app.recommendations.review_routes import routes as reviews
from app.recommendations.routes import routes as recommendations
from app.recommendations.suitability_routes import routes as suitability
from app.refresh.metrics import refresh_metrics
from app.refresh.routes import routes as refresh
from app.runs.routes import routes as runs
from app.sales.intake import Intake
from app.sales.metrics import sales_metrics
from app.sales.routes import routes as sales
from app.sales.tables import SalesRow
from app.settings import Settings
from app.sourcing.routes import routes as sourcing
from app.stock.routes import routes as stock
from app.web import health, problems
from app.web.docs.document import describe, document_bytes
from app.web.docs.routes import router as docs
from app.web.limits import Limits
from app.web.logs import configure_logs
from app.web.metrics import Metrics
from app.web.request_id import RequestId
from app.web.tracing import told_of_requests

DESCRIPTION = "Turns early sales into small production runs that factories pull."

ROOMS = (
    feeds,
    recommendations,
    reviews,
    sales,
    webhooks,
    stock,
    catalog,
    sourcing,
    demand,
    forecasting,
    runs,
    schedules,
    suitability,
    refresh,
    backtests,
    uploads,
    imports,
    scorecards,
    kpis,
    connections,
    reconciliations,
    sku_maps,
    quarantine,
    parties,
    keys,
    audit,
    clock,
)
"""The most called first: a request is matched against one route after the other."""

THREADS_BESIDE = 2
"""For what takes no turn among requests: metrics, the console, the last use of keys."""

READINGS = (work_metrics, refresh_metrics, sales_metrics, feed_metrics)


def create_app(
    settings: Settings,
    database: Database,
    *,
    on_clock_set: Sequence[OnClockSet] = (),
    expects_worker: bool = True,
) -> FastAPI:
    """Return the app, ready to serve this database.

    Args:
        settings: What the operator set.
        database: A migrated database; whoever opened it closes it.
        on_clock_set: What else is done when the sandbox's clock was set, after the expiries.
        expects_worker: Whether `/readyz` needs a living worker.
    """
    configure_logs(settings.log_level)
    app = FastAPI(
        title="Shortrun",
        version=version("shortrun"),
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        telemetry=told_of_requests(),
    )
    metrics = Metrics()
    metrics.read_at_scrape(database, READINGS, sandbox=settings.sandbox)
    app.state.settings = settings
    app.state.database = database
    app.state.metrics = metrics
    app.state.keyring = KeyRing()
    app.state.authenticate = authenticate
    app.state.limits = Limits(
        requests_per_minute=settings.requests_per_minute,
        failures_per_minute=settings.failed_keys_per_minute,
    )
    app.state.sales_intake = Intake(database, sandbox=settings.sandbox)
    app.state.deliveries = Deliveries(database, app.state.limits, sandbox=settings.sandbox)
    app.state.brand_uses = BrandUses(
        has_styles=_has_styles, has_events=_has_events, on_change=_decide_anew
    )
    app.state.on_clock_set = [_expire, _bring_forward, *on_clock_set]
    app.state.expects_worker = expects_worker
    app.add_middleware(RequestId, metrics=metrics)
    problems.install(app)
    rooms = [*ROOMS, sandbox_clock] if settings.sandbox else [*ROOMS]
    for routes in (*rooms, health.router, docs, console):
        # Not `include_router`: nothing is added to the routes here, and its nested matching
        # took half the time of a request, 0.1 ms of 0.2.
        app.router.routes.extend(routes.routes)
    describe(app)
    return app


def openapi_document(settings: Settings, database: Database) -> bytes:
    """Return the contract in its full form, the sandbox's clock included."""
    sandbox = settings.model_copy(update={"sandbox": True})
    return document_bytes(create_app(sandbox, database))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Give `def` routes few threads, and write down now and then which keys were used.

    8 threads had a third of the worst times that 40 had.
    """
    limiter = anyio.to_thread.current_default_thread_limiter()
    limiter.total_tokens = app.state.settings.request_threads + THREADS_BESIDE
    use, database = app.state.keyring.use, app.state.database
    sandbox = app.state.settings.sandbox
    writing = asyncio.create_task(use.write_on(database, sandbox=sandbox))
    try:
        yield
    finally:
        writing.cancel()
        await anyio.to_thread.run_sync(partial(use.write, database, sandbox=sandbox))


def _has_styles(session: Session, brand_id: int) -> bool:
    return session.scalar(select(Style.id).where(Style.brand_id == brand_id).limit(1)) is not None


def _has_events(session: Session, brand_id: int) -> bool:
    there = select(SalesRow.id).where(SalesRow.brand_id == brand_id).limit(1)
    return session.scalar(there) is not None or has_closed_days(session, brand_id)


def _bring_forward(session: Session, at: datetime) -> None:
    take_in(session)
    bring_forward(session, at=at)


def _decide_anew(session: Session, brand_id: int, at: datetime) -> None:
    styles_changed(session, brand_id, active_style_ids(session, brand_id), at=at)


def _expire(session: Session, at: datetime) -> None:
    expire(session, at=at)
