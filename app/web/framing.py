"""Refuse a request whose frame two readers on the way may read differently.

The HTTP/1.1 parser below refuses most of them itself. What it lets pass are a length beside chunks
(RFC 9112, 6.1: whoever takes such a request must close the connection behind it), and versions of
the protocol that nobody speaks.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from app.web.problems import problem

SPOKEN = frozenset({"1.0", "1.1"})


def misframed(scope: Scope) -> Response | None:
    """Return the answer to a request that is ambiguous, the last on its connection; else None."""
    names = {name for name, _ in scope["headers"]}
    if {b"content-length", b"transfer-encoding"} <= names:
        detail = "Content-Length and Transfer-Encoding exclude each other"
        return _last(scope, 400, "ambiguous_length", detail)
    if scope["http_version"] not in SPOKEN:
        return _last(scope, 505, "version_not_supported", "speak HTTP/1.1")
    return None


def _last(scope: Scope, status: int, code: str, detail: str) -> Response:
    return problem(Request(scope), status, code, detail, headers={"Connection": "close"})
