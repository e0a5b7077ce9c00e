"""One API process and one worker, and two of each, against one PostgreSQL.

    uv run python -m tests.benchmarks.processes_together [styles]

The floor is one of each, in the same run. Sales: 1,000 events a call over 4 connections, shared by
the APIs. Refresh: the styles of `tests.benchmarks.refresh`, made due at once when every worker
beats and the day is learned, until none is due. What more processes gain is bounded by the
machine's cores, which PostgreSQL and the clients share with them.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

import httpx

from app.catalog.queries import active_style_ids
from app.clock.time import local_day
from app.database.database import Database
from app.jobs.beats import living
from app.jobs.work import is_due, mark_due
from app.refresh.learn import priors_for
from tests.benchmarks.ingest import CALLS, CONNECTIONS, EVENTS_A_CALL, batch, seed
from tests.benchmarks.refresh import seed as seed_styles
from tests.benchmarks.servers import new_database, running_service


def posted(addresses: Sequence[str], key: str) -> float:
    """Return events/s of calls spread over the addresses."""
    bodies = [json.dumps({"events": batch(call)}).encode() for call in range(CALLS)]
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def send(start: int) -> None:
        address = addresses[start % len(addresses)]
        with httpx.Client(base_url=address, headers=headers, timeout=120) as client:
            for body in bodies[start::CONNECTIONS]:
                client.post("/v1/sales?brand=acme", content=body).raise_for_status()

    threads = [threading.Thread(target=send, args=(start,)) for start in range(CONNECTIONS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return CALLS * EVENTS_A_CALL / (time.perf_counter() - started)


def ingest(processes: int) -> float:
    with new_database("postgresql") as url, contextlib.ExitStack() as running:
        services = [running.enter_context(running_service(url)) for _ in range(processes)]
        seed(*services[0])
        return posted([address for address, _ in services], services[0][1])


@contextlib.contextmanager
def workers(url: str, database: Database, count: int) -> Iterator[None]:
    environment = {**os.environ, "SHORTRUN_DATABASE_URL": url, "SHORTRUN_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "app.cli", "worker"]
    started = [subprocess.Popen(command, env=environment) for _ in range(count)]
    try:
        while True:
            with database.read() as session:
                if len(living(session, datetime.now(UTC))) == count:
                    break
            time.sleep(0.1)
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(60)


def refreshed(processes: int, styles: int) -> float:
    with new_database("postgresql") as url:
        database = Database(url)
        brand = seed_styles(database, styles)
        priors_for(database, brand, local_day(datetime.now(UTC), brand.timezone))
        with workers(url, database, processes):
            at = datetime.now(UTC)
            with database.write() as session:
                mark_due(session, brand.id, active_style_ids(session, brand.id), at=at)
            started = time.perf_counter()
            busy = True
            while busy:
                time.sleep(0.1)
                with database.read() as session:
                    busy = is_due(session, at=at)
            taken = time.perf_counter() - started
        database.close()
    return styles / taken


def main() -> None:
    styles = int(sys.argv[1]) if len(sys.argv) > 1 else 1_200
    print(f"{date.today()}  {os.cpu_count()} cores, {styles:,} styles")
    events = [ingest(processes) for processes in (1, 2)]
    print(f"events/s: one API {events[0]:,.0f}, two {events[1]:,.0f} ({events[1] / events[0]:.2f})")
    rate = [refreshed(processes, styles) for processes in (1, 2)]
    print(f"styles/s: one worker {rate[0]:,.1f}, two {rate[1]:,.1f} ({rate[1] / rate[0]:.2f})")


if __name__ == "__main__":
    main()
