"""What waits in the console that `--keep` opens: one day more, on which much has happened."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx

from app.client.answers import Recommendation, SaleEvent, StockLevel
from app.demo.days import DAY_REPORTED, SEASON_DAYS, SHELVES_COUNTED, moment
from app.demo.line import Style
from app.demo.season import Season
from app.demo.seeding import brand_body
from app.demo.service import DemoFailed, RunningService
from app.demo.shop import Shop

SOLD_SHARE = 0.95
"""Of what is on hand of the styles that go on: at three quarters not all of them want a run."""

NOON = 12 * 60
SHOP_SECRET = "shpss_demo_of_shortrun"  # noqa: S105  opens the demo's own shop alone
COUNTERED_SHARE = 0.6
LATER_DAYS = 4
BACKTEST_WEEKS, BACKTEST_STYLES = 8, 6
"""Some seconds of the worker, while the console is being looked at."""


def tell(season: Season, service: RunningService, folder: Path) -> None:
    """Let a day be lived on which people are needed: drafts, a counter, a delivery, a file.

    Both brands have their runs released by hand from now on; a mention in a magazine sells nearly
    what they have.
    """
    season.set_clock(season.shops[0].line, SEASON_DAYS, DAY_REPORTED)
    for shop in season.shops:
        season.ops.put_brand(shop.line.brand, {**brand_body(shop.line), "release": "manual"})
        rush(shop)
    season.review()
    first = season.shops[0]
    for shop in season.shops:
        ask_for_less(shop)
    _connect_shop(first, service)
    _hand_in_files(first, folder)
    first.client.start_backtest(weeks=BACKTEST_WEEKS, styles=BACKTEST_STYLES)


def _going_on(shop: Shop) -> list[Style]:
    return [style for style in shop.line.seasonal if style.end_day is None]


def rush(shop: Shop) -> None:
    """Sell most of what there is of every style that goes on, and report what is left."""
    zone, day = shop.line.timezone, SEASON_DAYS
    sales: list[SaleEvent] = []
    levels: list[StockLevel] = []
    for style in _going_on(shop):
        for sku, _, _ in style.skus():
            on_hand = shop.shelf.on_hand[sku]
            sold = int(on_hand * SOLD_SHARE)
            as_of = moment(zone, day, SHELVES_COUNTED)
            levels.append({"sku": sku, "on_hand": on_hand - sold, "as_of": as_of})
            if sold:
                sales.append(_sale(f"rush.{sku}", sku, sold, moment(zone, day, NOON), style))
    shop.client.post_sales(sales)
    shop.client.post_stock(levels)


def _sale(event_id: str, sku: str, units: int, at: str, style: Style) -> SaleEvent:
    return {
        "event_id": event_id,
        "sku": sku,
        "kind": "sale",
        "quantity": units,
        "occurred_at": at,
        "unit_price": str(style.price),
        "channel": "web",
    }


def ask_for_less(shop: Shop) -> None:
    """Release the smallest of several drafts; its factory would rather make less, and later.

    One is left, for somebody to decide on.
    """
    drafts = sorted(shop.client.recommendations(status="draft"), key=_units)
    if len(drafts) < 2:
        return
    asked = shop.client.release(drafts[0]["id"])
    factory = next(one for one in shop.factories if one.name == asked["factory"])
    lines = [
        {"sku": line["sku"], "quantity": max(1, int(line["quantity"] * COUNTERED_SHARE))}
        for line in asked["lines"]
    ]
    later = date.fromisoformat(asked["need_by"]) + timedelta(days=LATER_DAYS)
    factory.client.respond(
        asked["id"],
        {
            "decision": "counter",
            "lines": lines,
            "need_by": later.isoformat(),
            "reason": "half of the line is on leave this week",
        },
    )


def _units(one: Recommendation) -> int:
    return one["quantity"]


def _connect_shop(shop: Shop, service: RunningService) -> None:
    """Connect a Shopify shop and deliver an order of it; one of its names nobody here knows."""
    made = shop.client.put_connection(
        "web-shop", {"platform": "shopify", "channel": "web", "secrets": [SHOP_SECRET]}
    )
    known, unknown = (sku for sku, _, _ in list(_going_on(shop)[0].skus())[:2])
    at = moment(shop.line.timezone, SEASON_DAYS, NOON)
    body = json.dumps(_order(at, [(known, 1), (f"{unknown}-OLD", 2)])).encode()
    signed = hmac.digest(SHOP_SECRET.encode(), body, hashlib.sha256)
    answer = httpx.post(
        f"{service.url}{made['webhook_path']}",
        content=body,
        headers={
            "Content-Type": "application/json",
            "X-Shopify-Topic": "orders/create",
            "X-Shopify-Webhook-Id": "demo-1",
            "X-Shopify-Hmac-Sha256": base64.b64encode(signed).decode(),
        },
    )
    if answer.status_code != httpx.codes.OK:
        raise DemoFailed(f"the shop's delivery was refused: {answer.text}")


def _order(at: str, lines: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """Return an order as Shopify tells it, as far as anybody reads it."""
    return {
        "id": 450789469,
        "created_at": at,
        "updated_at": at,
        "cancelled_at": None,
        "currency": "EUR",
        "test": False,
        "line_items": [
            {
                "id": 1000 + number,
                "variant_id": 39072850 + number,
                "sku": sku,
                "quantity": units,
                "price": "25.00",
                "requires_shipping": True,
                "gift_card": False,
            }
            for number, (sku, units) in enumerate(lines)
        ],
        "refunds": [],
        "fulfillments": [],
    }


def _hand_in_files(shop: Shop, folder: Path) -> None:
    """Hand in a file of a pop-up store that has two wrong rows, and one to look at only."""
    zone, skus = shop.line.timezone, [sku for sku, _, _ in _going_on(shop)[0].skus()]
    at = moment(zone, SEASON_DAYS - 1, NOON)
    rows = [f"popup-{number};{sku};1;{at}" for number, sku in enumerate(skus)]
    rows += [f"popup-wrong;{skus[0]};a pair;{at}", f"popup-odd;NO-SUCH-TEE;1;{at}"]
    sold = folder / "pop-up-store.csv"
    sold.write_text("\n".join(["event_id;sku;quantity;occurred_at", *rows]) + "\n")
    counted = folder / "stock-count.csv"
    levels = [f"{sku},12,{moment(zone, SEASON_DAYS, SHELVES_COUNTED)}" for sku in skus]
    counted.write_text("\n".join(["sku,on_hand,as_of", *levels]) + "\n")
    shop.client.post_import(sold, "sales")
    shop.client.post_import(counted, "stock", dry_run=True)
