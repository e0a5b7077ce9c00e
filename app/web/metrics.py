"""What this process counts, for Prometheus."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

Reading = Callable[[], dict[str, float]]


class Metrics:
    """One registry a process, so that two apps in one test do not collide."""

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

    def read_at_scrape(self, reading: Reading) -> None:
        """Add gauges that are read when asked for: a name without prefix, and its value."""
        self.registry.register(_Readings(reading))

    def exposition(self) -> bytes:
        """Return everything in the text format."""
        return generate_latest(self.registry)


class _Readings:
    """A collector of gauges from one function."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def collect(self) -> Iterable[Metric]:
        """Read now."""
        for name, value in self._reading().items():
            yield GaugeMetricFamily(f"shortrun_{name}", name.replace("_", " "), value=value)

    def describe(self) -> Iterable[Metric]:
        """Promise nothing: the names are known when they are read."""
        return ()
