"""Spans, as a collector receives them from a process of the service."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

TRACE = "0af7651916cd43dd8448eb211c80319c"
SERVE_ONE = f"""
import asyncio, httpx, os
from opentelemetry import trace
from app.database.database import Database
from app.main import create_app
from app.settings import Settings
from app.web.tracing import configure_tracing

async def ask():
    transport = httpx.ASGITransport(create_app(Settings(), Database("sqlite://")))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        headers = {{"traceparent": "00-{TRACE}-b7ad6b7169203331-01"}}
        for asked in os.environ["ASKED"].split():
            await client.get(asked, headers=headers)

configure_tracing()
asyncio.run(ask())
flush = getattr(trace.get_tracer_provider(), "shutdown", None)
if flush:
    flush()
"""


class Collector(HTTPServer):
    """Keeps what is posted to it."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        super().__init__(("127.0.0.1", 0), Receiver)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Receiver(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        self.server.received.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


def serve_one(endpoint: str, asked: str = "/livez") -> None:
    environment = {
        **os.environ,
        "ASKED": asked,
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
    }
    subprocess.run([sys.executable, "-c", SERVE_ONE], env=environment, check=True)


def test_a_request_is_a_step_of_its_callers_trace(collector: Collector) -> None:
    serve_one(collector.url)

    [spans] = collector.received
    assert b"GET /livez" in spans
    assert bytes.fromhex(TRACE) in spans


def test_without_an_endpoint_nothing_is_sent(collector: Collector) -> None:
    serve_one("")

    assert collector.received == []


def test_no_credential_in_an_address_reaches_the_collector(collector: Collector) -> None:
    key = "sr_live_0123456789abcdefghijklmnopqrstuvQWERTY"

    asked = f"/v1/styles/{key}?{key}&limit=77001&q={key} /console/sign-in/AbCdEfGhIjKlMnOp"
    serve_one(collector.url, asked)

    [spans] = collector.received
    for shown in (b"/v1/styles/...", b"limit=...", b"/console/sign-in/..."):
        assert shown in spans
    for hidden in (b"0123456789", b"77001", b"AbCdEfGh"):
        assert hidden not in spans
