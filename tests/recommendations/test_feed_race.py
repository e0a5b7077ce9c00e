"""Many writers, and readers that follow with pages of all sizes.

Each writer goes on for a moment; `SHORTRUN_FEED_SECONDS=60` makes it a minute.
"""

import asyncio
import os
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest
from sqlalchemy import select

from app.database.database import Database
from app.errors import Unavailable
from app.main import create_app
from app.recommendations.feed import append, news
from app.recommendations.tables import FeedEvent
from app.settings import Settings
from tests.recommendations.scene import AT, Scene, decide, run_of, stored, to_fab2

SECONDS = float(os.environ.get("SHORTRUN_FEED_SECONDS", "1"))
WRITERS = 8
LIMITS = (1, 7, 200)

Told = list[tuple[int, str]]


@pytest.fixture
def offered(database: Database, scene: Scene) -> None:
    """One recommendation at each factory, both told of."""
    decide(database, scene, run_of(scene))
    decide(database, scene, to_fab2(scene))


def write_for_a_while(database: Database, number: int) -> None:
    """Append batches of varied size to both feeds, now and then taking one back."""
    chance = random.Random(number)  # noqa: S311  batches of varied size
    rows = stored(database)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        # On SQLite a writer may be refused after 10 s of others' turns: it comes again.
        with suppress(Unavailable), database.write() as session:
            chosen = chance.choices(rows, k=chance.randint(1, 3))
            append(session, [one for row in chosen for one in news("x", row, at=AT)])
            if chance.random() < 0.1:
                session.rollback()


async def follow(
    client: httpx.AsyncClient, headers: dict[str, str], limit: int, done: threading.Event
) -> Told:
    told: Told = []
    after, more = "", True
    while more or not done.is_set():
        finished = done.is_set()
        page = await client.get(
            f"/v1/factories/fab1/feed?limit={limit}{after}",
            headers={**headers, "prefer": "wait=1"},
        )
        shown = page.json()
        told += [(event["seq"], event["cursor"]) for event in shown["data"]]
        after, more = f"&after={shown['next_cursor']}", shown["has_more"] or not finished
    return told


def test_three_readers_see_what_eight_writers_tell_alike_complete_and_without_a_gap(
    database: Database,
    scene: Scene,
    offered: None,
    fab1_key: str,
    open_again: Callable[[], Database],
) -> None:
    app = create_app(Settings(), database)
    headers = {"authorization": f"Bearer {fab1_key}"}
    done = threading.Event()

    async def read() -> list[Told]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            readers = [follow(client, headers, limit, done) for limit in LIMITS]
            return await asyncio.gather(*readers)

    databases = [open_again() for _ in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reading = pool.submit(asyncio.run, read())
        list(pool.map(write_for_a_while, databases, range(WRITERS)))
        done.set()
        first, second, third = reading.result()

    with database.read() as session:
        query = select(FeedEvent.seq).where(FeedEvent.factory_id == scene.fab1)
        stored_seqs = list(session.scalars(query.order_by(FeedEvent.seq)))
    assert len(stored_seqs) > WRITERS
    assert [seq for seq, _ in first] == stored_seqs == list(range(1, len(stored_seqs) + 1))
    assert first == second == third
