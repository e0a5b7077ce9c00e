"""What waits for a worker, and which workers there are: read when Prometheus asks."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.jobs.beats import living
from app.jobs.signals import noted
from app.jobs.tables import DueWork
from app.jobs.totals import totals_of
from app.web.metrics import gauge

LONGEST_REST = timedelta(hours=1)
"""A style that failed is not due for so long, and its signal is unanswered all the same."""


def work_metrics(session: Session, at: datetime) -> Iterator[Metric]:
    """Read the queue and its workers; `due_at` is indexed, so that only what is due is looked at.

    Args:
        session: In a read transaction.
        at: The service's time, by which styles are due.
    """
    wall = datetime.now(UTC)
    is_due, is_leased = DueWork.due_at <= at, DueWork.lease_until > wall
    due, leased, oldest = session.execute(
        select(func.count(), func.count().filter(is_leased), func.min(DueWork.due_at)).where(is_due)
    ).one()
    signal = session.scalar(
        select(func.min(DueWork.signal_at)).where(DueWork.due_at <= at + LONGEST_REST)
    )
    more, since = noted(session, at)
    yield gauge("due_styles", "Styles that are due, claimed ones included.", due + more)
    yield gauge("leased_styles", "Due styles that a worker works on.", leased)
    yield gauge(
        "oldest_due_seconds", "How long the oldest due style has been due.", _age(at, oldest, since)
    )
    yield gauge(
        "oldest_signal_seconds",
        "Age of the oldest signal that no decision answers yet.",
        _age(at, signal, since),
    )
    workers = living(session, wall)
    yield gauge("workers", "Workers that said within a minute that they live.", len(workers))
    refreshed = GaugeMetricFamily(
        "shortrun_worker_last_refresh_timestamp_seconds",
        "When each living worker last brought styles to an end, Unix time.",
        labels=["worker"],
    )
    for worker in workers:
        if worker.refreshed_at is not None:
            refreshed.add_metric([worker.worker], worker.refreshed_at.timestamp())
    yield refreshed


def total(
    session: Session, name: str, words: str, *, label: str, known: Iterable[str]
) -> CounterMetricFamily:
    """Return the stored total of a name as a counter; a known label that nothing did yet is 0."""
    family = CounterMetricFamily(f"shortrun_{name}", words, labels=[label])
    for value, counted in (dict.fromkeys(known, 0.0) | totals_of(session, name)).items():
        family.add_metric([value], counted)
    return family


def _age(at: datetime, *since: datetime | None) -> float:
    return max([0.0, *((at - time).total_seconds() for time in since if time is not None)])
