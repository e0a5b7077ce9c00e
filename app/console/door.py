"""Who comes in, and what every request of the console passes: session, form, errors.

`pages()` makes a router whose routes all do this. A route takes what it needs as an argument:
`VisitorDep`, `OpsVisitor`, `PathBrand`, `FormDep`.
"""

from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Annotated, Any, cast

import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from app.console.answers import refused, refused_page, signed_out
from app.console.forms import Form, take_form
from app.console.queries import brand_codes
from app.console.sessions import Visitor, seen, visitor_with
from app.errors import NotFound, ShortrunError
from app.parties.queries import brand_named
from app.parties.refs import BrandRef
from app.web.context import current_database
from app.web.upload import Form as Upload

COOKIE = "shortrun_console"
BEFORE = "shortrun_sign_in"
"""What a browser has before anybody is signed in: the forms for that need a token, too."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_log = structlog.get_logger("shortrun.console")


class ConsoleRoute(APIRoute):
    """A page or a form behind the session; what is refused is said on a page."""

    open_to_all = False

    def get_route_handler(self) -> Handler:
        """Wrap FastAPI's handler."""
        inner = super().get_route_handler()
        takes_file = any(one.call is _upload for one in self.dependant.dependencies)

        async def handle(request: Request) -> Response:
            request.state.visitor, request.state.form = None, {}
            try:
                async with AsyncExitStack() as files:
                    _refuse_nul(request)
                    await _look_for_visitor(request)
                    if request.state.visitor is None and not self.open_to_all:
                        return signed_out(request)
                    if request.method == "POST":
                        token = request.cookies.get(BEFORE if self.open_to_all else COOKIE)
                        request.state.form = await take_form(
                            request, token, files if takes_file else None
                        )
                    return await inner(request)
            except ShortrunError as error:
                return refused(request, error)
            except (RequestValidationError, HTTPException):
                return refused(request, _no_page())
            except Exception as error:  # noqa: BLE001  logged in full, and said on a page
                _log.error("request failed", exc_info=error)
                return refused_page(request, 500, "Something went wrong here; it was logged.")

        return handle


class OpenRoute(ConsoleRoute):
    """A page for whoever comes, signed in or not."""

    open_to_all = True


def pages(*, open_to_all: bool = False) -> APIRouter:
    """Return a router for pages under `/console`, none of which the API's document knows."""
    return APIRouter(
        prefix="/console",
        include_in_schema=False,
        route_class=OpenRoute if open_to_all else ConsoleRoute,
    )


async def _look_for_visitor(request: Request) -> None:
    """Look the session up, with every request: one that was ended is good nowhere any more."""
    token = request.cookies.get(COOKIE)
    if token is not None:
        await run_in_threadpool(_look_up, request, token)


def _look_up(request: Request, token: str) -> None:
    at, database = datetime.now(UTC), current_database(request)
    with database.read() as session:
        visitor = visitor_with(session, token, at=at)
        if visitor is not None:
            own = visitor.brand
            request.state.brands = [(own.code, own.name)] if own else brand_codes(session)
    request.state.visitor = visitor
    if visitor is not None and visitor.is_due:
        with database.write() as session:
            seen(session, visitor, at=at)


def _refuse_nul(request: Request) -> None:
    """Nothing is called so, and PostgreSQL fails on the question."""
    if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise _no_page()


def _no_page() -> NotFound:
    return NotFound("there is no such page, or it is not yours")


async def _current_visitor(request: Request) -> Visitor:
    return cast(Visitor, request.state.visitor)


async def _ops_visitor(request: Request) -> Visitor:
    visitor = await _current_visitor(request)
    if not visitor.is_ops:
        raise _no_page()
    return visitor


async def _path_brand(request: Request, brand: str) -> BrandRef:
    visitor = await _current_visitor(request)
    if visitor.brand is None:
        found = await run_in_threadpool(_named, request, brand)
    else:
        found = visitor.brand if visitor.brand.code == brand else None
    if found is None:
        raise _no_page()
    request.state.brand = found
    return found


def _named(request: Request, code: str) -> BrandRef | None:
    with current_database(request).read() as session:
        return brand_named(session, code)


async def _form(request: Request) -> Form:
    return cast(Form, request.state.form)


async def _upload(request: Request) -> Upload:
    """Return the form's file; of a form that has none there is no page."""
    if not hasattr(request.state, "upload"):
        raise _no_page()
    return cast(Upload, request.state.upload)


VisitorDep = Annotated[Visitor, Depends(_current_visitor)]
OpsVisitor = Annotated[Visitor, Depends(_ops_visitor)]
PathBrand = Annotated[BrandRef, Depends(_path_brand)]
FormDep = Annotated[Form, Depends(_form)]
UploadDep = Annotated[Upload, Depends(_upload)]
