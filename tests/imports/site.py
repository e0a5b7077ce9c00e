"""A brand with three SKUs, its key, and a worker that is stepped by hand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.ingest import SkuDraft, StyleDraft, put_styles
from app.clock.time import set_now
from app.database.database import Database
from app.imports.brand import IN_USE
from app.imports.work import Imports
from app.main import create_app
from app.parties.queries import brand_named
from app.parties.refs import BrandRef
from app.parties.register import store_brand
from app.parties.schemas import BrandIn
from app.settings import Settings
from tests.recommendations.scene import key_for
from tests.web.asgi import Client

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
SKUS = ("S1-M", "S1-L", "S2")


@dataclass
class Site:
    """What a test of imports works with."""

    database: Database
    settings: Settings
    client: Client
    brand: BrandRef

    def send(
        self, content: bytes, *, name: str = "file.csv", client: Client | None = None, **fields: Any
    ) -> httpx.Response:
        """Hand in a file, as sales unless said otherwise."""
        told = {"kind": "sales", **fields}
        if isinstance(told.get("mapping"), Mapping):
            told["mapping"] = json.dumps(told["mapping"])
        files = {"file": (name, content)}
        return (client or self.client).send("POST", "/v1/imports", files=files, data=told)

    def work(self) -> None:
        """Let a worker do all that waits."""
        imports = Imports(self.database, self.settings)
        while imports.step():
            pass

    def take(self, content: bytes, **fields: Any) -> dict[str, Any]:
        """Hand in a file, let it be done, and return how it ended."""
        answer = self.send(content, **fields)
        assert answer.status_code in {200, 202}, answer.text
        self.work()
        return self.get(answer.json()["id"])

    def get(self, import_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/v1/imports/{import_id}").json()
        return found

    def errors(self, import_id: str) -> list[str]:
        """Return the lines of `errors.csv` after the header."""
        answer = self.client.get(f"/v1/imports/{import_id}/errors.csv")
        return answer.text.splitlines()[1:]

    def rows(self, table: Any, *columns: str) -> list[tuple[Any, ...]]:
        """Return those columns of all rows of a table, in order."""
        with self.database.read() as session:
            found = session.execute(select(*(getattr(table, name) for name in columns)))
            return sorted((tuple(row) for row in found), key=repr)


def open_site(database: Database, url: str, **settings: Any) -> Site:
    with database.write() as session:
        set_now(session, AT)
        brand = make_brand(session, "acme")
        make_brand(session, "zeta")
    told = Settings(database_url=url, sandbox=True, **settings)
    key = key_for(database, "brand", brand_id=brand.id)
    return Site(database, told, Client(create_app(told, database), key), brand)


def make_brand(session: Session, code: str) -> BrandRef:
    """Make a brand in Paris with the styles S1 (M, L) and S2."""
    rules = BrandIn(name=code, timezone="Europe/Paris", currency="EUR", factories=[])
    values = rules.model_dump(exclude={"factories"})
    store_brand(session, code, values, [], uses=IN_USE, at=AT)
    brand = brand_named(session, code)
    assert brand is not None
    listed = {"S1": ("S1-M", "S1-L"), "S2": ("S2",)}
    drafts = [
        StyleDraft(
            code=style,
            name=style,
            currency="EUR",
            price=Decimal(39),
            skus=tuple(SkuDraft(sku) for sku in skus),
        )
        for style, skus in listed.items()
    ]
    put_styles(session, brand.id, drafts, at=AT)
    return brand
