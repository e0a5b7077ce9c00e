"""The day after the season, which the console that `--keep` opens tells of."""

from dataclasses import replace
from typing import Any

import httpx
import numpy as np
import pytest

from app.client import ShortrunClient
from app.demo.factory import SimulatedFactory
from app.demo.line import Line, SteadyCurve, Style
from app.demo.shop import Shop
from app.demo.story import ask_for_less, rush
from app.demo.world import World
from tests.demo.conftest import Told


@pytest.fixture
def shop(line: Line, style: Style, client: ShortrunClient) -> Shop:
    """A brand whose one style goes on, with 100 and 3 on hand."""
    steady = replace(line, styles=(replace(style, curve=SteadyCurve(10), end_day=None),))
    factory = SimulatedFactory("fab", client, steady, np.random.default_rng(7))
    made = Shop(World(steady, {}), client, [factory])
    small, medium = (sku for sku, _, _ in steady.styles[0].skus())
    made.shelf.on_hand.update({small: 100, medium: 3})
    return made


def test_nearly_all_of_what_goes_on_is_sold_and_what_is_left_is_reported(
    shop: Shop, told: Told
) -> None:
    rush(shop)

    [sales], [stock] = told.at("/v1/sales"), told.at("/v1/stock")
    assert [event["quantity"] for event in sales["events"]] == [95, 2]
    assert [level["on_hand"] for level in stock["levels"]] == [5, 1]


def test_of_several_drafts_the_smallest_is_released_and_its_factory_counters(
    shop: Shop, told: Told
) -> None:
    drafts = [draft("rec_1", 400), draft("rec_2", 60)]
    told.answers["/v1/recommendations"] = lambda: httpx.Response(
        200, json={"data": drafts, "has_more": False, "next_cursor": None}
    )
    told.answers["/v1/recommendations/rec_2/release"] = lambda: httpx.Response(200, json=drafts[1])

    ask_for_less(shop)

    [answer] = told.at("/v1/recommendations/rec_2/response")
    assert answer["decision"] == "counter"
    assert answer["lines"] == [{"sku": "TEE-BLK-S", "quantity": 36}]
    assert answer["need_by"] == "2026-07-18"


def test_a_single_draft_is_left_to_whoever_opens_the_console(shop: Shop, told: Told) -> None:
    told.answers["/v1/recommendations"] = lambda: httpx.Response(
        200, json={"data": [draft("rec_1", 400)], "has_more": False, "next_cursor": None}
    )

    ask_for_less(shop)

    assert told.bodies == []


def draft(identifier: str, quantity: int) -> dict[str, Any]:
    lines = [{"sku": "TEE-BLK-S", "quantity": quantity}]
    return {
        "id": identifier,
        "factory": "fab",
        "quantity": quantity,
        "lines": lines,
        "need_by": "2026-07-14",
    }
