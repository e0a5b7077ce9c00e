"""How feeds are written and read."""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.recommendations.reading import FeedPage
from app.recommendations.tables import FeedHead
from app.web.metrics import PROCESS

_polls = Counter(
    "shortrun_feed_polls",
    "Reads of feeds answered: with news, empty, or 304 as before.",
    ("outcome",),
    registry=PROCESS,
)
# Finding a child by its label costs more than counting in it.
_news, _empty, _unchanged = (_polls.labels(outcome) for outcome in ("news", "empty", "unchanged"))

WAITING = Gauge(
    "shortrun_feed_waiting_requests",
    "Requests that this process holds until there is news.",
    registry=PROCESS,
)

_lag = Histogram(
    "shortrun_feed_lag_events",
    "Events that a reader had not read yet when it asked and there was news.",
    registry=PROCESS,
    buckets=(1, 10, 100, 1_000, 10_000, 100_000),
)


def count_poll(page: FeedPage, *, is_unchanged: bool) -> None:
    """Count a read of a feed, and how far its reader was behind where there was news."""
    if is_unchanged:
        _unchanged.inc()
    elif page.is_empty:
        _empty.inc()
    else:
        _news.inc()
        _lag.observe(page.head.last_seq - page.begin)


def feed_metrics(session: Session, at: datetime) -> Iterator[Metric]:  # noqa: ARG001  a reading
    """Read how much all feeds together hold and held: each head knows its last position."""
    published = session.scalar(select(func.sum(FeedHead.last_seq))) or 0
    yield CounterMetricFamily(
        "shortrun_feed_events", "Events published in all feeds.", value=float(published)
    )
