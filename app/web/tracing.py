"""Spans for OpenTelemetry: where time goes, across processes.

Without `OTEL_EXPORTER_OTLP_ENDPOINT` nothing is recorded. With it,
the `telemetry` extra must be installed; the other `OTEL_` variables mean what they always do.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version

from opentelemetry import propagate, trace
from opentelemetry.propagators.textmap import Getter
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, StatusCode
from starlette.types import Scope

from app.errors import SetupError

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"

_tracer = trace.get_tracer("shortrun")
_on: list[bool] = []
"""Holds something once spans are sent: what nobody receives is not even begun."""


def configure_tracing() -> None:
    """Send this process's spans where the environment says, if it says so.

    Raises:
        SetupError: If it does, and the packages for it are not installed.
    """
    if not os.environ.get(ENDPOINT):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise SetupError(f"{ENDPOINT} needs the extra: uv sync --extra telemetry") from None
    named = {"service.name": "shortrun", "service.version": version("shortrun")}
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    _on.append(True)


@contextmanager
def span(name: str, **attributes: str | int) -> Iterator[Span]:
    """Record what the block does as a step of what is under way."""
    if not _on:
        yield INVALID_SPAN
        return
    with _tracer.start_as_current_span(name, attributes=attributes) as started:
        yield started


@contextmanager
def request_span(scope: Scope) -> Iterator[Span]:
    """Record one request, as a step of the caller's trace where it names one."""
    if not _on:
        yield INVALID_SPAN
        return
    parent = propagate.extract(scope, getter=_HEADERS)
    name = str(scope["method"])
    with _tracer.start_as_current_span(name, context=parent, kind=SpanKind.SERVER) as started:
        yield started


def answered(started: Span, method: str, route: str, status: int) -> None:
    """Name the request by its route, which is known only once it was matched."""
    if not started.is_recording():
        return
    started.update_name(f"{method} {route}")
    started.set_attributes(
        {"http.request.method": method, "http.route": route, "http.response.status_code": status}
    )
    if status >= 500:
        started.set_status(StatusCode.ERROR)


class _Headers(Getter[Scope]):
    """How the propagator reads a request's headers."""

    def get(self, carrier: Scope, key: str) -> list[str] | None:
        """Return a header's values."""
        wanted = key.lower().encode()
        return [value.decode("latin-1") for name, value in carrier["headers"] if name == wanted]

    def keys(self, carrier: Scope) -> list[str]:
        """Return the headers' names."""
        names: Iterable[bytes] = (name for name, _ in carrier["headers"])
        return [name.decode("latin-1") for name in names]


_HEADERS = _Headers()
