"""Spans for OpenTelemetry: where time goes, across processes. FastAPI records the requests itself.

Without `OTEL_EXPORTER_OTLP_ENDPOINT` nothing is recorded. With it, the `telemetry` extra must be
installed; the other `OTEL_` variables mean what they always do.
"""

import os
from contextlib import AbstractContextManager
from importlib.metadata import version

from fastapi.telemetry import TelemetryConfig
from opentelemetry import trace

from app.errors import SetupError

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"

_tracer = trace.get_tracer("shortrun")


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

        from app.web.discretion import Discretion
    except ImportError:
        raise SetupError(f"{ENDPOINT} needs the extra: uv sync --extra telemetry") from None
    named = {"service.name": "shortrun", "service.version": version("shortrun")}
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(Discretion())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def told_of_requests() -> TelemetryConfig:
    """Return what FastAPI tells OpenTelemetry: spans, where this process sends them, no more.

    Metrics are Prometheus's here and log lines structlog's. Asking at each request whether somebody
    has set up one of the three took 6 us.
    """
    return {"tracing": bool(os.environ.get(ENDPOINT)), "metrics": False, "logs": False}


def span(name: str, **attributes: str | int) -> AbstractContextManager[object]:
    """Record what the block does as a step of what is under way."""
    return _tracer.start_as_current_span(name, attributes=attributes)
