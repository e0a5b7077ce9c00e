"""A route that is called by the same address again and again: a poll, or a sale as it happens.

What an address means is worked out once: reading three parameters takes FastAPI 80 microseconds,
as long as answering a poll takes otherwise, and resolving who a sale is of 150.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from app.web.door import admit
from app.web.routing import Handler, StrictRoute

MOST_REMEMBERED = 10_000
LONGEST_REMEMBERED_BYTES = 400
"""Longer than any address that is of use."""

Endpoint = Callable[..., Awaitable[Response]]
Address = tuple[str, bytes]


class DirectRoute(StrictRoute):
    """A strict route whose parameters come from its address and body alone, besides the request.

    What its dependencies say may be another thing next time: the endpoint asks them itself, and
    declares them only where they are to refuse before a body that is no good does. Who shows the
    key is checked each time.
    """

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:
        """Take what every route takes."""
        self._known: dict[Address, dict[str, Any]] = {}
        self._endpoint = endpoint

        @wraps(endpoint)
        async def remembering(request: Request, **values: Any) -> Response:
            self._remember(request, values)
            return await endpoint(request, **values)

        super().__init__(path, remembering, **options)
        if self.keyed and self.methods == {"GET"}:
            self._resolving, self.app = self.app, self._answer

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a `GET` of an address that is understood; FastAPI does for every other.

        There is neither body nor parameter to read, nor anything to close behind it: beyond who
        asks, the boundary has nothing to do. What it refuses is answered further out.
        """
        values = self._known.get((scope["path"], scope["query_string"]))
        if values is None:
            await self._resolving(scope, receive, send)
            return
        request = Request(scope, receive, send)
        await admit(request)
        response = await self._endpoint(request, **values)
        await response(scope, receive, send)

    def understands(self, request: Request) -> bool:
        """Say whether the address is one of those remembered."""
        return _address(request) in self._known

    def answering(self) -> Handler:
        """Call the endpoint where the address is understood and the body is good."""
        resolving = super().answering()
        body = self.body_field

        async def answer(request: Request) -> Response:
            values = self._known.get(_address(request))
            if values is None or body is None:
                return await resolving(request)
            given, errors = body.validate(await request.json(), {}, loc=("body",))
            if errors:
                return await resolving(request)  # it tells them, unless a dependency refuses
            return await self._endpoint(request, **values, **{body.name: given})

        return answer

    def _remember(self, request: Request, values: dict[str, Any]) -> None:
        address = _address(request)
        if len(address[0]) + len(address[1]) > LONGEST_REMEMBERED_BYTES:
            return
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        body = self.body_field.name if self.body_field else None
        self._known[address] = {name: value for name, value in values.items() if name != body}


def _address(request: Request) -> Address:
    return request.scope["path"], request.scope["query_string"]
