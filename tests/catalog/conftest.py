"""One brand, and its routes behind the real boundary."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.catalog.routes import routes
from app.database.database import Database
from app.parties.authentication import authenticate
from app.parties.keyring import KeyRing
from app.parties.keys import digest_of, hint_of, new_key
from app.parties.tables import ApiKey, Brand
from app.settings import Settings
from app.web import problems
from app.web.limits import Limits

AT = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
Call = Callable[..., httpx.Response]


def brand_row(code: str) -> Brand:
    return Brand(
        code=code,
        name=code.title(),
        timezone="Europe/Berlin",
        currency="EUR",
        review_period_days=7,
        release="auto",
        release_limit=None,
        counter_tolerance=Decimal(0),
        respond_within_hours=48,
        open_to_buy=None,
        share_forecast=False,
        created_at=AT,
    )


def key_row(key: str, brand_id: int) -> ApiKey:
    return ApiKey(
        id=f"key_{brand_id}",
        digest=digest_of(key),
        role="brand",
        brand_id=brand_id,
        factory_id=None,
        name="shop",
        hint=hint_of(key),
        created_at=AT,
        expires_at=None,
        revoked_at=None,
    )


@pytest.fixture
def brand_id(database: Database) -> int:
    with database.write() as session:
        brand = brand_row("acme")
        session.add(brand)
        session.flush()
        return brand.id


@pytest.fixture
def other_brand_id(database: Database, brand_id: int) -> int:
    with database.write() as session:
        brand = brand_row("other")
        session.add(brand)
        session.flush()
        return brand.id


@pytest.fixture
def key(database: Database, brand_id: int) -> str:
    key = new_key(sandbox=False)
    with database.write() as session:
        session.add(key_row(key, brand_id))
    return key


@pytest.fixture
def other_key(database: Database, other_brand_id: int) -> str:
    key = new_key(sandbox=False)
    with database.write() as session:
        session.add(key_row(key, other_brand_id))
    return key


@pytest.fixture
def call(database: Database, key: str) -> Call:
    """Send one request as the brand, or with another key."""
    app = FastAPI()
    problems.install(app)
    app.include_router(routes)
    app.state.database = database
    app.state.settings = Settings()
    app.state.keyring = KeyRing()
    app.state.authenticate = authenticate
    app.state.limits = Limits(requests_per_minute=1000, failures_per_minute=1000)

    def send(method: str, path: str, body: Any = None, key: str = key) -> httpx.Response:
        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            headers = {"authorization": f"Bearer {key}"}
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, json=body, headers=headers)

        return asyncio.run(go())

    return send
