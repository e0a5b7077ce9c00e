"""Two processes that publish to different factories: what telling those who wait costs them.

    uv run python -m tests.benchmarks.publishing

PostgreSQL lets transactions with a NOTIFY commit one at a time, in the whole database. Each process
appends one event a transaction to the feed of its own factory, in short turns with the NOTIFY and
without it. Prints the median commits/s of both together, and of the ratio of each pair of turns
the median and the quartiles; then the same for one process alone, which has nobody to wait for.
"""

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch

from app.database.database import Database
from app.recommendations import feed
from app.recommendations.feed import append, news
from tests.benchmarks.servers import new_database
from tests.recommendations.scene import AT, build, decide, run_of, stored, to_fab2

ROUNDS = 12
SECONDS_A_ROUND = 1.0

kept: dict[str, Any] = {}
"""Of a process: its database, and what it has to tell to each factory."""


def fill(url: str) -> None:
    """Ask two factories for something to tell of."""
    database = Database(url)
    with database.write() as session:
        scene = build(session)
    decide(database, scene, run_of(scene))
    decide(database, scene, to_fab2(scene))
    database.close()


def open_database(url: str) -> None:
    """Keep a database and what is told in this process, so that a turn has nothing to prepare."""
    kept["database"] = database = Database(url)
    kept["told"] = [news("recommendation.issued", row, at=AT) for row in stored(database)]


def per_second_here(number: int, start_at: float, *, notifies: bool) -> float:
    """Publish to one factory for a turn; return the transactions committed a second."""
    database, told = kept["database"], kept["told"][number]
    count = 0
    with patch.object(feed, "notify", feed.notify if notifies else lambda *_: None):
        time.sleep(max(0.0, start_at - time.time()))
        started = time.perf_counter()
        while (taken := time.perf_counter() - started) < SECONDS_A_ROUND or not count:
            with database.write() as session:
                append(session, told)
            count += 1
    return count / taken


def per_second(pool: ProcessPoolExecutor, processes: int, *, notifies: bool) -> float:
    start_at = time.time() + 0.1
    turns = [
        pool.submit(per_second_here, number, start_at, notifies=notifies)
        for number in range(processes)
    ]
    return sum(turn.result() for turn in turns)


def main() -> None:
    with new_database("postgresql") as url:
        fill(url)
        with ProcessPoolExecutor(2, initializer=open_database, initargs=(url,)) as pool:
            for processes in (2, 1):
                say(processes, pool)


def say(processes: int, pool: ProcessPoolExecutor) -> None:
    """Take the turns in pairs, and print what came of them."""
    pairs = [
        (per_second(pool, processes, notifies=True), per_second(pool, processes, notifies=False))
        for _ in range(ROUNDS)
    ]
    ratios = [told / silent for told, silent in pairs]
    low, middle, high = quantiles(ratios, n=4)
    sys.stdout.write(
        f"{processes} processes: {median(p[0] for p in pairs):.0f} commits/s with NOTIFY, "
        f"{median(p[1] for p in pairs):.0f} without; "
        f"ratio {middle:.2f} ({low:.2f} to {high:.2f})\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
