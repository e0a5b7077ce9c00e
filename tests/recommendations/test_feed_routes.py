"""The feed over HTTP, asked for the same address again and again."""

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url, update

from app.database.database import Database
from app.main import create_app
from app.parties.tables import ApiKey
from app.settings import Settings
from tests.recommendations.scene import AT, Call, Scene, caller, decide, key_for, run_of, stored

FEED = "/v1/factories/fab1/feed"


@pytest.fixture
def recommendation(database: Database, scene: Scene) -> str:
    decide(database, scene, run_of(scene))
    return stored(database)[0].id


def test_the_same_address_answers_another_key_by_its_own_rights(
    database: Database, scene: Scene, call: Call, fab1_key: str, recommendation: str
) -> None:
    keys = [
        fab1_key,
        key_for(database, "factory", factory_id=scene.fab2),
        key_for(database, "brand", brand_id=scene.brand.id),
        "sr_test_nonsense",
        fab1_key,
    ]

    answers = [call(key, "GET", FEED) for key in keys]

    assert [answer.status_code for answer in answers] == [200, 404, 403, 401, 200]


def test_a_revoked_key_is_refused_where_it_was_let_in_before(
    database: Database, call: Call, fab1_key: str, recommendation: str
) -> None:
    before = call(fab1_key, "GET", FEED)
    with database.write() as session:
        session.execute(update(ApiKey).values(revoked_at=AT))
    another = caller(database)  # another process, that has not seen the key

    after = another(fab1_key, "GET", FEED)

    assert (before.status_code, after.status_code) == (200, 401)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_address_that_is_known_is_answered_like_one_that_is_not(
    call: Call, fab1_key: str, recommendation: str
) -> None:
    first, again = (call(fab1_key, "GET", FEED) for _ in range(2))
    others = [call(fab1_key, method, FEED) for method in ("HEAD", "POST", "DELETE")]

    assert list(first.headers) == list(again.headers)
    differ = {name for name in first.headers if first.headers[name] != again.headers[name]}
    assert differ <= {"x-request-id", "ratelimit"}
    assert [answer.status_code for answer in others] == [405, 405, 405]
    assert {answer.headers["allow"] for answer in others} == {"GET"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "after=" + "A" * 201, "after=%00"]
)
def test_a_bad_parameter_is_refused_each_time(call: Call, fab1_key: str, query: str) -> None:
    answers = [call(fab1_key, "GET", f"{FEED}?{query}") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [400, 400]


def test_addresses_that_differ_in_their_parameters_alone_are_told_apart(
    database: Database, scene: Scene, call: Call, fab1_key: str, recommendation: str
) -> None:
    decide(database, scene, run_of(scene, medium=200))
    queries = ("limit=1", "limit=2", "", "limit=1", "limit=2", "")

    pages = [call(fab1_key, "GET", f"{FEED}?{query}").json()["data"] for query in queries]

    assert [len(page) for page in pages] == [1, 2, 3, 1, 2, 3]


def test_each_request_counts_against_the_limit(
    database: Database, scene: Scene, fab1_key: str, recommendation: str
) -> None:
    app = create_app(Settings(requests_per_minute=2), database)
    headers = {"authorization": f"Bearer {fab1_key}"}

    async def ask() -> list[int]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return [(await client.get(FEED, headers=headers)).status_code for _ in range(3)]

    assert asyncio.run(ask()) == [200, 200, 429]


def test_a_page_has_the_same_bytes_and_tag_whoever_reads_it_when(
    database: Database, call: Call, fab1_key: str, recommendation: str
) -> None:
    first, again = (call(fab1_key, "GET", FEED) for _ in range(2))
    elsewhere = caller(database, AT + timedelta(hours=1))(fab1_key, "GET", FEED)

    assert first.content == again.content == elsewhere.content
    assert first.headers["etag"] == again.headers["etag"] == elsewhere.headers["etag"]
    assert not first.headers["etag"].startswith("W/")


@pytest.fixture
def copy(database: Database) -> Iterator[Callable[[], Database]]:
    """Copy the database as it is now."""
    name = f"{database.url.database}_backup"
    if database.is_sqlite:

        def copy() -> Database:
            database.close()
            shutil.copy(database.url.database or "", name)
            return Database(f"sqlite:///{name}")

        yield copy
        return
    server = make_url(database.url).set(drivername="postgresql", database="postgres")
    backup, source = sql.Identifier(name), sql.Identifier(database.url.database or "")

    def clone() -> Database:
        database.close()
        with psycopg.connect(address, autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(backup, source))
        return Database(database.url.set(database=name).render_as_string(hide_password=False))

    address = server.render_as_string(hide_password=False)
    yield clone
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(backup))


def test_a_restored_database_says_gone_instead_of_losing_events(
    database: Database, scene: Scene, fab1_key: str, copy: Callable[[], Database]
) -> None:
    decide(database, scene, run_of(scene))
    backup = copy()
    decide(database, scene, run_of(scene, medium=200))
    cursor = caller(database)(fab1_key, "GET", FEED).json()["next_cursor"]
    call = caller(backup)

    def asked(after: str) -> httpx.Response:
        return call(fab1_key, "GET", f"{FEED}?after={after}")

    beyond = asked(cursor)
    for medium in (300, 400):
        decide(backup, scene, run_of(scene, medium=medium))
    overtaken = asked(cursor)
    restarted = asked(overtaken.json()["restart_at"])
    backup.close()

    assert (beyond.status_code, overtaken.status_code) == (410, 410)
    assert overtaken.json()["code"] == "cursor_expired"
    assert [event["seq"] for event in json.loads(restarted.content)["data"]] == [1, 2, 3, 4, 5]
