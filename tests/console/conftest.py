"""A brand with a style and two factories, and people who may open the console."""

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from app.audit.record import CommandLine
from app.clock.time import set_now
from app.console.users import add_user
from app.database.database import Database
from app.main import create_app
from app.settings import Settings
from tests.console.visiting import Visit
from tests.recommendations.scene import AT, Scene, build

PASSWORD = "correct horse battery"


CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""With the least of argon2, to which the check then keeps: its cost is not the point here."""


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.write() as session:
        set_now(session, AT)
        made = build(session, release="manual")
        build(session, code="zeta", name="Zeta & Co")
        for name, role, brand in (("olga", "ops", None), ("bea", "brand", "acme")):
            user = add_user(
                session, CommandLine(), name, role=role, brand=brand, password=None, at=AT
            )
            user.password_hash = CHEAP
        return made


@pytest.fixture
def app(database: Database, scene: Scene) -> FastAPI:
    return create_app(Settings(sandbox=True), database)


@pytest.fixture
def visit(app: FastAPI) -> Callable[[str], Visit]:
    """Return a function that signs somebody in, in a browser of their own."""

    def signed_in(name: str) -> Visit:
        opened = Visit(app)
        answer = opened.sign_in(name, PASSWORD)
        assert answer.status_code == 200, answer.text
        return opened

    return signed_in


@pytest.fixture
def olga(visit: Callable[[str], Visit]) -> Visit:
    return visit("olga")


@pytest.fixture
def bea(visit: Callable[[str], Visit]) -> Visit:
    return visit("bea")
