"""How long the service waits for a request that does not come on."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI, Request

from app.patience import PatientProtocol
from app.serving import listen

PATIENCE = 0.3
HEAD = b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 60000\r\n"


class Impatient(PatientProtocol):
    patience_seconds = PATIENCE
    least_body_bytes = 1000


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    app = FastAPI()

    @app.post("/")
    async def size(request: Request) -> int:
        return len(await request.body())

    @app.get("/slow")
    async def slow() -> str:
        await asyncio.sleep(3 * PATIENCE)
        return "done"

    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(app, http=Impatient, log_config=None, timeout_keep_alive=5)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield listening.getsockname()[:2]
    server.should_exit = True
    thread.join()
    listening.close()


def said_until_closed(sock: socket.socket) -> bytes:
    """Return everything up to the end of the connection; an endless one times out."""
    sock.settimeout(10 * PATIENCE)
    said = b""
    with contextlib.suppress(ConnectionResetError):
        while more := sock.recv(4096):
            said += more
    return said


@pytest.mark.parametrize("beginning", [b"GET / HT", HEAD])
def test_headers_that_do_not_come_end_the_connection(
    address: tuple[str, int], beginning: bytes
) -> None:
    with socket.create_connection(address) as sock:
        sock.sendall(beginning)
        said = said_until_closed(sock)

    assert said.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    ("beginning", "status", "code"),
    [
        (b"GET / HT", 408, "request_timeout"),
        (b"NONSENSE\r\n\r\n", 400, "malformed"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "malformed"),
    ],
)
def test_what_is_not_read_as_a_request_is_refused_like_everything_else(
    address: tuple[str, int], beginning: bytes, status: int, code: str
) -> None:
    with socket.create_connection(address) as sock:
        sock.sendall(beginning)
        head, _, body = said_until_closed(sock).partition(b"\r\n\r\n")

    problem = json.loads(body)
    assert (problem["status"], problem["code"]) == (status, code)
    headers = dict(line.split(b": ", 1) for line in head.lower().splitlines()[1:])
    assert headers[b"content-type"] == b"application/problem+json"
    assert headers[b"content-length"] == str(len(body)).encode()
    assert headers[b"x-request-id"] == problem["request_id"].encode()
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"connection"] == b"close"


def test_who_never_began_to_ask_is_told_nothing(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as sock:
        said = said_until_closed(sock)

    assert said == b""


def test_headers_that_came_late_leave_the_body_its_time(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as sock:
        sock.sendall(HEAD)
        time.sleep(PATIENCE * 0.8)
        sock.sendall(b"connection: close\r\n\r\n")
        time.sleep(PATIENCE * 0.8)
        sock.sendall(b"x" * 60_000)
        said = said_until_closed(sock)

    assert said.endswith(b"60000")


def test_headers_dripping_in_do_not_buy_time(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as sock, contextlib.suppress(OSError):
        for byte in HEAD:
            sock.sendall(bytes([byte]))
            time.sleep(PATIENCE / 5)
        pytest.fail("all headers were taken")


def test_a_body_that_stops_ends_the_connection(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as sock:
        sock.sendall(HEAD + b"\r\n" + b"x" * 5000)
        said = said_until_closed(sock)

    assert b"200 OK" not in said


def test_a_slow_body_that_comes_on_is_taken(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as sock:
        sock.sendall(HEAD + b"connection: close\r\n\r\n")
        for _ in range(10):
            sock.sendall(b"x" * 6000)
            time.sleep(PATIENCE / 2)
        said = said_until_closed(sock)

    assert said.endswith(b"60000")


def test_a_slow_answer_is_waited_for(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as sock:
        sock.sendall(b"GET /slow HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n")
        said = said_until_closed(sock)

    assert said.endswith(b'"done"')


def test_between_two_requests_a_connection_may_rest(address: tuple[str, int]) -> None:
    asked = b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 2\r\n"
    with socket.create_connection(address) as sock:
        sock.sendall(asked + b"\r\nxx")
        sock.recv(4096)
        time.sleep(3 * PATIENCE)
        sock.sendall(asked + b"connection: close\r\n\r\nxx")
        said = said_until_closed(sock)

    assert said.endswith(b"2")
