"""Who comes in: the part of every keyed request that happens before its body is read.

`main` hangs up the one function that knows keys (`parties.access.authenticate`); this module
knows only that it answers with somebody who has a key id.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, cast

from fastapi import Request

from app.web.limits import Limits


class Principal(Protocol):
    """Somebody who was let in."""

    @property
    def key_id(self) -> str:
        """The id of the key that was shown."""

    @property
    def seal(self) -> bytes:
        """A secret that only whoever shows this key can give again."""


Authenticate = Callable[[Request], Awaitable[Principal]]


async def admit(request: Request) -> None:
    """Let the request in, within its limits; leave who it is on `request.state.caller`.

    Raises:
        Unauthenticated: If the key is missing, unknown, revoked or expired.
        TooManyRequests: If the key, or an address that keeps failing, has used up its share.
    """
    limits = cast(Limits, request.app.state.limits)
    authenticate = cast(Authenticate, request.app.state.authenticate)
    caller = await authenticate(request)
    state = request.scope.setdefault("state", {})  # `request.state`, without asking for it twice
    state["rate_limit"] = limits.take(caller.key_id)
    state["caller"] = caller
