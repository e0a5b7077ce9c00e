"""A small app of our own behind the real boundary, so that only the boundary is tested."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, Query, Request, Response
from pydantic import Field

from app.database.database import Database
from app.errors import Conflict, Gone, Unavailable
from app.jobs.metrics import work_metrics
from app.parties.authentication import authenticate
from app.parties.issue_keys import Wanted, issue_key
from app.parties.keyring import KeyRing
from app.settings import Settings
from app.web import health, problems
from app.web.etag import conditional, render
from app.web.limits import Limits
from app.web.metrics import Metrics
from app.web.paging import Page, PageParams
from app.web.request_id import RequestId
from app.web.routing import router
from app.web.wire import (
    Count,
    Currency,
    Day,
    Identifier,
    Label,
    MoneyIn,
    Quantity,
    Share,
    SkuCode,
    Timestamp,
    TimezoneName,
    Wire,
)
from tests.web.asgi import Client

AT = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)


class Thing(Wire):
    id: Identifier | None = None
    sku: SkuCode | None = None
    name: Label | None = None
    quantity: Quantity | None = None
    count: Count | None = None
    share: Share | None = None
    price: MoneyIn | None = None
    at: Timestamp | None = None
    day: Day | None = None
    currency: Currency | None = None
    timezone: TimezoneName | None = None
    many: Annotated[list["Thing"], Field(max_length=30)] | None = None


class Number(Wire):
    number: int


async def _asked(more: int = 0) -> int:
    return more


Asked = Annotated[int, Depends(_asked)]


@dataclass
class Counter:
    """How often the work behind a POST was done."""

    done: int = 0


def thing_routes(counter: Counter) -> Any:
    routes = router(tag="things")

    @routes.post("/things")
    def post_thing(body: Thing) -> Thing:
        counter.done += 1
        return body

    @routes.put("/things/{thing}")
    def put_thing(thing: Identifier, body: Thing) -> Thing:
        return body

    @routes.get("/things/{thing}")
    def get_thing(thing: Identifier) -> Thing:
        return Thing(id=thing)

    @routes.post("/things/{thing}/{outcome}")
    def act(thing: str, outcome: str, x: int = 0) -> Number:
        counter.done += 1
        if outcome == "conflict":
            raise Conflict("it is not so")
        if outcome == "failure":
            raise ZeroDivisionError("secret")
        if outcome == "away":
            raise Unavailable("the database is away")
        if outcome == "gone":
            raise Gone("it is gone", restart_at="abc")
        return Number(number=counter.done)

    return routes


def list_routes() -> Any:
    routes = router(tag="lists")

    @routes.get("/numbers")
    def list_numbers(page: PageParams, least: int = 0) -> Page[Number]:
        shown = page.after(int)
        start = least if shown is None else shown[0] + 1
        rows = list(range(start, 7))[: page.fetch]
        return page.page(rows, key=lambda row: (row,), out=lambda row: Number(number=row))

    @routes.get("/chosen")
    def list_chosen(of: Annotated[list[int], Query()], more: Asked = 0) -> list[Number]:
        return [Number(number=number + more) for number in of]

    @routes.get("/polled")
    async def polled(request: Request) -> Response:
        return conditional(request, render(Number(number=7)))

    return routes


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, sandbox=True, body_limit_bytes=4096)


@pytest.fixture
def make_app(database: Database, settings: Settings, counter: Counter) -> Callable[..., FastAPI]:
    def make(**limits: int) -> FastAPI:
        app = FastAPI(redirect_slashes=False)
        app.state.settings = settings
        app.state.database = database
        app.state.metrics = Metrics()
        app.state.metrics.read_at_scrape(database, [work_metrics], sandbox=True)
        app.state.keyring = KeyRing()
        app.state.authenticate = authenticate
        allowed = {"requests_per_minute": 1000, "failures_per_minute": 1000, **limits}
        app.state.limits = Limits(**allowed)
        app.state.expects_worker = True
        app.add_middleware(RequestId, metrics=app.state.metrics)
        problems.install(app)
        app.include_router(thing_routes(counter))
        app.include_router(list_routes())
        app.include_router(health.router)
        return app

    return make


@pytest.fixture
def key(database: Database) -> str:
    with database.write() as session:
        return issue_key(session, Wanted("ops", "test"), sandbox=True, at=AT).key


@pytest.fixture
def client(make_app: Callable[..., FastAPI], key: str) -> Client:
    return Client(make_app(), key)
