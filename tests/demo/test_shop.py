"""The shop: what it tells the service adds up to what happened."""

from collections import Counter
from typing import Any

import pytest

from app.client import ShortrunClient
from app.demo.days import SEASON_DAYS
from app.demo.line import Line
from app.demo.lines import apparel
from app.demo.shop import Shop
from app.demo.world import Order, World, build_world
from tests.demo.conftest import Told

S, M = "TEE-BLK-S", "TEE-BLK-M"


def order(number: int, sku: str, day: int, **fate: Any) -> Order:
    return Order(
        f"o{number}", sku, day, 600 + number,
        is_cancelled=fate.get("cancelled", False), returned_on=fate.get("back"), is_resalable=True,
    )  # fmt: skip


def opened(line: Line, client: ShortrunClient, *orders: Order) -> Shop:
    by_day: dict[int, list[Order]] = {}
    for each in orders:
        by_day.setdefault(each.day, []).append(each)
    shop = Shop(World(line, by_day), client, [])
    shop.open()
    return shop


def test_it_opens_with_its_history_and_its_stock(
    line: Line, client: ShortrunClient, told: Told
) -> None:
    opened(line, client, order(1, S, -2, back=-1), order(2, M, -1, back=3))

    sales = told.at("/v1/sales")[0]["events"]
    assert [each["event_id"] for each in sales] == ["o1.sale", "o1.return", "o2.sale"]
    assert told.at("/v1/stock") == [
        {
            "levels": [
                {"sku": S, "on_hand": 4, "as_of": "2026-03-01T22:30:00+00:00"},
                {"sku": M, "on_hand": 6, "as_of": "2026-03-01T22:30:00+00:00"},
            ]
        }
    ]


def test_a_return_of_last_seasons_sale_is_told_on_its_day(
    line: Line, client: ShortrunClient, told: Told
) -> None:
    shop = opened(line, client, order(2, M, -1, back=3))

    shop.live(3)

    assert told.at("/v1/sales")[-1]["events"][0]["event_id"] == "o2.return"
    assert shop.shelf.on_hand[M] == 7


def test_a_sale_taken_back_on_the_first_morning_is_told_then(
    line: Line, client: ShortrunClient, told: Told
) -> None:
    shop = opened(line, client, order(1, M, -1, cancelled=True))

    shop.live(0)

    assert told.at("/v1/sales")[-1]["events"][0]["event_id"] == "o1.cancellation"
    assert shop.shelf.on_hand[M] == 7


def test_a_sell_out_is_reported_at_its_minute_and_again_in_the_evening(
    line: Line, client: ShortrunClient, told: Told
) -> None:
    shop = opened(line, client, *(order(number, S, 0) for number in range(6)))

    shop.live(0)

    assert told.at("/v1/stock")[-1]["levels"] == [
        {"sku": S, "on_hand": 0, "as_of": "2026-03-02T10:03:00+00:00"},
        {"sku": S, "on_hand": 0, "as_of": "2026-03-02T22:30:00+00:00"},
    ]
    assert len(told.at("/v1/sales")[-1]["events"]) == 4


def test_a_quiet_day_tells_nothing(line: Line, client: ShortrunClient, told: Told) -> None:
    shop = opened(line, client)
    before = len(told.bodies)

    shop.live(0)

    assert len(told.bodies) == before


@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_told_of_a_whole_season_adds_up_to_the_shelf(
    client: ShortrunClient, told: Told, seed: int
) -> None:
    line = apparel()
    shop = Shop(build_world(line, seed), client, [])
    shop.open()

    for day in range(SEASON_DAYS):
        shop.live(day)

    counted: Counter[str] = Counter()
    ids: set[str] = set()
    for body in told.at("/v1/sales"):
        for each in body["events"]:
            counted[each["kind"]] += each["occurred_at"] >= "2026-03-02"
            ids.add(each["event_id"])
    assert counted["sale"] == shop.shelf.sold.total()
    assert counted["return"] == shop.shelf.returned.total()
    assert counted["cancellation"] == shop.shelf.cancelled.total()
    assert len(ids) == sum(len(body["events"]) for body in told.at("/v1/sales"))
    last_level = {
        each["sku"]: each["on_hand"] for body in told.at("/v1/stock") for each in body["levels"]
    }
    assert last_level == dict(shop.shelf.on_hand)
