"""What a worker does in the brand of `growth`: learn the day, refresh styles all over the fleet.

    uv run python -m tests.benchmarks.growth_worker URL

Prints its figures as JSON.
"""

import json
import resource
import sys
import time
from dataclasses import asdict, dataclass
from datetime import timedelta

import numpy as np

from app.catalog.queries import active_style_ids
from app.database.database import Database
from app.jobs.work import mark_due
from app.parties.queries import brand_named
from app.parties.refs import BrandRef
from app.refresh.learn import priors_for
from app.refresh.pipeline import refresh_next
from app.settings import Settings
from tests.benchmarks.processes import server_seconds
from tests.benchmarks.refresh import AT

STYLES, BATCHES = 2_100, 7
"""The first batch warms up."""


@dataclass(frozen=True)
class Refreshed:
    """What a style cost, milliseconds; learning, seconds of processor; memory at most, MiB."""

    wall: float
    processor: float
    server: float
    learning: float
    peak: float


def make_due(database: Database, brand: BrandRef) -> None:
    """Mark styles all over the fleet due before all others are."""
    rng = np.random.default_rng(3)
    with database.write() as session:
        every = active_style_ids(session, brand.id)
        some = rng.choice(every, min(STYLES, len(every)), replace=False)
        mark_due(session, brand.id, some.tolist(), at=AT - timedelta(minutes=1))


def refreshed(database: Database, brand: BrandRef, settings: Settings) -> Refreshed:
    started = time.process_time()
    priors_for(database, brand, AT.date())
    learning = time.process_time() - started
    walls, processor, served, styles = [], 0.0, 0.0, 0
    for number in range(BATCHES):
        wall, ours, server = _clocks(database)
        outcome = refresh_next(database, settings, at=AT)
        if outcome is None:
            break  # all styles of a small fleet
        assert not outcome.errors
        if number:
            after = _clocks(database)
            walls.append((after[0] - wall) / len(outcome.fates))
            processor += after[1] - ours
            styles += len(outcome.fates)
            served += after[2] - server
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    scale = 1e3 / styles
    return Refreshed(
        float(np.median(walls)) * 1e3, processor * scale, served * scale, learning, peak
    )


def _clocks(database: Database) -> tuple[float, float, float]:
    return time.perf_counter(), time.process_time(), server_seconds(database)


def main() -> None:
    database = Database(sys.argv[1])
    with database.read() as session:
        brand = brand_named(session, "acme")
    assert brand is not None
    make_due(database, brand)
    print(json.dumps(asdict(refreshed(database, brand, Settings()))))
    database.close()


if __name__ == "__main__":
    main()
