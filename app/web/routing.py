"""Routes as every room makes them: `router(tag=...)`.

A keyed route admits the caller, refuses parameters that it does not know, reads the body strictly
and only then validates it; a `POST` also keeps its answer for an `Idempotency-Key`.
"""

from collections.abc import Callable, Coroutine
from inspect import iscoroutinefunction
from typing import Any

from fastapi import APIRouter, Request, Response, params
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from app.errors import Malformed, NotFound
from app.web.context import current_settings
from app.web.door import admit
from app.web.idempotency import answered_once
from app.web.parameters import known_parameters, refuse_other_parameters
from app.web.problems import PROBLEM_ANSWERS
from app.web.strict import check_media_type, parse_json, read_body
from app.web.threads import no_turn, thread_turn

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRequest(Request):
    """A request whose body was read and parsed here, so that it is parsed only once."""

    def keep(self, body: bytes, parsed: Any) -> None:
        """Remember what `body()` and `json()` are to give back."""
        self._body = body
        self._json = parsed


class StrictRoute(APIRoute):
    """A route behind the boundary: caller, limits, body, idempotency, then FastAPI's own part."""

    keyed = True
    streamed = False
    raw = False

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Take what every route takes."""
        self._begin = path.partition("{")[0]
        self._end = path.rpartition("}")[2]
        super().__init__(path, endpoint, **options)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether a request is for this route; of most addresses both ends say that not.

        A request is matched against one route after the other, 2 us each: to know that it was for
        the fifteenth took a sale 30.
        """
        path: str = scope["path"]
        if path.startswith(self._begin) and path.endswith(self._end):
            return super().matches(scope)
        return Match.NONE, {}

    def understands(self, _request: Request) -> bool:
        """Say whether this very address was taken before, so that it need not be read again."""
        return False

    def answering(self) -> Handler:
        """Return what answers a request that was let in: FastAPI's handler."""
        return super().get_route_handler()

    def get_route_handler(self) -> Handler:
        """Wrap what answers in the boundary."""
        inner = self.answering()
        is_post = "POST" in (self.methods or ())
        field = self.body_field.field_info if self.body_field is not None else None
        takes_form = isinstance(field, params.Form)
        takes_json = field is not None and not takes_form
        needs_body = takes_json and field is not None and field.is_required()
        known = known_parameters(self.dependant)
        turn = no_turn if iscoroutinefunction(self.endpoint) else thread_turn

        async def handle(request: Request) -> Response:
            is_understood = self.understands(request)
            if not is_understood:
                _refuse_nul(request)
            if self.keyed:
                await admit(request)
                if not is_understood:
                    refuse_other_parameters(request, known)
            if self.streamed or takes_form:
                return await inner(request)
            if not (takes_json or is_post):
                async with turn(request):
                    return await inner(request)
            strict = StrictRequest(request.scope, request.receive)
            body = await read_body(strict, limit=current_settings(request).body_limit_bytes)
            if takes_json and not self.raw and (body or needs_body):
                strict.keep(body, _parsed(strict, body))
            else:
                strict.keep(body if self.raw else b"", None)
            async with turn(request):
                if is_post and self.keyed:
                    return await answered_once(strict, body, inner)
                return await inner(strict)

        return handle


class OpenRoute(StrictRoute):
    """A strict route that checks its caller itself (a signature instead of a key)."""

    keyed = False


class StreamedRoute(StrictRoute):
    """A strict route that receives its own body, once it is known that the caller may send one."""

    streamed = True


class SignedRoute(OpenRoute):
    """An open route that gets the body as it came: a signature covers its very bytes."""

    raw = True


def router(
    *,
    tag: str,
    prefix: str = "/v1",
    keyed: bool = True,
    streamed: bool = False,
    signed: bool = False,
) -> APIRouter:
    """Return a room's router: strict routes, one tag, the problem answers declared.

    Args:
        tag: What the docs file the operations under.
        prefix: What every path begins with.
        keyed: False for routes that need no API key.
        streamed: True for routes that receive a large body by themselves.
        signed: True for routes that check a signature of the body themselves.
    """
    return APIRouter(
        prefix=prefix,
        tags=[tag],
        route_class=_class_of(keyed=keyed, streamed=streamed, signed=signed),
        responses=PROBLEM_ANSWERS,
        generate_unique_id_function=_operation_id,
    )


def _class_of(*, keyed: bool, streamed: bool, signed: bool) -> type[StrictRoute]:
    if signed:
        return SignedRoute
    if streamed:
        return StreamedRoute
    return StrictRoute if keyed else OpenRoute


def _parsed(request: Request, body: bytes) -> object:
    """Read a body of JSON, which must be said to be that and must not be empty."""
    check_media_type(request)
    if not body:
        raise Malformed("the body is empty", code="malformed_json")
    return parse_json(body)


def _refuse_nul(request: Request) -> None:
    """Refuse a NUL in an address: nothing is called so, and PostgreSQL fails on the question."""
    if "\0" in request.scope["path"]:
        raise NotFound("there is no such thing")
    if b"%00" in request.scope["query_string"]:
        raise Malformed("a parameter holds a NUL", code="bad_parameter")


def _operation_id(route: APIRoute) -> str:
    """Name an operation after its function: stable, and what a generated client will say."""
    return route.name
