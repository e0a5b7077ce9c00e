"""What arrives on the wire before it is a request: no two readings of one, and room for many."""

import contextlib
import resource
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.faults.site import Site

IDLE = 1_000
GET = b"GET /livez HTTP/1.1\r\nhost: here\r\n\r\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    made = Site(f"sqlite:///{sqlite_template}", tmp_path_factory.mktemp("wire"))
    made.api()
    yield made
    made.end_all()


def said(site: Site, raw: bytes) -> bytes:
    """Send bytes and return everything up to the end of the connection."""
    with socket.create_connection(("127.0.0.1", site.port)) as sock:
        sock.settimeout(20)
        sock.sendall(raw)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while more := sock.recv(4096):
                answer += more
    return answer


@pytest.mark.parametrize(
    "head",
    [
        b"content-length: 4\r\ncontent-length: 40\r\n",
        b"content-length: 4\r\ntransfer-encoding: chunked\r\n",
        b"transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
        b"transfer-encoding: xchunked\r\n",
        b"transfer-encoding : chunked\r\n",
        b"transfer-encoding: chunked\r\n content-length: 4\r\n",
        b"content-length: +4\r\n",
        b"content-length: 4, 40\r\n",
        b"content-length: 0x4\r\n",
        b"content-length: -1\r\n",
        b"x: a\rcontent-length: 4\r\n",
        b"x: a\0b\r\n",
        b": no name\r\n",
        b"x y: a\r\n",
    ],
)
def test_a_request_that_two_readers_read_differently_is_the_last_on_its_connection(
    site: Site, head: bytes
) -> None:
    smuggled = b"0\r\n\r\n" + GET

    answer = said(site, b"POST /v1/sales HTTP/1.1\r\nhost: here\r\n" + head + b"\r\n" + smuggled)

    # Closing with bytes unread may overtake the refusal on its way.
    assert answer.startswith(b"HTTP/1.1 4") or not answer
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert b"alive" not in answer


@pytest.mark.parametrize(
    "line", [b"GET /livez", b"GET  /livez HTTP/1.1", b"\0", b"GET /livez HTTP/9.9", b"\x16\x03\x01"]
)
def test_what_is_no_request_line_is_refused(site: Site, line: bytes) -> None:
    answer = said(site, line + b"\r\nhost: here\r\n\r\n")

    assert b"alive" not in answer


def test_two_requests_sent_at_once_are_answered_in_turn(site: Site) -> None:
    closing = b"GET /livez HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n"

    answer = said(site, GET + closing)

    assert answer.count(b'{"status":"alive"}') + answer.count(b'{"status":"ok"}') == 2


def test_a_thousand_idle_connections_cost_little_and_hold_up_nobody(site: Site) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4 * IDLE)), hard))
    process = psutil.Process(site.started[0].pid)
    before = process.memory_info().rss
    with contextlib.ExitStack() as open_ones:
        for _ in range(IDLE):
            open_ones.enter_context(socket.create_connection(("127.0.0.1", site.port)))
        answered = httpx.get(f"{site.url}/livez", trust_env=False, timeout=30)
        grown = process.memory_info().rss - before

    assert answered.status_code == 200
    assert grown < IDLE * 30_000
