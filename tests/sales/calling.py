"""The routes of sales, stock and demand behind the real boundary, called as a brand."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI

from app.database.database import Database
from app.demand.routes import routes as demand
from app.parties.authentication import authenticate
from app.parties.keyring import KeyRing
from app.parties.keys import digest_of, hint_of, new_key
from app.parties.refs import BrandRef
from app.parties.tables import ApiKey
from app.sales.intake import Intake
from app.sales.routes import routes as sales
from app.settings import Settings
from app.stock.routes import routes as stock
from app.web import problems
from app.web.limits import Limits
from tests.sales.shop import AT


class Calling:
    """Sends requests with a brand's key."""

    def __init__(self, database: Database, brand: BrandRef) -> None:
        self.database = database
        self.key = self.key_of("brand", brand)
        self.app = FastAPI()
        problems.install(self.app)
        for routes in (sales, stock, demand):
            self.app.include_router(routes)
        self.app.state.database = database
        self.app.state.settings = Settings()
        self.app.state.sales_intake = Intake(database, sandbox=False)
        self.app.state.keyring = KeyRing()
        self.app.state.authenticate = authenticate
        self.app.state.limits = Limits(requests_per_minute=1000, failures_per_minute=1000)

    def key_of(self, role: str, brand: BrandRef | None) -> str:
        key = new_key(sandbox=False)
        with self.database.write() as session:
            session.add(
                ApiKey(
                    id=f"key_{role}_{brand.code if brand else 'any'}",
                    digest=digest_of(key),
                    role=role,
                    brand_id=brand.id if brand else None,
                    factory_id=None,
                    name="shop",
                    hint=hint_of(key),
                    created_at=AT,
                    expires_at=None,
                    revoked_at=None,
                )
            )
        return key

    def post(self, path: str, body: Any) -> httpx.Response:
        return self._send("POST", path, json=body)

    def get(self, path: str) -> httpx.Response:
        return self._send("GET", path)

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            headers = {"authorization": f"Bearer {self.key}"}
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, headers=headers, **more)

        return asyncio.run(go())


def named(answer: httpx.Response) -> list[tuple[str, str]]:
    """Return the pointers and codes of a problem."""
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
