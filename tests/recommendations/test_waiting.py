"""Those who wait for news: who is woken, by whom, and what they hold meanwhile."""

import asyncio
import subprocess
import sys
import threading

import anyio.to_thread
import httpx
import psycopg
import pytest
from sqlalchemy import QueuePool, update

from app.database.database import Database
from app.main import create_app
from app.parties.tables import ApiKey
from app.recommendations.feed import append, news
from app.recommendations.polling import polling_of
from app.recommendations.waiting import FeedWatch
from app.settings import Settings
from tests.recommendations.scene import AT, Call, Scene, decide, run_of, stored

FEED = "/v1/factories/fab1/feed"

PUBLISH = """
import sys
from datetime import UTC, datetime
from sqlalchemy import select
from app.database.database import Database
from app.recommendations.feed import append, news
from app.recommendations.tables import Recommendation
database = Database(sys.argv[1])
with database.read() as session:
    row = session.scalars(select(Recommendation)).one()
with database.write() as session:
    append(session, news("recommendation.issued", row, at=datetime.now(UTC)))
database.close()
"""


@pytest.fixture
def recommendation(database: Database, scene: Scene) -> str:
    decide(database, scene, run_of(scene))
    return stored(database)[0].id


async def followed(watch: FeedWatch, factory_id: int, *, beyond: int, seconds: float = 20) -> bool:
    with watch.following(factory_id) as waiter:
        return await waiter.news(beyond=beyond, seconds=seconds)


def test_a_waiting_reader_is_answered_when_there_is_news(
    database: Database, scene: Scene, call: Call, fab1_key: str, recommendation: str
) -> None:
    cursor = call(fab1_key, "GET", FEED).json()["next_cursor"]
    later = threading.Timer(0.4, decide, (database, scene, run_of(scene, medium=200)))

    later.start()
    answer = call(fab1_key, "GET", f"{FEED}?after={cursor}", headers={"prefer": "wait=20"})
    later.join()

    assert [event["seq"] for event in answer.json()["data"]] == [2, 3]
    assert answer.headers["preference-applied"] == "wait=20"


@pytest.mark.parametrize("path", [FEED, "/v1/factories/fab1/recommendations"])
def test_news_that_comes_after_a_key_was_revoked_is_not_told_to_who_waits_with_it(
    database: Database, scene: Scene, call: Call, fab1_key: str, recommendation: str, path: str
) -> None:
    first = call(fab1_key, "GET", path)
    known = {"if-none-match": first.headers["etag"], "prefer": "wait=20"}
    after = f"{FEED}?after={first.json()['next_cursor']}" if path == FEED else path

    def revoke_and_decide() -> None:
        with database.write() as session:
            session.execute(update(ApiKey).values(revoked_at=AT))
        decide(database, scene, run_of(scene, medium=200))

    later = threading.Timer(0.4, revoke_and_decide)

    later.start()
    answer = call(fab1_key, "GET", after, headers=known)
    later.join()

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_a_wait_without_news_ends_empty(call: Call, fab1_key: str, recommendation: str) -> None:
    cursor = call(fab1_key, "GET", FEED).json()["next_cursor"]

    answer = call(fab1_key, "GET", f"{FEED}?after={cursor}", headers={"prefer": "wait=1"})

    assert answer.status_code == 200
    assert answer.json() == {"data": [], "has_more": False, "next_cursor": cursor}


def test_a_wait_without_news_is_304_for_who_has_the_empty_page(
    call: Call, fab1_key: str, recommendation: str
) -> None:
    cursor = call(fab1_key, "GET", FEED).json()["next_cursor"]
    empty = call(fab1_key, "GET", f"{FEED}?after={cursor}")
    known = {"if-none-match": empty.headers["etag"], "prefer": "wait=1"}

    answer = call(fab1_key, "GET", f"{FEED}?after={cursor}", headers=known)

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["preference-applied"] == "wait=1"


def test_who_has_the_standing_list_may_wait_for_it_to_change(
    database: Database, scene: Scene, call: Call, fab1_key: str, recommendation: str
) -> None:
    path = "/v1/factories/fab1/recommendations"
    first = call(fab1_key, "GET", path, headers={"prefer": "wait=20"})
    known = {"if-none-match": first.headers["etag"]}
    same = call(fab1_key, "GET", path, headers={**known, "prefer": "wait=1"})
    later = threading.Timer(0.4, decide, (database, scene, run_of(scene, medium=200)))

    later.start()
    moved = call(fab1_key, "GET", path, headers={**known, "prefer": "wait=20"})
    later.join()

    assert (first.status_code, same.status_code, same.content) == (200, 304, b"")
    assert [row["status"] for row in moved.json()["data"]] == ["superseded", "open"]
    assert moved.headers["preference-applied"] == "wait=20"


