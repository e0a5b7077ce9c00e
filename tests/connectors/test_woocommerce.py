"""Orders as WooCommerce tells them; refunds are asked for."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.connectors.fetching import Fetches
from app.database.database import Database
from tests.connectors.platform_server import Answer, PlatformServer, platform_server
from tests.connectors.shop import SECRET, Shop, open_shop, signature

ADDRESS = "/wp-json/wc/v3/orders"


def order(quantity: int = 5, *, status: str = "processing", **more: Any) -> dict[str, Any]:
    return {
        "id": 727,
        "status": status,
        "currency": "EUR",
        "date_created_gmt": "2026-03-02T09:15:00",
        "date_modified_gmt": "2026-03-02T09:15:00",
        "date_completed_gmt": None,
        "billing": {"first_name": "Bob"},
        "line_items": [
            {
                "id": 315,
                "product_id": 93,
                "variation_id": 0,
                "quantity": quantity,
                "sku": "A",
                "price": 39,
            }
        ],
        "refunds": [],
        **more,
    }


def refund(refund_id: int, units: int) -> dict[str, Any]:
    line = {
        "id": refund_id + 1,
        "quantity": -units,
        "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": "315"}],
    }
    return {"id": refund_id, "date_created_gmt": "2026-03-05T09:00:00", "line_items": [line]}


class Store:
    """What the shop's own API knows."""

    def __init__(self) -> None:
        self.order = order()
        self.refunds: list[dict[str, Any]] = []

    def respond(self, path: str, _: dict[str, str], headers: dict[str, str]) -> Answer:
        if headers.get("authorization") != "Basic Y2tfMTpjc18y":
            return Answer({"code": "woocommerce_rest_cannot_view"}, 401)
        return Answer(self.refunds if path == f"{ADDRESS}/727/refunds" else self.order)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def api(store: Store) -> Iterator[PlatformServer]:
    with platform_server(store.respond) as server:
        yield server


@pytest.fixture
def shop(database: Database, api: PlatformServer) -> Shop:
    shop = open_shop(database)
    connected = shop.connect(platform="woocommerce", store_url=api.url, api_token="ck_1:cs_2")
    assert connected.status_code == 201
    return shop


def send(shop: Shop, body: Any, topic: str = "order.updated") -> str:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"X-WC-Webhook-Topic": topic, "X-WC-Webhook-Signature": signature(raw, SECRET)}
    answer = shop.send(raw, headers)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["status"])


def test_an_order_is_of_the_day_that_its_gmt_time_says(shop: Shop) -> None:
    late = {"date_created_gmt": "2026-03-01T23:30:00", "date_modified_gmt": "2026-03-01T23:30:00"}

    assert send(shop, order(**late), "order.created") == "applied"

    assert shop.units(day="2026-03-02") == (5, 0)  # half past midnight in Paris


def test_the_ping_that_creates_a_webhook_is_answered_whoever_asks(shop: Shop) -> None:
    answer = shop.send(b"webhook_id=17", {"Content-Type": "application/x-www-form-urlencoded"})

    assert (answer.status_code, answer.json()) == (200, {"status": "ping"})
    shop.webhook_path = "/v1/webhooks/woocommerce/con_unknown"
    assert shop.send(b"webhook_id=17", {}).status_code == 200
    assert shop.send(b"webhook_id=17&x=1", {}).status_code == 401


@pytest.mark.parametrize("status", ["pending", "failed", "checkout-draft"])
def test_what_is_not_ordered_yet_counts_when_it_is(shop: Shop, status: str) -> None:
    send(shop, order(status=status))
    before = shop.units()

    send(shop, order(date_modified_gmt="2026-03-02T09:16:00"))

    assert (before, shop.units()) == ((0, 0), (5, 0))


def test_an_order_in_one_second_is_as_far_as_it_came(shop: Shop) -> None:
    send(shop, order())

    send(shop, order(status="pending"))

    assert shop.units() == (5, 0)


def test_an_order_cancelled_or_deleted_is_taken_back(shop: Shop) -> None:
    send(shop, order())
    send(shop, order(status="cancelled", date_modified_gmt="2026-03-02T10:00:00"))
    cancelled = shop.units()
    send(shop, order(id=728))

    send(shop, {"id": 728}, "order.deleted")

    assert (cancelled, shop.units()) == ((0, 0), (0, 0))


def test_an_empty_sku_is_found_by_its_id(shop: Shop) -> None:
    shop.client.put("/v1/sku-map/web", {"items": [{"item": "93", "sku": "B"}]})
    body = order()
    body["line_items"][0]["sku"] = ""

    assert send(shop, body) == "applied"

    assert shop.units("B") == (5, 0)


@pytest.mark.parametrize(
    ("completed", "demand", "returned"),
    [(None, 3, 0), ("2026-03-04T08:00:00", 5, 2)],
    ids=["unsent", "sent"],
)
def test_the_units_of_a_refund_are_fetched(
    shop: Shop, store: Store, completed: str | None, demand: int, returned: int
) -> None:
    changed = {"date_modified_gmt": "2026-03-05T09:00:00", "date_completed_gmt": completed}
    store.order = order(refunds=[{"id": 900, "total": "-78.00"}], **changed)
    store.refunds = [refund(900, 2)]
    send(shop, order())

    said = send(shop, store.order)
    fetched = Fetches(shop.database, sandbox=True).step()

    assert (said, fetched) == ("queued", True)
    assert (shop.units()[0], shop.units(day="2026-03-05")[1]) == (demand, returned)
    assert shop.waiting() == []


def test_a_wrong_token_is_said_and_asked_again_on_replay(shop: Shop, api: PlatformServer) -> None:
    shop.connect(platform="woocommerce", store_url=api.url, api_token="ck_1:wrong")
    send(shop, order(refunds=[{"id": 900, "total": "-78.00"}]))
    fetches = Fetches(shop.database, sandbox=True)
    fetches.step()
    [entry] = shop.waiting()
    shop.connect(platform="woocommerce", store_url=api.url, api_token="ck_1:cs_2")

    shop.replay(entry["id"])
    fetches.step()

    assert (entry["kind"], entry["errors"][0]["message"]) == ("fetch", "the shop answers 401")
    assert shop.waiting() == []
    assert "wrong" not in str(entry)
