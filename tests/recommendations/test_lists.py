"""Standing lists kept as bytes: the same as if they were read anew, whatever happened."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.catalog.tables import Style
from app.database.database import Database
from app.main import create_app
from app.recommendations.answer import accept, counter, decline
from app.recommendations.counter import Counter
from app.recommendations.expire import expire
from app.recommendations.heads import Heads
from app.recommendations.issue import publish
from app.recommendations.lists import StandingLists
from app.recommendations.polling import polling_of
from app.recommendations.review import accept_counter, decline_counter, release, withdraw
from app.settings import Settings
from tests.recommendations.scene import (
    AT,
    Scene,
    build,
    decide,
    key_for,
    offer,
    proposal_of,
    run_of,
    stored,
)

LIST = "/v1/factories/fab1/recommendations"


@contextmanager
def readings(database: Database) -> Iterator[list[str]]:
    """Collect the statements that list recommendations."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "FROM recommendations" in statement and statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


async def ask(app: FastAPI, key: str, path: str) -> httpx.Response:
    shown = {"authorization": f"Bearer {key}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(path, headers=shown)


async def polled(database: Database, key: str, paths: list[str]) -> list[httpx.Response]:
    """Send these requests one after the other to one process."""
    app = create_app(Settings(), database)
    return [await ask(app, key, path) for path in paths]


def test_a_list_that_stands_is_read_once(database: Database, scene: Scene, fab1_key: str) -> None:
    decide(database, scene, run_of(scene))

    with readings(database) as seen:
        answers = asyncio.run(polled(database, fab1_key, [LIST] * 3))

    assert len({answer.content for answer in answers}) == len(seen) == 1
    assert {answer.headers["etag"] for answer in answers} == {answers[0].headers["etag"]}


def test_lists_by_status_and_pages_are_kept_apart_with_their_links(
    database: Database, scene: Scene, fab1_key: str
) -> None:
    decide(database, scene, run_of(scene))
    decide(database, scene, run_of(scene, medium=200))
    asked = ["?status=open", "?limit=1", "?limit=1&status=open", "?past_due=true"]

    answers = asyncio.run(polled(database, fab1_key, [LIST + query for query in asked] * 2))

    found = [[row["status"] for row in answer.json()["data"]] for answer in answers]
    assert found == [["open"], ["superseded"], ["open"], ["open"]] * 2
    linked = [answer.headers.get("link") for answer in answers]
    assert linked[:4] == linked[4:]
    assert [link is not None for link in linked] == [False, True, False, False] * 2


def _last(database: Database) -> str:
    return stored(database)[-1].id


def _supersede(session: Session, scene: Scene, _id: str) -> object:
    version = session.scalar(select(Style.supply_version).where(Style.id == scene.style_id))
    proposal = proposal_of(scene, run_of(scene, medium=300), supply_version=version)
    return publish(session, scene.brand, [proposal], at=AT)


def _counter(session: Session, scene: Scene, key: str) -> object:
    terms = Counter(need_by=date(2026, 4, 6))
    return counter(session, key, scene.fab1, terms=terms, at=AT)


def _decline_counter(session: Session, scene: Scene, key: str) -> object:
    return decline_counter(session, scene.brand, key, reason="too late", at=AT)


def _accept_counter(session: Session, scene: Scene, key: str) -> object:
    return accept_counter(session, scene.brand, key, reason=None, at=AT)


def _expire(session: Session, _scene: Scene, _key: str) -> object:
    return expire(session, at=AT + timedelta(days=90))


Act = Callable[[Session, Scene, str], object]

LIVES: dict[str, list[Act]] = {
    "accepted after a counter was declined": [
        lambda s, scene, key: release(s, scene.brand, key, at=AT),
        _counter,
        _decline_counter,
        lambda s, scene, key: accept(s, key, scene.fab1, at=AT),
    ],
    "countered and accepted": [
        lambda s, scene, key: release(s, scene.brand, key, at=AT),
        _counter,
        _accept_counter,
    ],
    "superseded, and its successor released and declined": [
        lambda s, scene, key: release(s, scene.brand, key, at=AT),
        _supersede,
        lambda s, scene, key: release(s, scene.brand, key, at=AT),
        lambda s, scene, key: decline(s, key, scene.fab1, reason="no", at=AT),
    ],
    "withdrawn": [
        lambda s, scene, key: release(s, scene.brand, key, at=AT),
        lambda s, scene, key: withdraw(s, scene.brand, key, at=AT),
    ],
    "countered and expired": [
        lambda s, scene, key: release(s, scene.brand, key, at=AT),
        _counter,
        _expire,
    ],
}


@pytest.mark.parametrize("life", LIVES)
def test_a_kept_list_is_what_would_be_read_anew_after_every_act(
    database: Database, life: str
) -> None:
    with database.write() as session:
        scene = build(session, release="manual")
    offer(database, scene)
    key = key_for(database, "factory", factory_id=scene.fab1)
    decide(database, scene, run_of(scene))

    async def live() -> list[tuple[bytes, bytes]]:
        app = create_app(Settings(), database)
        seen = [await both(app, database, key)]
        for act in LIVES[life]:
            with database.write() as session:
                act(session, scene, _last(database))
            seen.append(await both(app, database, key))
        return seen

    seen = asyncio.run(live())

    assert [kept for kept, _ in seen] == [anew for _, anew in seen]
    assert len({kept for kept, _ in seen}) >= len(LIVES[life])


async def both(app: FastAPI, database: Database, key: str) -> tuple[bytes, bytes]:
    """Return the list as the process keeps it, and as one that keeps nothing reads it."""
    kept = await ask(app, key, LIST)
    polling = polling_of(database)
    keeping = polling.lists
    polling.lists = StandingLists(Heads(database), most_bytes=0)
    anew = await ask(app, key, LIST)
    polling.lists = keeping
    return kept.content, anew.content
