"""Connections that stood in the pool, on PostgreSQL."""

from collections.abc import Iterator
from datetime import datetime

import psycopg
import pytest
from sqlalchemy import text

from app.database.database import Database
from app.errors import Unavailable

LAST_ASKED = """
    SELECT state_change FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
END_THE_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
"""Returns when they are gone."""

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def onlooker(database: Database) -> Iterator[psycopg.Connection]:
    """A connection of our own beside the pool, which holds one that was used."""
    with database.write() as session:
        session.execute(text("SELECT 1"))
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def last_asked(onlooker: psycopg.Connection) -> list[datetime]:
    return [at for (at,) in onlooker.execute(LAST_ASKED)]


def test_a_connection_that_the_server_ended_is_replaced_unnoticed(
    database: Database, onlooker: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.database.lost.TRUSTED_SECONDS", 60.0)
    onlooker.execute(END_THE_OTHERS)

    with database.write() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_a_connection_that_was_used_a_moment_ago_is_taken_without_asking(
    database: Database, onlooker: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.database.lost.TRUSTED_SECONDS", 60.0)
    before = last_asked(onlooker)

    with database.read():
        pass

    assert last_asked(onlooker) == before


def test_a_connection_that_stood_for_a_while_is_asked_first(
    database: Database, onlooker: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.database.lost.TRUSTED_SECONDS", 0.0)
    before = last_asked(onlooker)

    with database.read():
        pass

    assert last_asked(onlooker) > before


def test_a_connection_that_is_lost_in_use_is_said_so_and_replaced(
    database: Database, onlooker: psycopg.Connection
) -> None:
    def lose() -> None:
        with database.write() as session:
            session.execute(text("SELECT 1"))
            onlooker.execute(END_THE_OTHERS)
            session.execute(text("SELECT 1"))

    with pytest.raises(Unavailable):
        lose()

    with database.write() as session:
        assert session.scalar(text("SELECT 1")) == 1
