"""What this process counts, for Prometheus, and what is read from the database when it asks."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy.orm import Session

from app.clock.time import now
from app.database.database import Database
from app.errors import Unavailable

PROCESS = CollectorRegistry()
"""What rooms count in this process, whichever app of it did it."""

Reading = Callable[[Session, datetime], Iterable[Metric]]
"""Reads metrics from the database at a service time: the same whichever process is asked."""


class Metrics:
    """What one app answered; and, when asked for, what its process and its database know.

    Each app has a registry of its own, so that two of them in one test do not collide.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "shortrun_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        # Finding a child by its labels costs more than counting in it.
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._seconds = Histogram(
            "shortrun_request_seconds",
            "Seconds to answer.",
            ("method", "route"),
            registry=self.registry,
            buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60),
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        known = method if method in {"GET", "PUT", "POST", "DELETE"} else "other"
        found = self._children.get((known, route, status))
        if found is None:
            found = (
                self._requests.labels(known, route, str(status)),
                self._seconds.labels(known, route),
            )
            self._children[known, route, status] = found
        found[0].inc()
        found[1].observe(seconds)

    def read_at_scrape(
        self, database: Database, readings: Sequence[Reading], *, sandbox: bool
    ) -> None:
        """Add what is read from the database when it is asked for, all in one snapshot."""
        self.registry.register(_Readings(database, readings, sandbox))

    def exposition(self) -> bytes:
        """Return everything in the text format."""
        return generate_latest(self.registry) + generate_latest(PROCESS)


def gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    """Return a gauge without labels, as it is now."""
    return GaugeMetricFamily(f"shortrun_{name}", words, value=value)


class _Readings:
    """A collector of what the database knows; fewer metrics while it is away."""

    def __init__(self, database: Database, readings: Sequence[Reading], sandbox: bool) -> None:
        self._database = database
        self._readings = readings
        self._sandbox = sandbox

    def collect(self) -> Iterable[Metric]:
        """Read now."""
        found: list[Metric] = []
        try:
            with self._database.read() as session:
                at = now(session, sandbox=self._sandbox)
                for reading in self._readings:
                    found += reading(session, at)
        except Unavailable:
            found = []
        up = float(bool(found))
        return [gauge("database_up", "Whether the database answered.", up), *found]

    def describe(self) -> Iterable[Metric]:
        """Promise nothing: the names are known when they are read."""
        return ()
