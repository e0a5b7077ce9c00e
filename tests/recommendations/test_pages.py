"""Pages kept as bytes: read once, never older than the question."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, update

from app.database.database import Database
from app.errors import Gone
from app.recommendations.feed import append, news
from app.recommendations.heads import Heads
from app.recommendations.pages import FeedPages
from app.recommendations.reading import FeedPage
from app.recommendations.retention import prune_feeds
from app.recommendations.tables import FeedEvent, FeedHead
from tests.recommendations.scene import AT, Scene, decide, run_of, stored


@pytest.fixture
def told(database: Database, scene: Scene) -> Database:
    """A feed of five events."""
    decide(database, scene, run_of(scene))
    tell(database, 4)
    return database


def tell(database: Database, count: int = 1) -> None:
    row = stored(database)[0]
    with database.write() as session:
        append(session, news("recommendation.issued", row, at=AT) * count)


def pages_of(database: Database, **limits: int) -> FeedPages:
    return FeedPages(database, Heads(database), **limits)


def seqs(page: FeedPage) -> list[int]:
    return [event["seq"] for event in json.loads(page.body)["data"]]


@contextmanager
def readings(database: Database) -> Iterator[list[str]]:
    """Collect the statements that read events' bodies."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "feed_events.body" in statement and statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_a_page_is_read_once_as_long_as_the_feed_stands(told: Database, scene: Scene) -> None:
    async def ask() -> list[FeedPage]:
        pages = pages_of(told)
        return [await pages.page(scene.fab1, after=None, limit=100) for _ in range(3)]

    with readings(told) as seen:
        first, *others = asyncio.run(ask())

    assert seqs(first) == [1, 2, 3, 4, 5]
    assert [other.body for other in others] == [first.body] * 2
    assert len(seen) == 1


def test_many_who_ask_at_once_are_one_reading(told: Database, scene: Scene) -> None:
    async def ask() -> set[bytes]:
        pages = pages_of(told)
        asked = [pages.page(scene.fab1, after=None, limit=3) for _ in range(50)]
        return {page.body for page in await asyncio.gather(*asked)}

    with readings(told) as seen:
        bodies = asyncio.run(ask())

    assert (len(bodies), len(seen)) == (1, 1)


def test_what_was_committed_before_the_question_is_on_the_page(
    told: Database, scene: Scene
) -> None:
    async def ask() -> list[int]:
        pages = pages_of(told)
        newest = []
        for _ in range(10):
            await asyncio.to_thread(tell, told)
            asked = [pages.page(scene.fab1, after=None, limit=100) for _ in range(3)]
            newest += [seqs(page)[-1] for page in await asyncio.gather(*asked)]
        return newest

    assert asyncio.run(ask()) == [seq for seq in range(6, 16) for _ in range(3)]


def test_a_full_page_stays_when_the_feed_goes_on(told: Database, scene: Scene) -> None:
    async def ask() -> list[bytes]:
        pages = pages_of(told)
        bodies = []
        for _ in range(3):
            bodies.append((await pages.page(scene.fab1, after=None, limit=2)).body)
            await asyncio.to_thread(tell, told)
        return bodies

    with readings(told) as seen:
        bodies = asyncio.run(ask())

    assert len(set(bodies)) == len(seen) == 1


def test_a_full_page_of_another_history_is_not_given(told: Database, scene: Scene) -> None:
    async def ask() -> None:
        pages = pages_of(told)
        first = await pages.page(scene.fab1, after=None, limit=1)
        cursor = json.loads(first.body)["next_cursor"]
        await pages.page(scene.fab1, after=cursor, limit=2)
        with told.write() as session:
            session.execute(update(FeedEvent).values(hash="ab" * 32))
            session.execute(update(FeedHead).values(last_hash="ab" * 32))
        await pages.page(scene.fab1, after=cursor, limit=2)

    with pytest.raises(Gone):
        asyncio.run(ask())


def test_a_kept_page_is_gone_with_its_events(told: Database, scene: Scene) -> None:
    async def ask() -> list[int]:
        pages = pages_of(told)
        first = await pages.page(scene.fab1, after=None, limit=2)
        cursor = json.loads(first.body)["next_cursor"]
        kept = await pages.page(scene.fab1, after=cursor, limit=2)
        with told.write() as session:
            session.execute(update(FeedEvent).where(FeedEvent.seq > 3).values(at=AT.replace(2027)))
        prune_feeds(told, before=AT.replace(2027))
        with pytest.raises(Gone):
            await pages.page(scene.fab1, after=cursor, limit=2)
        return [*seqs(kept), *seqs(await pages.page(scene.fab1, after=None, limit=2))]

    assert asyncio.run(ask()) == [3, 4, 4, 5]


def test_what_is_kept_is_bounded_and_the_page_unused_longest_goes(
    told: Database, scene: Scene
) -> None:
    async def ask(limits: list[int]) -> None:
        pages = pages_of(told, most_bytes=9_000)
        for limit in limits:
            await pages.page(scene.fab1, after=None, limit=limit)

    with readings(told) as seen:
        asyncio.run(ask([1, 2, 1, 3, 1]))

    assert len(seen) == 3
    with readings(told) as seen:
        asyncio.run(ask([1, 5, 4, 1]))

    assert len(seen) == 4
