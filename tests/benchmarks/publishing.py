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
from itertools import repeat
from statistics import median, quantiles
from unittest.mock import patch

from app.database.database import Database
from app.recommendations import feed
from app.recommendations.feed import append, news
from tests.benchmarks.servers import new_database
from tests.recommendations.scene import AT, build, decide, run_of, stored, to_fab2

ROUNDS = 12
SECONDS_A_ROUND = 1.0


def fill(url: str) -> None:
    """Ask two factories for something to tell of."""
    database = Database(url)
    with database.write() as session:
        scene = build(session)
    decide(database, scene, run_of(scene))
    decide(database, scene, to_fab2(scene))
    database.close()


def commits(url: str, number: int, start_at: float, *, notifies: bool) -> int:
    """Publish to one factory for a turn; return how many transactions were committed."""
    database = Database(url)
    row = stored(database)[number]
    told = news("recommendation.issued", row, at=AT)
    count = 0
    with patch.object(feed, "notify", feed.notify if notifies else lambda *_: None):
        time.sleep(max(0.0, start_at - time.time()))
        while time.time() < start_at + SECONDS_A_ROUND:
            with database.write() as session:
                append(session, told)
            count += 1
    database.close()
    return count


def per_second(pool: ProcessPoolExecutor, url: str, processes: int, *, notifies: bool) -> float:
    start_at = time.time() + 0.3
    turns = [
        pool.submit(commits, url, number, start_at, notifies=notifies)
        for number in range(processes)
    ]
    return sum(turn.result() for turn in turns) / SECONDS_A_ROUND


def main() -> None:
    with new_database("postgresql") as url, ProcessPoolExecutor(2) as pool:
        fill(url)
        list(pool.map(abs, repeat(1, 2)))
        for processes in (2, 1):
            pairs = [
                (
                    per_second(pool, url, processes, notifies=True),
                    per_second(pool, url, processes, notifies=False),
                )
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
