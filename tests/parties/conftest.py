"""The whole app over a database with two brands, two factories and a key for each role."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from app.clock.time import set_now
from app.database.database import Database
from app.main import create_app
from app.parties.issue_keys import Wanted, issue_key
from app.parties.register import BrandUses, store_brand, store_factory
from app.parties.schemas import BrandIn, FactoryIn
from app.settings import Settings
from tests.web.asgi import Client

AT = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
BRAND = {"name": "Acme", "timezone": "Europe/Paris", "currency": "EUR"}
FACTORY = {"name": "Fab", "timezone": "Asia/Kolkata"}


@dataclass
class House:
    """Everybody who calls."""

    app: FastAPI
    ops: Client
    brand: Client
    factory: Client

    def issue(self, **wanted: object) -> dict[str, str]:
        answer = self.ops.post("/v1/api-keys", {"name": "test", **wanted})
        assert answer.status_code == 201, answer.text
        return answer.json()


@pytest.fixture
def app(database: Database, database_url: str) -> FastAPI:
    return create_app(Settings(database_url=database_url, sandbox=True), database)


def settle(session: Session) -> dict[str, str]:
    """Write everybody down in one transaction; return the keys by role."""
    uses = BrandUses(
        has_styles=lambda *_: False, has_events=lambda *_: False, on_change=lambda *_: None
    )
    set_now(session, AT)
    for code in ("fab1", "fab2"):
        store_factory(session, code, FactoryIn(**FACTORY).model_dump(), at=AT)
    values = BrandIn(**BRAND).model_dump(exclude={"factories"})
    store_brand(session, "acme", values, ["fab1"], uses=uses, at=AT)
    store_brand(session, "zeta", values, [], uses=uses, at=AT)
    wanted = [
        Wanted("ops", "root"),
        Wanted("brand", "test", brand="acme"),
        Wanted("factory", "test", factory="fab1"),
    ]
    return {one.role: issue_key(session, one, sandbox=True, at=AT).key for one in wanted}


@pytest.fixture
def house(app: FastAPI, database: Database) -> House:
    with database.write() as session:
        keys = settle(session)
    return House(app, **{role: Client(app, key) for role, key in keys.items()})
