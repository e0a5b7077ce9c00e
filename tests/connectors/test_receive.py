"""Many deliveries at once, from several threads, and from those who are not the platform."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.connectors.receive import Deliveries, Incoming
from app.connectors.taking import Taken
from app.main import create_app
from app.settings import Settings
from app.web.limits import Limits
from tests.connectors.shop import SECRET, Shop, level, line, order, signature
from tests.web.asgi import Client


@pytest.fixture
def deliveries(shop: Shop) -> Deliveries:
    limits = Limits(requests_per_minute=100, failures_per_minute=3)
    return Deliveries(shop.database, limits, sandbox=True)


def incoming(shop: Shop, topic: str, body: object, number: int) -> Incoming:
    raw = json.dumps(body).encode()
    headers = {
        "x-shopify-topic": topic,
        "x-shopify-hmac-sha256": signature(raw, SECRET),
        "x-shopify-webhook-id": f"delivery-{number}",
    }
    public_id = shop.webhook_path.rpartition("/")[2]
    return Incoming("shopify", public_id, "192.0.2.7", headers, raw)


async def received(deliveries: Deliveries, sent: Sequence[Incoming]) -> list[Taken]:
    """Send all of them at once; return what became of each."""
    return list(await asyncio.gather(*map(deliveries.receive, sent)))


def test_deliveries_that_come_at_once_count_once_each(shop: Shop, deliveries: Deliveries) -> None:
    shop.client.put("/v1/sku-map/web", {"items": [{"item": "808950810", "sku": "A"}]})
    orders = [order([line(1, "A", 2), line(2, "B", 1)], id=number) for number in range(1, 9)]
    unknown = order([line(1, "NOT-OURS", 5), line(2, "A", 1)], id=99)
    sent = [incoming(shop, "orders/create", one, one["id"]) for one in orders]
    sent += [incoming(shop, "orders/updated", one, 100 + one["id"]) for one in orders]
    sent += sent[:8]  # repeated by the platform
    sent += [incoming(shop, "orders/create", unknown, 300)]
    sent += [incoming(shop, "inventory_levels/update", level(7, "2026-03-02T09:00:00Z"), 400)]

    answers = asyncio.run(received(deliveries, sent))

    assert Counter(answers) == {"applied": 17, "duplicate": 8, "quarantined": 1}
    assert (shop.units("A"), shop.units("B")) == ((17, 0), (8, 0))
    assert [one["key"] for one in shop.waiting()] == ["99"]


def test_two_processes_take_the_same_orders_at_once(shop: Shop, deliveries: Deliveries) -> None:
    limits = Limits(requests_per_minute=100, failures_per_minute=3)
    other = Deliveries(shop.database, limits, sandbox=True)
    sent = [
        incoming(shop, "orders/create", order([line(1, "A", 1)], id=number), number)
        for number in range(1, 13)
    ]

    with ThreadPoolExecutor(2) as pool:
        here = pool.submit(asyncio.run, received(deliveries, sent))
        there = pool.submit(asyncio.run, received(other, sent[::-1]))
        answers = here.result() + there.result()

    assert set(answers) <= {"applied", "duplicate"}
    assert shop.units("A") == (12, 0)


def test_an_address_with_many_bad_signatures_has_to_wait(shop: Shop) -> None:
    app = create_app(Settings(sandbox=True, failed_keys_per_minute=2), shop.database)
    shop.platform = Client(app)
    for _ in range(2):
        assert shop.deliver("orders/create", order([]), secret="another secret").status_code == 401

    refused = shop.deliver("orders/create", order([]))

    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_requests"
    assert int(refused.headers["retry-after"]) >= 1


def test_bad_signatures_of_other_connections_hold_nobody_up(shop: Shop) -> None:
    app = create_app(Settings(sandbox=True, failed_keys_per_minute=2), shop.database)
    shop.platform = Client(app)
    for number in range(4):
        path = f"/v1/webhooks/shopify/con_{number:032}"
        shop.platform.send("POST", path, headers={}, content=b"{}")

    taken = shop.deliver("orders/create", order([line(1, "A", 2)]))

    assert taken.json() == {"status": "applied"}
