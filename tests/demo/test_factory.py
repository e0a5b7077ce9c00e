"""The simulated factory: it deals with every event once and makes what it took on."""

from typing import Any

import httpx
import numpy as np
import pytest

from app.client import ShortrunClient
from app.demo.factory import SimulatedFactory
from app.demo.line import Line
from tests.demo.conftest import Told

LINES = [
    {"sku": "TEE-BLK-S", "quantity": 16, "colorway": "BLK", "size": "S"},
    {"sku": "TEE-BLK-M", "quantity": 24, "colorway": "BLK", "size": "M"},
]
RESPONSE = "/v1/recommendations/rec_1/response"


def event(seq: int, kind: str, status: str = "open") -> dict[str, Any]:
    recommendation = {"id": "rec_1", "status": status}
    return {
        "seq": seq,
        "cursor": f"c{seq}",
        "type": f"recommendation.{kind}",
        "recommendation": recommendation,
    }


def feed(*events: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"data": events, "has_more": False, "next_cursor": "c"})


@pytest.fixture
def factory(client: ShortrunClient, line: Line, told: Told) -> SimulatedFactory:
    told.answers["/v1/factories/fab/feed"] = lambda: feed(event(1, "issued"))
    told.answers[RESPONSE] = lambda: httpx.Response(200, json={"run": "run_1"})
    run = {"id": "run_1", "style": "tee", "mode": "large_batch", "lines": LINES}
    told.answers["/v1/runs/run_1"] = lambda: httpx.Response(200, json=run)
    return SimulatedFactory("fab", client, line, np.random.default_rng(1))


def test_it_accepts_what_is_open_and_remembers_its_place(
    factory: SimulatedFactory, told: Told
) -> None:
    accepted = factory.answer_feed(10)

    assert accepted == 1
    assert told.at(RESPONSE) == [{"decision": "accept"}]
    assert (factory.cursor, factory.events_read, factory.last_seq) == ("c1", 1, 1)


def test_it_leaves_alone_what_was_superseded_meanwhile(
    factory: SimulatedFactory, told: Told
) -> None:
    told.answers["/v1/factories/fab/feed"] = lambda: feed(
        event(1, "issued"), event(2, "superseded", "superseded")
    )

    assert factory.answer_feed(10) == 0
    assert told.at(RESPONSE) == []


def test_losing_the_race_for_an_answer_is_no_error(factory: SimulatedFactory, told: Told) -> None:
    told.answers[RESPONSE] = lambda: httpx.Response(409, json={"code": "not_open", "title": "Late"})

    assert factory.answer_feed(10) == 0


def test_a_run_is_made_shipped_and_delivered_when_its_lead_time_says(
    factory: SimulatedFactory, told: Told
) -> None:
    factory.answer_feed(10)

    delivered = {}
    for day in range(10, 20):
        factory.report_progress(day)
        delivered[day] = factory.deliveries(day)

    told_kinds = [
        (each["kind"], each["occurred_at"][:10])
        for body in told.at("/v1/runs/run_1/events")
        for each in body["events"]
    ]
    assert told_kinds == [
        ("started", "2026-03-17"),
        ("produced", "2026-03-17"),
        ("shipped", "2026-03-17"),
        ("produced", "2026-03-17"),
        ("shipped", "2026-03-17"),
    ]
    assert [day for day, deliveries in delivered.items() if deliveries] == [16]
    assert delivered[16][0].quantities == {"TEE-BLK-S": 16, "TEE-BLK-M": 24}


def test_what_has_not_arrived_is_on_its_way(factory: SimulatedFactory) -> None:
    factory.answer_feed(10)

    assert factory.units_on_their_way() == {"TEE-BLK-S": 16, "TEE-BLK-M": 24}
