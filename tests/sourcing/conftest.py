"""A brand that lists one factory of two, and the offers' routes behind the real boundary."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.catalog.ingest import SkuDraft, StyleDraft, put_styles
from app.database.database import Database
from app.parties.authentication import authenticate
from app.parties.keyring import KeyRing
from app.parties.keys import digest_of, hint_of, new_key
from app.parties.tables import ApiKey, Brand, BrandFactory, Factory
from app.settings import Settings
from app.sourcing.routes import routes
from app.web import problems
from app.web.limits import Limits

AT = datetime(2026, 3, 1, 10, 15, tzinfo=UTC)
KEYS = {name: new_key(sandbox=False) for name in ("ops", "acme", "other", "fab1", "fab2")}
Call = Callable[..., httpx.Response]


def brand_row(number: int, code: str) -> Brand:
    return Brand(
        id=number,
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


def factory_row(number: int, code: str) -> Factory:
    return Factory(
        id=number, code=code, name=code, timezone="Asia/Tokyo", setup_matrix=None, created_at=AT
    )


def key_row(name: str, brand_id: int | None = None, factory_id: int | None = None) -> ApiKey:
    return ApiKey(
        id=f"key_{name}",
        digest=digest_of(KEYS[name]),
        role="brand" if brand_id else "factory" if factory_id else "ops",
        brand_id=brand_id,
        factory_id=factory_id,
        name=name,
        hint=hint_of(KEYS[name]),
        created_at=AT,
        expires_at=None,
        revoked_at=None,
    )


def style(code: str, planning: str = "active") -> StyleDraft:
    return StyleDraft(
        code=code,
        name=code,
        currency="EUR",
        price=Decimal(39),
        planning=planning,
        skus=(SkuDraft(f"{code}-M", "BLK", "M"),),
    )


@pytest.fixture
def market(database: Database) -> Database:
    """Brands acme (1) and other (2); factories fab1 (1), listed by acme, and fab2 (2), by other.

    acme has the styles S1 (1), S2 (2) and S3 (3, ended), other has S1 (4).
    """
    with database.write() as session:
        session.add_all([brand_row(1, "acme"), brand_row(2, "other")])
        session.add_all([factory_row(1, "fab1"), factory_row(2, "fab2")])
        session.flush()
        session.add_all([BrandFactory(brand_id=1, factory_id=1)])
        session.add_all([BrandFactory(brand_id=2, factory_id=2)])
        session.add_all([key_row("ops"), key_row("acme", 1), key_row("other", 2)])
        session.add_all([key_row("fab1", factory_id=1), key_row("fab2", factory_id=2)])
        session.flush()
        put_styles(session, 1, [style("S1"), style("S2"), style("S3", "ended")], at=AT)
        put_styles(session, 2, [style("S1")], at=AT)
    return database


@pytest.fixture
def call(market: Database) -> Call:
    """Send one request with the key of that name."""
    app = FastAPI()
    problems.install(app)
    app.include_router(routes)
    app.state.database = market
    app.state.settings = Settings()
    app.state.keyring = KeyRing()
    app.state.authenticate = authenticate
    app.state.limits = Limits(requests_per_minute=1000, failures_per_minute=1000)

    def send(name: str, method: str, path: str, body: Any = None) -> httpx.Response:
        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            headers = {"authorization": f"Bearer {KEYS[name]}"}
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, json=body, headers=headers)

        return asyncio.run(go())

    return send
