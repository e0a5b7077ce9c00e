"""Rows read on the event loop: as new as the question, and never waited for long."""

import asyncio

import psycopg
import pytest
from sqlalchemy import text, update

from app.database.database import Database
from app.database.quick import QuickRows, quick_rows
from app.errors import Unavailable
from app.jobs.tables import DueWork
from tests.recommendations.scene import AT


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no failure."""
    monkeypatch.setattr("app.database.quick.ANSWER_SECONDS", 60)


@pytest.fixture
def stored(database: Database) -> Database:
    with database.write() as session:
        for key in (7, 8):
            session.add(
                DueWork(
                    key=key,
                    group_id=1,
                    due_at=AT,
                    signal_at=None,
                    generation=2**40 + key,
                    lease="ä" if key == 7 else None,
                    lease_until=None,
                    attempts=0,
                )
            )
    return database


def reader(database: Database) -> QuickRows:
    return quick_rows(database, DueWork, "key", ("generation", "lease"))


def plain(database: Database) -> str:
    return database.url.set(drivername="postgresql").render_as_string(hide_password=False)


def test_a_row_is_found_by_its_key(stored: Database) -> None:
    async def ask() -> list[object]:
        rows = reader(stored)
        return [await rows.row(key) for key in (7, 8, 9)]

    assert asyncio.run(ask()) == [(2**40 + 7, "ä"), (2**40 + 8, None), None]


def test_many_who_ask_at_once_get_their_own_row(stored: Database) -> None:
    async def ask() -> list[object]:
        rows = reader(stored)
        return await asyncio.gather(*(rows.row(7 + number % 2) for number in range(200)))

    assert asyncio.run(ask()) == [(2**40 + 7, "ä"), (2**40 + 8, None)] * 100


def test_what_was_committed_before_the_question_is_in_the_answer(stored: Database) -> None:
    def commit(number: int) -> None:
        with stored.write() as session:
            session.execute(update(DueWork).values(generation=number))

    async def ask() -> list[object]:
        rows = reader(stored)
        seen = []
        for number in range(30):
            await asyncio.to_thread(commit, number)
            found, _ = await asyncio.gather(rows.row(7), rows.row(8))
            seen.append(found and found[0])
        return seen

    assert asyncio.run(ask()) == list(range(30))


def test_one_who_leaves_takes_no_answer_from_the_others(stored: Database) -> None:
    async def ask() -> object:
        rows = reader(stored)
        await rows.row(7)
        leaving, staying = (asyncio.ensure_future(rows.row(7)) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        return await staying

    assert asyncio.run(ask()) == (2**40 + 7, "ä")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_lost_connection_is_made_anew(stored: Database) -> None:
    def lose() -> None:
        with psycopg.connect(plain(stored), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'shortrun quick reads'"
            )

    async def ask() -> list[object]:
        rows = reader(stored)
        before = await rows.row(7)
        await asyncio.to_thread(lose)
        await asyncio.sleep(0.2)
        return [before, await rows.row(7)]

    assert asyncio.run(ask()) == [(2**40 + 7, "ä"), (2**40 + 7, "ä")]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_is_slow_to_answer_is_unavailable_and_asked_again(
    stored: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask() -> tuple[list[object], object]:
        rows = reader(stored)
        await rows.row(7)
        monkeypatch.setattr("app.database.quick.ANSWER_SECONDS", 0.3)
        with stored.write() as session:
            session.execute(text("LOCK TABLE due_work IN ACCESS EXCLUSIVE MODE"))
            asked = rows.row(7), rows.row(8)
            refused = await asyncio.gather(*asked, return_exceptions=True)
        monkeypatch.setattr("app.database.quick.ANSWER_SECONDS", 60)
        return [type(one) for one in refused], await rows.row(7)

    assert asyncio.run(ask()) == ([Unavailable, Unavailable], (2**40 + 7, "ä"))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_that_is_away_is_unavailable(stored: Database) -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/none")

    async def ask() -> None:
        await reader(away).row(7)

    with pytest.raises(Unavailable):
        asyncio.run(ask())
