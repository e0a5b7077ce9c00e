"""What came in, counted by the process that took it in; what workers took in, in the database."""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime

from prometheus_client import Counter, Histogram
from prometheus_client.core import Metric
from sqlalchemy.orm import Session

from app.jobs.metrics import total
from app.jobs.totals import count
from app.web.metrics import PROCESS

TAKEN = "worker_sales_events"
WORDS = ("accepted", "duplicate", "rejected")

_events = Counter(
    "shortrun_sales_events",
    "Sales events posted, by what became of them.",
    ("outcome",),
    registry=PROCESS,
)
_OUTCOMES = {outcome: _events.labels(outcome) for outcome in WORDS}
_sizes = Histogram(
    "shortrun_sales_batch_events",
    "Events in one call.",
    registry=PROCESS,
    buckets=(1, 10, 100, 1_000, 10_000),
)
_seconds = Histogram(
    "shortrun_sales_seconds",
    "Seconds to store the events of one call, commit included.",
    registry=PROCESS,
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


def count_sales(counts: Mapping[str, int], *, began: float) -> None:
    """Count the events of one call, once they are committed.

    Args:
        counts: How many were accepted, duplicate and rejected.
        began: When storing began, by `time.perf_counter()`.
    """
    _seconds.observe(time.perf_counter() - began)
    _sizes.observe(sum(counts.values()))
    for outcome, events in counts.items():
        _OUTCOMES[outcome].inc(events)
        if events:
            count(TAKEN, outcome, events)  # only a worker adds to the stored totals


def sales_metrics(session: Session, at: datetime) -> Iterator[Metric]:  # noqa: ARG001  a reading
    """Read what all workers took in since the first one: of files, and of shops' orders."""
    words = "Sales events that workers took in from files and shops, by what became of them."
    yield total(session, TAKEN, words, label="outcome", known=WORDS)
