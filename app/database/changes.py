"""Learn that something was committed, by whichever process, while nothing is asked meanwhile."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import aclosing, closing

import psycopg
import structlog
from psycopg import sql

from app.database.database import Database

GLANCE_SECONDS = 0.03
"""SQLite counts commits in shared memory; reading the count takes some 5 microseconds. With
pauses of 50 and 100 ms the last of a thousand who wait was answered after 259 and up to 290 ms."""

HEARTBEAT_SECONDS = 5.0
ANSWER_SECONDS = 5.0
"""A connection that says nothing for the first and then for the second is taken for dead."""

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 1.0

log = structlog.get_logger()


async def changes(database: Database, channel: str) -> AsyncGenerator[str | None, None]:
    """Yield what is told on a channel, for ever; None where anything may have changed.

    The first thing yielded is None, once nothing committed later can be missed. On SQLite there
    is never more to say. On PostgreSQL one connection listens; lost, it is made anew, and
    meanwhile None comes at least once a second.
    """
    if database.is_sqlite:
        source = _commits(database.url.database or "")
    else:
        url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        source = _told(url, channel)
    async with aclosing(source):
        async for told in source:
            yield told


async def _commits(path: str) -> AsyncGenerator[str | None, None]:
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        seen = None
        while True:
            try:
                version = connection.execute("PRAGMA data_version").fetchone()
            except sqlite3.OperationalError:  # locked for a moment: perhaps by a commit
                version = None
            if version is None or version != seen:
                seen = version
                yield None
            await asyncio.sleep(GLANCE_SECONDS)


async def _told(url: str, channel: str) -> AsyncGenerator[str | None, None]:
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            connection = await psycopg.AsyncConnection.connect(
                url, autocommit=True, connect_timeout=5, application_name="shortrun listening"
            )
            async with connection:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                pause = FIRST_PAUSE_SECONDS
                while True:
                    yield None
                    async for notice in connection.notifies(timeout=HEARTBEAT_SECONDS):
                        yield notice.payload
                    async with asyncio.timeout(ANSWER_SECONDS):
                        await connection.execute("SELECT 1")
        except (psycopg.Error, OSError) as error:  # TimeoutError is an OSError
            log.warning("listening_interrupted", reason=type(error).__name__)
        yield None
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
