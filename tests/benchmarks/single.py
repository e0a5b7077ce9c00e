"""`POST /v1/sales` with one event a call, against a `def` route that commits one insert.

    uv run python -m tests.benchmarks.single

Four connections; the two take turns, a second each, on the same database. Prints calls a second of
both, the middle ratio of the rounds with its quartiles, and the processor time of a call in either
process, which a busy machine moves less.
"""

import contextlib
import itertools
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from statistics import median, quantiles

import httpx
from sqlalchemy import make_url

from tests.benchmarks.feed import answered
from tests.benchmarks.ingest import SKUS_A_STYLE, STYLES, make_plain_table, seed
from tests.benchmarks.processes import child_pid, processor_seconds
from tests.benchmarks.servers import new_database, running_service

CONNECTIONS, ROUNDS, SECONDS_A_ROUND = 4, 20, 1.0


class Sender:
    """Connections that each send a request of its own and wait for the answer, again and again."""

    def __init__(self, address: str, request: Callable[[], bytes]) -> None:
        host, port = address.removeprefix("http://").split(":")
        self.request = request
        self.calls = 0
        self.sockets = [socket.create_connection((host, int(port))) for _ in range(CONNECTIONS)]

    def per_second(self) -> float:
        count, started = 0, time.perf_counter()
        while time.perf_counter() - started < SECONDS_A_ROUND:
            for connection in self.sockets:
                connection.sendall(self.request())
            for connection in self.sockets:
                assert answered(connection) == 200
            count += CONNECTIONS
        self.calls += count
        return count / (time.perf_counter() - started)


def sale(key: str) -> Callable[[], bytes]:
    numbers = itertools.count()

    def made() -> bytes:
        number = next(numbers)
        event = {
            "event_id": f"e{number:09d}",
            "sku": f"S{number * 37 % STYLES}-{number % SKUS_A_STYLE}",
            "kind": "sale",
            "quantity": 1,
            "occurred_at": "2026-03-01T12:00:00Z",
            "order_id": f"o{number}",
        }
        body = json.dumps({"events": [event]}).encode()
        head = (
            "POST /v1/sales?brand=acme HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json"
            f"\r\nAuthorization: Bearer {key}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    return made


def nothing() -> bytes:
    return b"POST / HTTP/1.1\r\nHost: bench\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def floor(url: str) -> Iterator[str]:
    """Yield the address of the application that only inserts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    target = url.removeprefix("sqlite:///")
    if url.startswith("postgresql"):
        plain = make_url(url).set(drivername="postgresql")
        target = plain.render_as_string(hide_password=False)
        make_plain_table(target)
    command = [sys.executable, "-m", "tests.benchmarks.single_floor", str(port), target]
    process = subprocess.Popen(command)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            with contextlib.suppress(httpx.TransportError):
                httpx.post(address).raise_for_status()
                break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def main() -> None:
    os.environ["SHORTRUN_REQUESTS_PER_MINUTE"] = "100000000"
    print(f"{date.today()}  one event a call, {CONNECTIONS} connections")
    for kind in ("sqlite", "postgresql"):
        with new_database(kind) as url, running_service(url) as (address, key):
            seed(address, key)
            with floor(url) as bare:
                ours, theirs = Sender(address, sale(key)), Sender(bare, nothing)
                pids = child_pid("serve"), child_pid("tests.benchmarks.single_floor")
                began = [processor_seconds(pid) for pid in pids]
                rates = [(ours.per_second(), theirs.per_second()) for _ in range(ROUNDS)]
                ran = [processor_seconds(pid) - at for pid, at in zip(pids, began, strict=True)]
        mine, least = (median(column) for column in zip(*rates, strict=True))
        own, bound = (1e6 * ran[at] / (ours, theirs)[at].calls for at in (0, 1))
        low, middle, high = quantiles([pair[0] / pair[1] for pair in rates], n=4)
        print(
            f"{kind:11} service {mine:6,.0f}/s  floor {least:6,.0f}/s"
            f"  ratio {middle:.2f} ({low:.2f} to {high:.2f})"
            f"  processor {own:.0f} us, floor {bound:.0f} us: {bound / own:.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
