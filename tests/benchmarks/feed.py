"""Polling a factory's feed against routes that do nothing, in the same run.

    uv run python -m tests.benchmarks.feed

The floors are routes of a bare FastAPI application behind the same server: one that answers `{}`,
and one that answers the bytes of our page of 100 events. Ours checks the key and its limit, asks
the database where the feed stands, and says so in every header. One process sends over 16 open
connections, then over one; floor and service take short turns. Prints the median polls/s of both
and, of the ratio of each pair of turns, the median and the quartiles; then the processor time that
an answer took in each process, which is what is left of the ratio when the machine is busy.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import httpx

from app.database.database import Database
from app.recommendations.feed import append, news
from tests.benchmarks.processes import child_pid, processor_seconds
from tests.benchmarks.servers import new_database, running_service
from tests.recommendations.scene import AT, build, decide, key_for, run_of, stored

EVENTS = 1_001
PAGE = 100
ROUNDS = 40
SECONDS_A_ROUND = 0.2
"""Short turns, one after the other: what else the machine does meets both alike."""

FEED = "/v1/factories/fab1/feed"


def fill(url: str) -> str:
    """Store a feed of many events; return a key of its factory."""
    database = Database(url)
    with database.write() as session:
        scene = build(session)
    decide(database, scene, run_of(scene))
    row = stored(database)[0]
    with database.write() as session:
        append(session, news("recommendation.issued", row, at=AT) * (EVENTS - 1))
    key = key_for(database, "factory", factory_id=scene.fab1)
    database.close()
    return key


class Poller:
    """Some open connections that all send the same request again and again."""

    def __init__(self, address: str, path: str, headers: dict[str, str], connections: int) -> None:
        host, port = address.removeprefix("http://").split(":")
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.request = ("\r\n".join(lines) + "\r\n\r\n").encode()
        self.answers = 0
        self.sockets = [socket.create_connection((host, int(port))) for _ in range(connections)]

    def per_second(self, status: int) -> float:
        """Return how many answers with this status came in a second."""
        count, started = 0, time.perf_counter()
        while time.perf_counter() - started < SECONDS_A_ROUND:
            for connection in self.sockets:
                connection.sendall(self.request)
            for connection in self.sockets:
                assert answered(connection) == status
            count += len(self.sockets)
        self.answers += count
        return count / (time.perf_counter() - started)

    def close(self) -> None:
        for connection in self.sockets:
            connection.close()


def answered(connection: socket.socket) -> int:
    """Read one whole answer; return its status."""
    received = connection.recv(1 << 20)
    while b"\r\n\r\n" not in received:
        received += connection.recv(1 << 20)
    head, _, body = received.partition(b"\r\n\r\n")
    status = int(head[9:12])
    if status != 304:
        name = head.lower().index(b"content-length:") + 15
        missing = int(head[name:].split(b"\r\n")[0]) - len(body)
        while missing > 0:
            missing -= len(connection.recv(1 << 20))
    return status


@contextmanager
def floor(page: bytes) -> Iterator[str]:
    """Yield the address of an application that has nothing to do."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "page.json"
        path.write_bytes(page)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "tests.benchmarks.feed_floor", str(port), str(path)]
        process = subprocess.Popen(command)
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(600):
                try:
                    httpx.get(address + "/empty").raise_for_status()
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def compare(name: str, ours: tuple[Poller, int], bare: tuple[Poller, int]) -> None:
    pids = child_pid("serve"), child_pid("tests.benchmarks.feed_floor")
    began = [processor_seconds(pid) for pid in pids]
    rates = [[poller.per_second(status) for poller, status in (ours, bare)] for _ in range(ROUNDS)]
    ran = [processor_seconds(pid) - before for pid, before in zip(pids, began, strict=True)]
    mine, theirs = (1e6 * ran[side] / (ours, bare)[side][0].answers for side in (0, 1))
    for poller, _ in (ours, bare):
        poller.close()
    rate, floor_rate = (median(column) for column in zip(*rates, strict=True))
    low, middle, high = quantiles([pair[0] / pair[1] for pair in rates], n=4)
    print(
        f"{name:48} {rate:6,.0f}/s, floor {floor_rate:6,.0f}/s:"
        f" {middle:.2f} ({low:.2f} to {high:.2f});"
        f" processor {mine:.0f} us, floor {theirs:.0f} us: {theirs / mine:.2f}",
        flush=True,
    )


def measure(kind: str) -> None:
    with new_database(kind) as url:
        key = {"Authorization": f"Bearer {fill(url)}"}
        with running_service(url) as (address, _):
            page = httpx.get(f"{address}{FEED}?limit={PAGE}", headers=key)
            tail = page.json()["next_cursor"]
            while True:
                behind = httpx.get(f"{address}{FEED}?after={tail}&limit=500", headers=key)
                if not behind.json()["data"]:
                    break
                tail = behind.json()["next_cursor"]
            known = {**key, "If-None-Match": behind.headers["etag"]}
            with floor(page.content) as bare:
                for connections in (16, 1):
                    said = f"{kind}, {connections} connections:"
                    compare(
                        f"{said} without news (304)",
                        (Poller(address, f"{FEED}?after={tail}", known, connections), 304),
                        (Poller(bare, "/empty", {}, connections), 200),
                    )
                    compare(
                        f"{said} page of {PAGE} ({len(page.content) // 1024} KiB)",
                        (Poller(address, f"{FEED}?limit={PAGE}", key, connections), 200),
                        (Poller(bare, "/page", {}, connections), 200),
                    )


def main() -> None:
    os.environ["SHORTRUN_REQUESTS_PER_MINUTE"] = "100000000"
    print(date.today())
    for kind in sys.argv[1:] or ("sqlite", "postgresql"):
        measure(kind)


if __name__ == "__main__":
    main()
