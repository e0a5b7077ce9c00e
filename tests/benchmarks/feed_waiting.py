"""A thousand factories' systems that wait for news: what one costs, and how soon it hears.

    uv run python -m tests.benchmarks.feed_waiting

All wait on the same feed, which is the hardest: one commit wakes everybody. Prints how much the
service's resident memory grows by each of 1,000 open, waiting requests; the seconds of processor
that the service takes while they wait; and from the commit to the last byte of the first, median
and last answer, the worst of the rounds, with the processor time it took to answer all. Then the
same for one who waits alone.
"""

import os
import resource
import selectors
import socket
import sys
import time
from datetime import date

import httpx
from sqlalchemy import select

from app.database.database import Database
from app.parties.tables import Factory
from app.recommendations.feed import append, news
from tests.benchmarks.feed import FEED, fill
from tests.benchmarks.processes import child_pid, processor_seconds, resident_kib
from tests.benchmarks.servers import new_database, running_service
from tests.recommendations.scene import AT, stored

WAITING = 1_000
ROUNDS = 3
IDLE_SECONDS = 10
SETTLED_SECONDS = 5


def tail_of(address: str, key: dict[str, str]) -> str:
    cursor = ""
    while True:
        after = f"&after={cursor}" if cursor else ""
        page = httpx.get(f"{address}{FEED}?limit=500{after}", headers=key).json()
        cursor = page["next_cursor"]
        if not page["has_more"]:
            return str(cursor)


def wait_on(address: str, key: str, cursor: str, count: int) -> list[socket.socket]:
    host, port = address.removeprefix("http://").split(":")
    request = (
        f"GET {FEED}?after={cursor} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n"
        "Prefer: wait=50\r\n\r\n"
    ).encode()
    connections = []
    for _ in range(count):
        connection = socket.create_connection((host, int(port)))
        connection.sendall(request)
        connections.append(connection)
    return connections


def answer_times(connections: list[socket.socket], since: float) -> list[float]:
    """Return after how many seconds each was answered."""
    times = []
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection, selectors.EVENT_READ, bytearray())
        while selector.get_map():
            for ready, _ in selector.select(timeout=30):
                connection, received = ready.fileobj, ready.data
                assert isinstance(connection, socket.socket)
                received += connection.recv(65536)
                if received.endswith(b'"}'):
                    times.append(time.perf_counter() - since)
                    assert b'"seq":' in received
                    selector.unregister(connection)
                    connection.close()
    return sorted(times)


def measure(kind: str) -> None:
    with new_database(kind) as url:
        key = fill(url)
        database = Database(url)
        row = stored(database)[0]
        with database.read() as session:
            factory_id = session.scalars(select(Factory.id).where(Factory.code == "fab1")).one()
        assert factory_id == row.factory_id
        with running_service(url) as (address, _):
            pid = child_pid("serve")
            headers = {"Authorization": f"Bearer {key}"}

            def round_of(count: int) -> tuple[list[float], float, float, float]:
                before = resident_kib(pid)
                connections = wait_on(address, key, tail_of(address, headers), count)
                time.sleep(SETTLED_SECONDS)
                grown = (resident_kib(pid) - before) / count
                began = processor_seconds(pid)
                time.sleep(IDLE_SECONDS if count == WAITING else 0)
                used = processor_seconds(pid) - began
                with database.write() as session:
                    append(session, news("recommendation.issued", row, at=AT))
                began = processor_seconds(pid)
                times = answer_times(connections, time.perf_counter())
                return times, grown, used, processor_seconds(pid) - began

            round_of(1)
            rounds = [round_of(WAITING) for _ in range(ROUNDS)]
            alone = [round_of(1)[0][0] for _ in range(5)]
        database.close()
    firsts, medians, lasts = (
        max(times[place] for times, *_ in rounds) * 1000 for place in (0, WAITING // 2, -1)
    )
    waiting, answering = (max(one[place] for one in rounds) for place in (2, 3))
    print(
        f"{kind:11} {rounds[0][1]:.1f} KiB each; {waiting:.2f} s of processor in {IDLE_SECONDS} s"
        f" of waiting, {answering:.2f} s to answer all; answered after {firsts:.0f} ms (first),"
        f" {medians:.0f} ms (median), {lasts:.0f} ms (last); one alone {max(alone) * 1000:.0f} ms"
    )


def main() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    os.environ["SHORTRUN_REQUESTS_PER_MINUTE"] = "100000000"
    print(f"{date.today()}  {WAITING} waiting")
    for kind in sys.argv[1:] or ("sqlite", "postgresql"):
        measure(kind)


if __name__ == "__main__":
    main()
