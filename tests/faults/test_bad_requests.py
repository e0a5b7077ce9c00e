"""Every bad request gets its own refusal, everybody else is served, and nothing is miscounted."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.client.answers import SaleEvent
from app.database.database import Database
from app.parties.refs import BrandRef
from tests.faults.corpus import CORPUS, Sent, bad_requests, controls
from tests.faults.site import Site
from tests.recommendations.scene import key_for

BAD = list(bad_requests())
GOOD = list(controls())
AT_ONCE = 20
"""Events of a batch of the shop that goes on selling meanwhile."""
PAUSE_SECONDS = 0.05


@pytest.fixture
def keys(database: Database, brand: BrandRef, brand_key: str, factory_key: str) -> dict[str, str]:
    return {"ops": key_for(database, "ops"), "brand": brand_key, "factory": factory_key}


def batch(number: int) -> list[SaleEvent]:
    return [
        {
            "event_id": f"shop-{number}-{place}",
            "sku": "S2-M",
            "kind": "sale",
            "quantity": 1,
            "occurred_at": "2026-03-01T08:00:00Z",
        }
        for place in range(AT_ONCE)
    ]


@contextmanager
def selling(site: Site, key: str) -> Iterator[list[int]]:
    """Post sales of S2-M on another connection, and tell how many units were taken."""
    taken: list[int] = []
    stopped = threading.Event()

    def sell() -> None:
        with site.client(key) as client:
            while not stopped.wait(PAUSE_SECONDS):
                taken.append(client.post_sales(batch(len(taken)))["accepted"])

    seller = threading.Thread(target=sell)
    seller.start()
    try:
        yield taken
    finally:
        stopped.set()
        seller.join()


def send(client: httpx.Client, one: Sent, keys: dict[str, str]) -> httpx.Response:
    headers = {"Authorization": f"Bearer {keys[one.role]}", **(one.headers or {})}
    return client.request(one.method, one.path, headers=headers, content=one.content)


def wrong_of(one: Sent, answer: httpx.Response) -> str | None:
    """Say what is not as it must be."""
    if answer.status_code != one.status:
        return f"{one.name}: {answer.status_code} and not {one.status}: {answer.text[:200]}"
    if answer.headers["content-type"] != "application/problem+json":
        return f"{one.name}: no problem but {answer.headers['content-type']}"
    problem = answer.json()
    if one.code is not None and problem["code"] != one.code:
        return f"{one.name}: {problem['code']} and not {one.code}"
    pointers = [error["pointer"] for error in problem.get("errors", ())]
    if one.pointer is not None and not any(at.startswith(one.pointer) for at in pointers):
        return f"{one.name}: names {pointers} and not {one.pointer}"
    return None


def sold(client: httpx.Client, keys: dict[str, str], sku: str) -> int:
    url = f"/v1/demand/{sku}?from=2026-03-01&to=2026-03-01"
    answer = client.get(url, headers={"Authorization": f"Bearer {keys['brand']}"})
    return sum(day["sold_units"] for day in answer.json()["data"])


def test_bad_requests_are_refused_by_name_while_others_are_served(
    site: Site, keys: dict[str, str]
) -> None:
    site.api()

    with httpx.Client(base_url=site.url, trust_env=False, timeout=60) as client:
        with selling(site, keys["brand"]) as taken:
            wrong = [said for one in BAD if (said := wrong_of(one, send(client, one, keys)))]
            refused = [
                f"{one.name}: {answer.text[:200]}"
                for one in GOOD
                if (answer := send(client, one, keys)).status_code != one.status
            ]
        sales = [one for one in GOOD if one.path == "/v1/sales"]

        assert wrong == []
        assert refused == []
        assert sold(client, keys, "S2-L") == 1000 * len(sales)
        assert sold(client, keys, "S2-M") == sum(taken) == AT_ONCE * len(taken) > 0


def test_every_operation_that_takes_a_body_is_in_the_corpus() -> None:
    document = json.loads(Path("openapi.json").read_text())
    known = {(one["method"], one["path"].split("/")[2]) for one in CORPUS["requests"].values()}
    known.add(("POST", "imports"))

    missing = [
        f"{method} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "requestBody" in operation
        and operation.get("security") != []  # a shop's delivery is no request of ours to refuse
        and (method.upper(), path.split("/")[2]) not in known
    ]

    assert missing == []
    assert len(BAD) >= 250
    assert len(GOOD) >= 15
