"""Learn that something was committed."""

import asyncio
from contextlib import aclosing

from sqlalchemy import text

from app.database.changes import changes
from app.database.database import Database
from app.database.upsert import notify

LONG_ENOUGH_SECONDS = 0.5


def commit(database: Database, told: str) -> None:
    with database.write() as session:
        session.execute(text("CREATE TABLE IF NOT EXISTS written (number INTEGER)"))
        session.execute(text("INSERT INTO written VALUES (1)"))
        notify(session, "news", told)


def test_a_commit_is_told_once_and_nothing_without_one(database: Database) -> None:
    async def hear() -> tuple[str | None, bool, str | None, bool]:
        async with aclosing(changes(database, "news")) as source:
            first = await anext(source)
            pending = asyncio.ensure_future(anext(source))
            quiet, _ = await asyncio.wait([pending], timeout=LONG_ENOUGH_SECONDS)
            await asyncio.to_thread(commit, database, "one")
            told = await pending
            pending = asyncio.ensure_future(anext(source))
            again, _ = await asyncio.wait([pending], timeout=LONG_ENOUGH_SECONDS)
            pending.cancel()
            await asyncio.wait([pending])
        return first, bool(quiet), told, bool(again)

    told = None if database.is_sqlite else "one"

    assert asyncio.run(hear()) == (None, False, told, False)


def test_what_is_rolled_back_is_told_to_nobody(database: Database) -> None:
    async def hear() -> bool:
        async with aclosing(changes(database, "news")) as source:
            await anext(source)
            pending = asyncio.ensure_future(anext(source))
            with database.write() as session:
                session.execute(text("CREATE TABLE written (number INTEGER)"))
                notify(session, "news", "one")
                session.rollback()
            heard, _ = await asyncio.wait([pending], timeout=LONG_ENOUGH_SECONDS)
            pending.cancel()
            await asyncio.wait([pending])
        return bool(heard)

    assert not asyncio.run(hear())
