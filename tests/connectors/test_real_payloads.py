"""Payloads of the platforms' own documentation, where they lie beside the project."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.connectors.news import LevelNews, OrderNews, OrderToFetch
from app.connectors.platforms import PLATFORMS

PAYLOADS = Path(__file__).parents[3] / "shared" / "payloads"

pytestmark = pytest.mark.skipif(not PAYLOADS.is_dir(), reason="no payloads beside the project")


def read(platform: str, topic: str, name: str) -> Any:
    [news] = PLATFORMS[platform].read(topic, (PAYLOADS / name).read_bytes())
    return news


@pytest.mark.parametrize("name", ["shopify_order.json", "shopify_2024-04_order.json"])
def test_shopifys_order_is_read_with_its_root_and_without(name: str) -> None:
    bare = json.dumps(json.loads((PAYLOADS / name).read_text())["order"]).encode()

    rooted = read("shopify", "orders/create", name)
    [alone] = PLATFORMS["shopify"].read("orders/create", bare)

    assert isinstance(rooted, OrderNews)
    assert rooted.state.snapshot is not None
    assert (rooted.order, len(rooted.state.snapshot.lines)) == ("450789469", 3)
    assert isinstance(alone, OrderNews)
    assert alone.order == "450789469"


def test_shopifys_refund_and_level_are_read() -> None:
    refund = read("shopify", "refunds/create", "shopify_refund.json")
    level = read("shopify", "inventory_levels/update", "shopify_inventory_level.json")

    assert isinstance(refund, OrderNews)
    assert list(refund.state.refunds) == ["509562969"]
    assert isinstance(level, LevelNews)
    assert (level.item, level.location, level.available) == ("808950810", "905684977", 6)


def test_woocommerces_order_is_read() -> None:
    order = read("woocommerce", "order.created", "woocommerce_order_1.json")

    assert order.state.snapshot is not None
    assert [(line.sku, line.items) for line in order.state.snapshot.lines] == [
        (None, ("93",)),
        ("Bar3", ("23", "22", "Bar3")),
    ]
    assert order.state.snapshot.placed_at.isoformat() == "2017-03-22T19:28:02+00:00"


def test_bigcommerces_delivery_names_its_order() -> None:
    order = read("bigcommerce", "store/order", "bigcommerce_store_order_created.json")

    assert order == OrderToFetch("250")