def test_many_who_wait_are_all_woken_and_only_by_their_own_feed(
    database: Database, scene: Scene, recommendation: str
) -> None:
    async def wait() -> list[bool]:
        watch = polling_of(database).watch
        readers = [followed(watch, scene.fab1, beyond=1) for _ in range(200)]
        waiting = asyncio.gather(*readers, followed(watch, scene.fab2, beyond=0, seconds=1.5))
        await asyncio.sleep(0.3)
        await asyncio.to_thread(decide, database, scene, run_of(scene, medium=200))
        return await waiting

    woken = asyncio.run(wait())

    assert woken == [True] * 200 + [False]


def test_another_process_wakes_those_who_wait(
    database: Database,
    database_url: str,
    scene: Scene,
    recommendation: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.database.changes.HEARTBEAT_SECONDS", 60)  # or that wakes them too
    command = [sys.executable, "-W", "error", "-c", PUBLISH, database_url]

    async def wait() -> bool:
        with polling_of(database).watch.following(scene.fab1) as waiter:
            waiting = asyncio.create_task(waiter.news(beyond=1, seconds=50))
            await asyncio.sleep(0.3)
            await asyncio.to_thread(subprocess.run, command, check=True)
            return await waiting

    assert asyncio.run(wait())


def test_what_is_committed_between_the_reading_and_the_waiting_is_not_missed(
    database: Database, scene: Scene, recommendation: str
) -> None:
    async def wait() -> bool:
        with polling_of(database).watch.following(scene.fab1) as waiter:
            await asyncio.to_thread(decide, database, scene, run_of(scene, medium=200))
            await asyncio.sleep(0.5)
            return await waiter.news(beyond=1, seconds=20)

    assert asyncio.run(wait())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_watch_survives_a_lost_connection(
    database: Database, database_url: str, scene: Scene, recommendation: str
) -> None:
    plain = database.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def lose() -> int:
        with psycopg.connect(plain, autocommit=True) as connection:
            found = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'shortrun listening'"
            )
            return len(found.fetchall())

    async def wait() -> list[bool]:
        watch = polling_of(database).watch
        waiting = asyncio.create_task(followed(watch, scene.fab1, beyond=1))
        while await asyncio.to_thread(lose) == 0:  # noqa: ASYNC110  it listens in its own time
            await asyncio.sleep(0.1)
        # Told to nobody: it is seen by looking, once the connection is there again.
        await asyncio.to_thread(decide, database, scene, run_of(scene, medium=200))
        meanwhile = await waiting
        later = asyncio.create_task(followed(watch, scene.fab1, beyond=3))
        await asyncio.sleep(1.5)
        await asyncio.to_thread(decide, database, scene, run_of(scene, medium=300))
        return [meanwhile, await later]

    assert asyncio.run(wait()) == [True, True]


def test_who_waits_holds_neither_thread_nor_connection(
    database: Database, scene: Scene, fab1_key: str, recommendation: str
) -> None:
    app = create_app(Settings(sandbox=True, request_threads=2), database)
    headers = {"authorization": f"Bearer {fab1_key}", "prefer": "wait=20"}

    connections = database.engine.pool
    assert isinstance(connections, QueuePool)

    async def wait() -> tuple[bool, set[int]]:
        limiter = anyio.to_thread.current_default_thread_limiter()
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            cursor = (await client.get(FEED, headers=headers)).json()["next_cursor"]
            asked = [client.get(f"{FEED}?after={cursor}", headers=headers) for _ in range(100)]
            waiting = asyncio.gather(*asked)
            await asyncio.sleep(0.5)
            while (limiter.borrowed_tokens, connections.checkedout()) != (0, 0):
                assert not waiting.done(), "all were answered before nothing was held"
                await asyncio.sleep(0.05)
            still_waiting = not waiting.done()
            await asyncio.to_thread(tell, database)
            answers = await waiting
        return still_waiting, {len(answer.json()["data"]) for answer in answers}

    assert asyncio.run(wait()) == (True, {1})


def tell(database: Database) -> None:
    row = stored(database)[0]
    with database.write() as session:
        append(session, news("recommendation.issued", row, at=AT))


def test_when_too_many_wait_the_next_is_answered_at_once(
    database: Database, scene: Scene, recommendation: str
) -> None:
    async def fill() -> list[bool]:
        watch = FeedWatch(database, most_waiting=1)
        before = watch.has_room
        with watch.following(scene.fab1):
            within = watch.has_room
        return [before, within, watch.has_room]

    assert asyncio.run(fill()) == [True, False, True]


def test_a_server_that_ends_lets_those_go_who_wait(
    database: Database, scene: Scene, recommendation: str
) -> None:
    async def end() -> list[bool]:
        watch = polling_of(database).watch
        with watch.following(scene.fab1) as about_to_wait:
            waiting = asyncio.create_task(followed(watch, scene.fab1, beyond=1))
            await asyncio.sleep(0)
            watch.let_go()
            had_news = await waiting, await about_to_wait.news(beyond=1, seconds=20)
        return [*had_news, watch.has_room]

    assert asyncio.run(end()) == [False, False, False]
