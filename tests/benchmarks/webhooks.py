"""A shop's busy hour: 100 deliveries a second, signed, each of an order of its own.

    uv run python -m tests.benchmarks.webhooks [seconds]

Deliveries are sent on time by a fixed schedule, whatever the answers, over kept connections; an
answer's time runs from when its delivery was due. Prints p50, p99 and the slowest, then the same
for `GET /livez` at the same rate: what process, sockets and machine take by themselves.
"""

import json
import queue
import sys
import threading
import time
from datetime import UTC, datetime

import httpx

from app.database.database import Database
from tests.benchmarks.servers import new_database, running_service
from tests.connectors.shop import SECRET, line, order, signature
from tests.recommendations.scene import key_for
from tests.sales.shop import add_style, open_brand

A_SECOND = 100
SECONDS = 20
SENDERS = 16
"""Connections: enough that none waits for another's answer."""


def connect(url: str, address: str) -> str:
    database = Database(url)
    with database.write() as session:
        brand = open_brand(session)
        add_style(session, brand, "S2", ["A", "B"])
    key = key_for(database, "brand", brand_id=brand.id)
    database.close()
    body = {"platform": "shopify", "channel": "web", "secrets": [SECRET]}
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.put(f"{address}/v1/connections/web-shop", json=body, headers=headers)
    return f"{address}{answer.raise_for_status().json()['webhook_path']}"


def deliveries(count: int) -> list[tuple[bytes, dict[str, str]]]:
    placed = datetime.now(UTC).isoformat()
    made = []
    for number in range(count):
        body = order([line(1, "A", 2), line(2, "B", 1)], id=number + 1, at=placed)
        body["created_at"] = placed
        raw = json.dumps(body | {"note": "x" * 6000}).encode()  # a real order is as long
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": "orders/create",
            "X-Shopify-Hmac-Sha256": signature(raw, SECRET),
            "X-Shopify-Webhook-Id": f"delivery-{number}",
        }
        made.append((raw, headers))
    return made


def times_of(url: str, sent: list[tuple[bytes, dict[str, str]]], *, method: str) -> list[float]:
    """Send on schedule and return how long each answer took from when it was due, sorted."""
    waiting: queue.SimpleQueue[tuple[float, int] | None] = queue.SimpleQueue()
    times: list[float] = []

    def send() -> None:
        with httpx.Client(timeout=30) as client:
            client.get(str(httpx.URL(url).copy_with(path="/livez")))  # open the connection before
            while (due := waiting.get()) is not None:
                raw, headers = sent[due[1]]
                answer = client.request(method, url, content=raw, headers=headers)
                assert answer.status_code == 200, answer.text
                times.append(time.perf_counter() - due[0])

    senders = [threading.Thread(target=send) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    time.sleep(1)
    began = time.perf_counter()
    for number in range(len(sent)):
        due = began + number / A_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        waiting.put((due, number))
    for _ in senders:
        waiting.put(None)
    for sender in senders:
        sender.join()
    return sorted(times)


def told(what: str, times: list[float]) -> None:
    p50, p99, slowest = (times[int(len(times) * part) - 1] * 1000 for part in (0.5, 0.99, 1))
    print(f"{what}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, slowest {slowest:.1f} ms")


def measure(kind: str, seconds: int) -> None:
    with new_database(kind) as url, running_service(url) as (address, _):
        path = connect(url, address)
        times_of(path, deliveries(A_SECOND), method="POST")  # warm
        sent = deliveries(A_SECOND * (seconds + 1))[A_SECOND:]
        told(f"{kind}, delivery", times_of(path, sent, method="POST"))
        floor = [(b"", {})] * (A_SECOND * seconds)
        told(f"{kind}, livez", times_of(f"{address}/livez", floor, method="GET"))


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    for database_kind in ("sqlite", "postgresql"):
        measure(database_kind, asked)
