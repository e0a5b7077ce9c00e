"""The service's time, and who sets it."""

from fastapi import FastAPI

from app.database.database import Database
from app.main import create_app
from app.settings import Settings
from tests.parties.conftest import House
from tests.web.asgi import Client


def test_the_clock_stands_where_it_was_set(house: House) -> None:
    answer = house.ops.put("/v1/clock", {"now": "2026-03-05T08:00:00+02:00"})

    assert answer.json() == {"now": "2026-03-05T06:00:00Z", "sandbox": True}
    assert house.brand.get("/v1/clock").json()["now"] == "2026-03-05T06:00:00Z"


def test_the_clock_moves_only_forwards(house: House) -> None:
    back = house.ops.put("/v1/clock", {"now": "2026-03-02T10:14:59Z"})
    same = house.ops.put("/v1/clock", {"now": "2026-03-02T10:15:00Z"})

    assert [back.status_code, back.json()["code"]] == [409, "clock_backwards"]
    assert same.status_code == 200


def test_who_follows_the_clock_has_done_so_before_it_answers(house: House, app: FastAPI) -> None:
    seen: list[str] = []
    app.state.on_clock_set.append(lambda _, at: seen.append(at.isoformat()))

    house.ops.put("/v1/clock", {"now": "2026-03-05T06:00:00Z"})

    assert seen == ["2026-03-05T06:00:00+00:00"]


def test_without_the_sandbox_nobody_sets_the_clock(
    house: House, database: Database, database_url: str
) -> None:
    plain = create_app(Settings(database_url=database_url, sandbox=False), database)
    ops = Client(plain, house.ops.key)

    answer = ops.put("/v1/clock", {"now": "2026-03-05T06:00:00Z"})

    assert answer.status_code == 405
    assert ops.get("/v1/clock").json()["sandbox"] is False
