"""What an event and a style cost as a brand grows: 1,000 to 100,000 styles, 1 to 10 million events.

    uv run python -m tests.benchmarks.growth [sqlite | postgresql] [--full] [--verify]

Each size on a new database that is filled in bulk (`growth_past`). Then a real service takes calls
of 1,000 new events of SKUs anywhere in the fleet, over one connection; and a process that does what
a worker does learns the day and refreshes 2,100 styles anywhere in the fleet, from claim to commit.
Of each is told the time on the clock and the processor's, which moves less when other programs run:
our process's, and on PostgreSQL the server's beside it. Ids of events and orders grow with time, as
those of shops do, or are random, which the last row shows for events alone.

Without `--full` the sizes are a tenth of it. `--verify` recounts each database before it is used.
"""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import numpy as np

from app.database.database import Database
from tests.benchmarks.growth_past import FIRST_ORDER
from tests.benchmarks.growth_worker import Refreshed
from tests.benchmarks.processes import (
    child_pid,
    largest_mib,
    processor_seconds,
    server_seconds,
)
from tests.benchmarks.refresh import AT, SKUS_A_STYLE
from tests.benchmarks.servers import new_database, running_service

KINDS = ("sqlite", "postgresql")
EVENTS_A_CALL = 1_000
WARMING_CALLS, CALLS = 20, 60


@dataclass(frozen=True)
class Size:
    """How large a brand is, and which ids its events have."""

    styles: int
    events: int
    ids: str = "ordered"
    has_worker: bool = True


FULL = (
    Size(1_000, 1_000_000),
    Size(1_000, 100_000),
    Size(100_000, 10_000_000),
    Size(1_000, 1_000_000, "random", has_worker=False),
    Size(100_000, 10_000_000, "random", has_worker=False),
)
TENTH = (
    Size(1_000, 100_000),
    Size(10_000, 1_000_000),
    Size(1_000, 100_000, "random", has_worker=False),
    Size(10_000, 1_000_000, "random", has_worker=False),
)


@dataclass(frozen=True)
class Posted:
    """What an event cost, microseconds, and the most memory that the API held, MiB."""

    wall: float
    processor: float
    server: float
    peak: float


def filled(url: str, size: Size) -> float:
    """Fill a database, in a process of its own; return the seconds that it took."""
    started = time.perf_counter()
    module = [sys.executable, "-m", "tests.benchmarks.growth_past"]
    subprocess.run([*module, url, str(size.styles), str(size.events), size.ids], check=True)
    return time.perf_counter() - started


def calls(size: Size) -> Iterator[bytes]:
    """Make calls of events that happened within the last hour, each of another SKU."""
    rng = np.random.default_rng(2)
    number = FIRST_ORDER + size.events
    at = (AT - timedelta(hours=1)).isoformat()
    while True:
        events = []
        for sku in rng.choice(size.styles * SKUS_A_STYLE, EVENTS_A_CALL, replace=False).tolist():
            number += 1
            order, line = f"web-{number}", f"web-{number}-1"
            if size.ids == "random":
                order, line = uuid.uuid4().hex, uuid.uuid4().hex
            events.append(
                {
                    "event_id": line,
                    "sku": f"S{sku // SKUS_A_STYLE + 1}-{sku % SKUS_A_STYLE}",
                    "kind": "sale",
                    "quantity": 1,
                    "occurred_at": at,
                    "order_id": order,
                }
            )
        yield json.dumps({"events": events}).encode()


def posted(url: str, size: Size) -> Posted:
    """Post through a real service; the median call on the clock, and the processor's of all."""
    database, walls = Database(url), []
    with running_service(url) as (address, key):
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        api = child_pid("serve")
        with httpx.Client(base_url=address, headers=headers, timeout=120) as client:
            client.put("/v1/clock", json={"now": AT.isoformat()}).raise_for_status()
            for number, body in zip(range(WARMING_CALLS + CALLS), calls(size), strict=False):
                if number == WARMING_CALLS:
                    ours, servers = processor_seconds(api), server_seconds(database)
                started = time.perf_counter()
                answer = client.post("/v1/sales?brand=acme", content=body)
                walls.append(time.perf_counter() - started)
                assert answer.json()["accepted"] == EVENTS_A_CALL
        ours, servers = processor_seconds(api) - ours, server_seconds(database) - servers
        peak = largest_mib(api)
    database.close()
    events = CALLS * EVENTS_A_CALL
    wall = float(np.median(walls[WARMING_CALLS:])) / EVENTS_A_CALL
    return Posted(wall * 1e6, ours / events * 1e6, servers / events * 1e6, peak)


def refreshed(url: str) -> Refreshed:
    """Learn and refresh in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "tests.benchmarks.growth_worker", url]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Refreshed(**json.loads(done.stdout))


def measured(kind: str, size: Size, *, verify: bool) -> dict[str, Any]:
    """Print a row of the table; return its figures."""
    began = time.perf_counter()
    with new_database(kind) as url:
        filling = filled(url, size)
        if verify:
            command = [sys.executable, "-m", "app.cli", "verify"]
            subprocess.run(command, env={**os.environ, "SHORTRUN_DATABASE_URL": url}, check=True)
        event = posted(url, size)
        style = refreshed(url) if size.has_worker else None
    print(
        f"{kind:10} {size.styles:7,} styles {size.events:10,} events, {size.ids:7} ids:"
        f" event {event.wall:6.1f} us (ours {event.processor:5.1f}, server {event.server:5.1f}),"
        f" API {event.peak:3.0f} MB",
        end="",
    )
    if style is not None:
        print(
            f"; style {style.wall:5.1f} ms (ours {style.processor:5.1f}, server"
            f" {style.server:4.1f}), worker {style.peak:3.0f} MB, learning"
            f" {style.learning:3.0f} s (processor)",
            end="",
        )
    print(f"   [{filling:.0f} s to fill, {time.perf_counter() - began:.0f} s]", flush=True)
    return {"size": size, "event": asdict(event), "style": style and asdict(style)}


def grown(rows: Sequence[dict[str, Any]]) -> None:
    """Print how many times what the last row of each kind of ids cost is of the earlier ones."""
    for ids in ("ordered", "random"):
        mine = [row for row in rows if row["size"].ids == ids]
        for row in mine[:-1]:
            for what in ("event", "style"):
                if row[what] and mine[-1][what]:
                    times = {
                        name: mine[-1][what][name] / row[what][name]
                        for name in ("wall", "processor", "server")
                        if row[what][name]
                    }
                    said = ", ".join(f"{name} {value:.2f}" for name, value in times.items())
                    size = row["size"]
                    print(f"    {what}, {ids} ids, of {size.styles:,}/{size.events:,}: {said}")


def main() -> None:
    os.environ["SHORTRUN_SANDBOX"] = "1"  # at the time that the past ends, styles wait for midnight
    sizes = FULL if "--full" in sys.argv else TENTH
    print(f"{date.today()}  {datetime.now(UTC):%H:%M} UTC")
    for kind in [one for one in KINDS if one in sys.argv] or KINDS:
        grown([measured(kind, size, verify="--verify" in sys.argv) for size in sizes])


if __name__ == "__main__":
    main()
