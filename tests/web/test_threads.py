"""Who waits for a thread, and who is told to come again."""

import asyncio
import threading
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from app.settings import Settings
from app.web import problems, threads
from app.web.metrics import Metrics
from app.web.request_id import RequestId
from app.web.routing import router

THREADS = 2


@pytest.fixture
def go_on() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def app(go_on: threading.Event) -> FastAPI:
    routes = router(tag="things", keyed=False)

    @routes.get("/waiting")
    def wait_for_another() -> bool:
        return go_on.wait(20)

    @routes.get("/free")
    def answer() -> bool:
        return True

    made = FastAPI()
    made.state.settings = Settings(request_threads=THREADS)
    made.add_middleware(RequestId, metrics=Metrics())
    problems.install(made)
    made.include_router(routes)
    return made


def test_when_every_thread_hangs_the_next_are_told_to_come_again(
    app: FastAPI, go_on: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "STUCK_SECONDS", 0.3)

    async def call() -> tuple[list[httpx.Response], list[httpx.Response], httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            hanging = [asyncio.create_task(client.get("/v1/waiting")) for _ in range(THREADS)]
            await asyncio.sleep(0)
            refused = await asyncio.gather(*[client.get("/v1/free") for _ in range(3)])
            go_on.set()
            answered = await asyncio.gather(*hanging)
            return refused, answered, await client.get("/v1/free")

    refused, answered, after = asyncio.run(call())

    assert [one.status_code for one in refused] == [503, 503, 503]
    assert refused[0].headers["retry-after"] == "2"
    assert [one.status_code for one in answered] == [200, 200]
    assert after.status_code == 200


def test_as_long_as_others_end_a_request_waits_its_turn(app: FastAPI) -> None:
    async def call() -> list[int]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            answers = await asyncio.gather(*[client.get("/v1/free") for _ in range(50)])
            return [one.status_code for one in answers]

    assert asyncio.run(call()) == [200] * 50
