"""Connections to PostgreSQL that were lost while they stood in the pool.

To ask on each that is taken, as SQLAlchemy's `pool_pre_ping` does, was one round trip in six. A
server that ends a connection says so, and what it says is there to be read; one that was lost
without a word is found by asking after a pause, as HikariCP does (its `aliveBypassWindowMs`).
"""

import select
import time

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

TRUSTED_SECONDS = 0.5
"""So long after its last use a connection of which nothing was heard is taken to be good."""

FREE_SINCE = "free_since"


def replace_lost(engine: Engine) -> None:
    """Let the engine connect anew, with all its connections, where the one it takes was lost."""
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _refuse_lost)


def _note_use(_connection: psycopg.Connection | None, record: ConnectionPoolEntry) -> None:
    record.info[FREE_SINCE] = time.monotonic()


def _refuse_lost(
    connection: psycopg.Connection, record: ConnectionPoolEntry, _proxy: object
) -> None:
    free_since = record.info.get(FREE_SINCE)
    if free_since is None:  # it is new
        return
    if time.monotonic() - free_since < TRUSTED_SECONDS and not _has_news(connection):
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise InvalidatePoolError("the connection was lost") from error


def _has_news(connection: psycopg.Connection) -> bool:
    waiting = select.poll()
    waiting.register(connection.pgconn.socket, select.POLLIN)
    return bool(waiting.poll(0))
