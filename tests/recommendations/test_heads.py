"""Where a feed stands: never behind what this process wrote, for a moment behind another."""

import asyncio
from collections.abc import Callable

import pytest

from app.database.database import Database
from app.recommendations.heads import Heads
from app.recommendations.polling import polling_of
from tests.recommendations.scene import Scene, decide, run_of


@pytest.fixture
def long_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep for a minute what is else kept for 20 ms: a busy machine is no failure."""
    monkeypatch.setattr("app.recommendations.heads.KNOWN_SECONDS", 60)


def test_what_this_process_wrote_is_seen_at_once(
    database: Database, scene: Scene, long_known: None
) -> None:
    async def ask() -> list[int]:
        heads, seen = Heads(database), []
        for units in (80, 200, 300):
            seen.append((await heads.of(scene.fab1)).last_seq)
            await asyncio.to_thread(decide, database, scene, run_of(scene, medium=units))
        return [*seen, (await heads.of(scene.fab1)).last_seq]

    assert asyncio.run(ask()) == [0, 1, 3, 5]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_another_process_wrote_is_seen_when_asked_now_or_told(
    database: Database, open_again: Callable[[], Database], scene: Scene, long_known: None
) -> None:
    other = open_again()

    async def ask() -> list[int]:
        heads = Heads(database)
        seen = [(await heads.of(scene.fab1)).last_seq]
        await asyncio.to_thread(decide, other, scene, run_of(scene))
        seen.append((await heads.of(scene.fab1)).last_seq)
        seen.append((await heads.of(scene.fab1, now=True)).last_seq)
        await asyncio.to_thread(decide, other, scene, run_of(scene, medium=200))
        heads.doubt()
        return [*seen, (await heads.of(scene.fab1)).last_seq]

    assert asyncio.run(ask()) == [0, 0, 1, 3]


def test_what_another_process_wrote_is_seen_soon_without_being_told(
    database: Database, open_again: Callable[[], Database], scene: Scene
) -> None:
    other = open_again()

    async def ask() -> list[int]:
        heads = Heads(database)
        seen = [(await heads.of(scene.fab1)).last_seq]
        await asyncio.to_thread(decide, other, scene, run_of(scene))
        await asyncio.sleep(0.02)
        return [*seen, (await heads.of(scene.fab1)).last_seq]

    assert asyncio.run(ask()) == [0, 1]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_news_heard_by_those_who_wait_make_everybody_ask_again(
    database: Database, open_again: Callable[[], Database], scene: Scene, long_known: None
) -> None:
    other = open_again()

    async def ask() -> list[bytes]:
        polling = polling_of(database)
        with polling.watch.following(scene.fab1) as waiter:
            waiting = asyncio.create_task(waiter.news(beyond=0, seconds=50))
            await asyncio.sleep(0.5)  # it listens by now
            first = await polling.pages.page(scene.fab1, after=None, limit=1)
            await asyncio.to_thread(decide, other, scene, run_of(scene))
            assert await waiting
            second = await polling.pages.page(scene.fab1, after=None, limit=1)
        return [first.body, second.body]

    first, second = asyncio.run(ask())

    assert b'"data":[]' in first
    assert b'"seq":1' in second
