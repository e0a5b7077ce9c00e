"""The outermost layer: a request id in every answer and log line, headers, and the last catch.

Plain ASGI, because Starlette's own outermost layer answers outside of every other: a 500 would
leave without the id by which it is found in the logs.
"""

import re
import time
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.ids import uuid7
from app.web.etag import NO_NEWS
from app.web.framing import misframed
from app.web.metrics import Metrics
from app.web.problems import failure_of, problem

_SANE = re.compile(r"[A-Za-z0-9._~-]{1,128}")
_log = structlog.get_logger("shortrun.web")

SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
DEFAULT_HEADERS = (
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


class RequestId:
    """Wraps the whole app."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics
        self._log = _log.bind()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _given(scope) or uuid7()
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = request_id
        answer = _Answer(scope, send, request_id)
        began = time.perf_counter()
        # `bound_contextvars` reads every context variable first: 6 us, a tenth of a poll.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            try:
                refusal = misframed(scope)
                await (refusal or self.app)(scope, receive, answer.send)
            except Exception as error:
                if answer.status is not None:
                    raise
                await failure_of(Request(scope), error)(scope, receive, answer.send)
            self._note(scope, answer.status or 0, time.perf_counter() - began)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """Count an answered request, and write its line."""
        method, route = scope["method"], route_of(scope)
        self.metrics.count(method, route, status, seconds)
        # Polls without news are most of all requests, and not worth a line each.
        say = self._log.debug if status == NO_NEWS else self._log.info
        say("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


class _Answer:
    """Passes the answer on, with the headers that every answer carries."""

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self.scope = scope
        self.status: int | None = None
        self._send = send
        self._request_id = request_id

    async def send(self, message: Message) -> None:
        """Send one message of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = message.get("headers", ())
            present = {name for name, _ in given}
            headers = [*given, (b"x-request-id", self._request_id.encode()), *SECURITY_HEADERS]
            headers += [pair for pair in DEFAULT_HEADERS if pair[0] not in present]
            allowance = self.scope["state"].get("rate_limit")
            if allowance is not None:
                told = allowance.headers()
                headers += [(name.encode(), value.encode()) for name, value in told.items()]
            message = {**message, "headers": headers}
        await self._send(message)


def unread(status: int, code: str, detail: str) -> bytes:
    """Return the answer to what could not be read as a request, the last on its connection."""
    request_id = uuid7()
    _log.info("unread", request_id=request_id, status=status, reason=detail)
    scope = {"type": "http", "state": {"request_id": request_id}}
    answer = problem(Request(scope), status, code, detail, headers={"Connection": "close"})
    headers = [
        *answer.raw_headers,
        (b"x-request-id", request_id.encode()),
        *SECURITY_HEADERS,
        *DEFAULT_HEADERS,
    ]
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join([*lines, b"", bytes(answer.body)])


def route_of(scope: Scope) -> str:
    """Return the template of the matched path: few values, none of them a caller's."""
    route = scope.get("route")
    return str(getattr(route, "path", "none"))


def _given(scope: Scope) -> str | None:
    given = [value for name, value in scope["headers"] if name == b"x-request-id"]
    text = given[0].decode("latin-1") if len(given) == 1 else ""
    return text if _SANE.fullmatch(text) else None
