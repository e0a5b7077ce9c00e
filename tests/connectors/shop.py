"""A brand with a Shopify shop: its orders, refunds, edits and stock in short, signed and sent."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from app.clock.time import set_now
from app.connectors.signatures import sign
from app.database.database import Database
from app.main import create_app
from app.parties.refs import BrandRef
from app.settings import Settings
from tests.recommendations.scene import key_for
from tests.sales.shop import AT, add_style, open_brand
from tests.web.asgi import Client

SECRET = "shpss_0123456789abcdef"
DAY = "2026-03-02"


@dataclass
class Shop:
    """Whoever calls: the brand, and the platform without a key."""

    database: Database
    brand: BrandRef
    client: Client
    platform: Client
    webhook_path: str = ""
    sent: int = field(default=0)

    def connect(self, **more: Any) -> httpx.Response:
        body = {"platform": "shopify", "channel": "web", "secrets": [SECRET], **more}
        name = "web-shop" if body["platform"] == "shopify" else str(body["platform"])
        answer = self.client.put(f"/v1/connections/{name}", body)
        self.webhook_path = answer.json().get("webhook_path", self.webhook_path)
        return answer

    def deliver(
        self, topic: str, body: Any, *, delivery_id: str | None = None, secret: str = SECRET
    ) -> httpx.Response:
        self.sent += 1
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": signature(raw, secret),
            "X-Shopify-Webhook-Id": delivery_id or f"delivery-{self.sent}",
        }
        return self.platform.send("POST", self.webhook_path, headers=headers, content=raw)

    def send(self, body: Any, headers: Mapping[str, str]) -> httpx.Response:
        """Deliver with headers of another platform."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.platform.send("POST", self.webhook_path, headers=headers, content=raw)

    def told(self, topic: str, body: Any, **more: Any) -> str:
        """Deliver and return what became of it."""
        answer = self.deliver(topic, body, **more)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["status"])

    def demand(self, sku: str = "A", first: str = DAY, last: str = DAY) -> list[dict[str, Any]]:
        answer = self.client.get(f"/v1/demand/{sku}?from={first}&to={last}")
        return list(answer.json()["data"])

    def units(self, sku: str = "A", day: str = DAY) -> tuple[int, int]:
        """Return units wanted and units sent back of a day."""
        [row] = self.demand(sku, day, day)
        return row["demand_units"], row["returned_units"]

    def waiting(self) -> list[dict[str, Any]]:
        return list(self.client.get("/v1/quarantine").json()["data"])

    def replay(self, quarantined: str) -> dict[str, Any]:
        answer = self.client.post(f"/v1/quarantine/{quarantined}/replay", {})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def open_shop(database: Database) -> Shop:
    with database.write() as session:
        set_now(session, AT)
        brand = open_brand(session)
        add_style(session, brand, "S2", ["A", "B"])
    app = create_app(Settings(sandbox=True), database)
    key = key_for(database, "brand", brand_id=brand.id)
    shop = Shop(database, brand, Client(app, key), Client(app))
    assert shop.connect().status_code == 201
    return shop


def standard_headers(body: Any, key: bytes, at: datetime, message: str = "msg_1") -> dict[str, str]:
    """Return the headers of Standard Webhooks of a body sent at a time."""
    sent = str(int(at.timestamp()))
    signed = f"{message}.{sent}.".encode() + json.dumps(body).encode()
    return {
        "webhook-id": message,
        "webhook-timestamp": sent,
        "webhook-signature": f"v1a,bm90IG91cnM= v1,{sign(signed, key)}",
    }


def signature(raw: bytes, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), raw, hashlib.sha256)).decode()


def line(line_id: int, sku: str | None, quantity: int, **more: Any) -> dict[str, Any]:
    return {
        "id": line_id,
        "variant_id": 7000 + line_id,
        "sku": sku,
        "quantity": quantity,
        "price": "39.00",
        "requires_shipping": True,
        "gift_card": False,
        "fulfillment_status": None,
        "unknown_to_us": {"nested": [1]},
        **more,
    }


def order(
    lines: Sequence[Mapping[str, Any]],
    *,
    at: str = f"{DAY}T10:15:00+01:00",
    refunds: Sequence[Mapping[str, Any]] = (),
    **more: Any,
) -> dict[str, Any]:
    return {
        "id": 450789469,
        "created_at": f"{DAY}T10:15:00+01:00",
        "updated_at": at,
        "cancelled_at": None,
        "currency": "EUR",
        "test": False,
        "customer": {"first_name": "Bob", "email": "bob@example.com"},
        "line_items": list(lines),
        "refunds": list(refunds),
        "fulfillments": [],
        **more,
    }


def refund(
    refund_id: int, lines: Sequence[tuple[int, int, str]], *, at: str = "2026-03-05T09:00:00+01:00"
) -> dict[str, Any]:
    return {
        "id": refund_id,
        "order_id": 450789469,
        "created_at": at,
        "refund_line_items": [
            {"id": index, "line_item_id": key, "quantity": units, "restock_type": kind}
            for index, (key, units, kind) in enumerate(lines)
        ],
    }


def edit(edit_id: int, *, at: str, removals: Mapping[int, int]) -> dict[str, Any]:
    listed = [{"id": key, "delta": units} for key, units in removals.items()]
    return {
        "order_edit": {
            "id": edit_id,
            "order_id": 450789469,
            "created_at": at,
            "line_items": {"additions": [], "removals": listed},
        }
    }


def level(available: int | None, at: str, *, location: int = 1, item: int = 808950810) -> Any:
    return {
        "inventory_item_id": item,
        "location_id": location,
        "available": available,
        "updated_at": at,
    }
