"""What an event and a style cost as a brand grows: 1,000 to 100,000 styles, 100 events each.

    uv run python -m tests.benchmarks.growth [styles ...]

Each size on a new database: the past is stored by SQL, in the order of time, over SKUs at random.
Then `store_sales` takes 20 calls of 1,000 new events, each of 500 styles anywhere in the fleet, a
day's first learning runs, and batches of due styles are refreshed, from claim to commit. Every size
is a process of its own, so that its peak of memory is its own. Beside each time stands the
processor's, of our process: it moves less when other programs run; PostgreSQL's own is not in it.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

import numpy as np
from sqlalchemy import text

from app.catalog.queries import active_style_ids
from app.database.database import Database
from app.jobs.work import mark_due
from app.parties.refs import BrandRef
from app.refresh.learn import priors_for
from app.refresh.pipeline import refresh_next
from app.sales.ingest import SalesEvent, store_sales
from app.settings import Settings
from tests.benchmarks.refresh import AT, SKUS_A_STYLE, seed_catalog
from tests.benchmarks.servers import new_database

SIZES = (1_000, 10_000, 100_000)
EVENTS_A_STYLE, DAYS = 100, 300
CALLS, EVENTS_A_CALL = 20, 1_000
BATCHES = 3

NUMBERED = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last)",
    "postgresql": "WITH n AS (SELECT generate_series(0, :last)::bigint AS i)",
}
EVENT_ID = {"sqlite": "printf('%012d', i)", "postgresql": "lpad(i::text, 12, '0')"}
INSTANT = {
    "sqlite": ":begin + i * :micros",
    "postgresql": "to_timestamp((:begin + i * :micros) / 1e6)",
}
DAY = {
    "sqlite": ":first + i * :micros / 86400000000",
    "postgresql": "date '0001-01-01' - 1 + (:first + i * :micros / 86400000000)::int",
}


def store_past(database: Database, styles: int) -> None:
    """Store the events that the brand has when it is measured, and a stock level of each SKU."""
    kind = "sqlite" if database.is_sqlite else "postgresql"
    begin = AT - timedelta(days=DAYS + 1, hours=AT.hour)
    last = styles * EVENTS_A_STYLE - 1
    values = {
        "last": last,
        "skus": styles * SKUS_A_STYLE,
        "begin": int(begin.timestamp()) * 1_000_000,
        "micros": DAYS * 86_400_000_000 // (last + 1),
        "first": begin.toordinal(),
    }
    events = (
        "INSERT INTO sales_events (brand_id, event_id, sku_id, kind, quantity, occurred_at, day) "
        f"{NUMBERED[kind]} SELECT 1, {EVENT_ID[kind]}, "
        f"{SKUS_A_STYLE} + (i * 7919 + i / :skus) % :skus, 'sale', 1 + i % 3, "
        f"{INSTANT[kind]}, {DAY[kind]} FROM n"
    )
    levels = (
        "INSERT INTO stock_levels (sku_id, as_of, on_hand) SELECT id, "
        f"{INSTANT[kind].replace('i * :micros', '0')}, 100000 FROM skus"
    )
    with database.write() as session:
        session.execute(text(events), values)
        session.execute(text(levels), {"begin": int(AT.timestamp()) * 1_000_000})
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


@dataclass(frozen=True)
class Cost:
    """Seconds that something took at its fastest, and of them our processor's at its least."""

    wall: float
    processor: float

    def said(self, unit: str, scale: float) -> str:
        return f"{self.wall * scale:6.1f} {unit} ({self.processor * scale:.1f})"


def cost(work: Callable[[], int]) -> Cost:
    """Time a piece of work; it returns how many units it did, and the cost is that of one."""
    wall, processor = time.perf_counter(), time.process_time()
    count = work()
    return Cost((time.perf_counter() - wall) / count, (time.process_time() - processor) / count)


def least(costs: Sequence[Cost]) -> Cost:
    return Cost(min(one.wall for one in costs), min(one.processor for one in costs))


def posted(database: Database, brand: BrandRef, styles: int) -> Cost:
    """Return what an event costs, of the fastest call: the others met whatever else ran."""
    rng = np.random.default_rng(2)

    def store(events: list[SalesEvent]) -> int:
        with database.write() as session:
            return store_sales(session, brand, events, at=AT).accepted

    return least([cost(partial(store, new_events(rng, call, styles))) for call in range(CALLS)])


def new_events(rng: np.random.Generator, call: int, styles: int) -> list[SalesEvent]:
    """Make a call of as many styles and SKUs whatever the fleet, two events a style."""
    at = AT - timedelta(hours=1)
    sold = np.repeat(rng.choice(styles, EVENTS_A_CALL // 2, replace=False) + 1, 2)
    return [
        SalesEvent(f"new-{call:03d}-{row:05d}", f"S{style}-{row % SKUS_A_STYLE}", "sale", 1, at)
        for row, style in enumerate(sold)
    ]


def refreshed(database: Database, settings: Settings) -> Cost:
    """Return what a style costs, of the fastest batch after one that warms up."""

    def batch() -> int:
        outcome = refresh_next(database, settings, at=AT)
        assert outcome is not None
        assert not outcome.errors
        return len(outcome.fates)

    return least([cost(batch) for _ in range(BATCHES + 1)][1:])


def measure(kind: str, styles: int) -> None:
    """Print one row of the table."""
    settings = Settings()
    with new_database(kind) as url:
        database = Database(url)
        brand = seed_catalog(database, styles)
        store_past(database, styles)
        with database.write() as session:  # as every style is, by its next midnight
            every = active_style_ids(session, brand.id)
            mark_due(session, brand.id, every, at=AT + timedelta(hours=16))
        event = posted(database, brand, styles)
        before = _peak()
        learning = cost(lambda: len([priors_for(database, brand, AT.date())]))
        learned = _peak()
        style = refreshed(database, settings)
        database.close()
    print(
        f"{kind:11} {styles:8,} styles {styles * EVENTS_A_STYLE:11,} events:"
        f" {event.said('us an event', 1e6)}, {style.said('ms a style', 1e3)},"
        f" learning {learning.said('s', 1)}; peak {before:,.0f} MB, {learned:,.0f} learning,"
        f" {_peak():,.0f} at the end",
        flush=True,
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    if len(sys.argv) > 2 and sys.argv[1] in NUMBERED:
        measure(sys.argv[1], int(sys.argv[2]))
        return
    print(f"{date.today()}  {datetime.now(UTC):%H:%M} UTC")
    for kind in NUMBERED:
        for styles in map(int, sys.argv[1:] or SIZES):
            command = [sys.executable, "-m", "tests.benchmarks.growth", kind, str(styles)]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
