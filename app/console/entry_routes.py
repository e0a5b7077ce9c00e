"""The ways in and out: sign in by password or link, sign out, choose a brand."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.console.answers import HOME, LAST_BRAND, go, local, page
from app.console.attempts import Attempts
from app.console.door import BEFORE, COOKIE, FormDep, VisitorDep, pages
from app.console.forms import text_of
from app.console.queries import link_user
from app.console.sessions import (
    LONGEST,
    close_session,
    csrf_of,
    digest_of,
    new_token,
    open_session,
    use_link,
    user_with_password,
)
from app.web.context import DatabaseDep
from app.web.limits import TooManyRequests

WRONG = "That name and password do not go together."
OVER = "This link was used already, or its 15 minutes are over. Ask for another one."

entry = pages(open_to_all=True)
routes = pages()


async def _attempts(request: Request) -> Attempts:
    """Return the count of failed sign-ins of this process."""
    state = request.app.state
    if not hasattr(state, "console_attempts"):
        state.console_attempts = Attempts()
    found: Attempts = state.console_attempts
    return found


AttemptsDep = Annotated[Attempts, Depends(_attempts)]
Next = Annotated[str, Query(alias="next", max_length=2000)]


@entry.get("/sign-in")
def show_sign_in(request: Request, wanted: Next = HOME) -> Response:
    """Show the form, or go on where somebody is signed in already."""
    if request.state.visitor is not None:
        return go(request, wanted)
    return _sign_in_page(request, wanted)


@entry.post("/sign-in")
def sign_in(
    request: Request, form: FormDep, database: DatabaseDep, attempts: AttemptsDep
) -> Response:
    """Let somebody in who knows their password."""
    name, wanted = text_of(form, "name"), local(text_of(form, "next"))
    address = request.client.host if request.client else "unknown"
    try:
        attempts.check(address, name)
    except TooManyRequests as error:
        seconds = error.allowance.reset_seconds
        words = f"Too many attempts. Wait {seconds} seconds before the next."
        return _sign_in_page(request, wanted, name=name, words=words, status=429)
    with database.read() as session:
        user = user_with_password(session, name, str(form.get("password", "")))
    if user is None:
        attempts.count(address, name)
        return _sign_in_page(request, wanted, name=name, words=WRONG, status=401)
    with database.write() as session:
        token = open_session(session, user, by="password", at=datetime.now(UTC))
    return _signed_in(request, token, wanted)


@entry.get("/sign-in/{token}")
def show_link(request: Request, token: str, database: DatabaseDep) -> Response:
    """Ask whether to sign in: whatever looks at links before people do uses none up."""
    with database.read() as session:
        user = link_user(session, digest_of(token), at=datetime.now(UTC))
    if user is None:
        return _sign_in_page(request, HOME, words=OVER, status=410)
    return _with_before(request, "link.html", name=user.name)


@entry.post("/sign-in/{token}")
def follow_link(request: Request, token: str, database: DatabaseDep) -> Response:
    """Sign the link's user in, once."""
    with database.write() as session:
        opened = use_link(session, token, at=datetime.now(UTC))
    if opened is None:
        return _sign_in_page(request, HOME, words=OVER, status=410)
    return _signed_in(request, opened, HOME)


@routes.post("/sign-out")
def sign_out(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """End the session."""
    with database.write() as session:
        close_session(session, visitor)
    answer = go(request, "/console/sign-in")
    answer.delete_cookie(COOKIE, path=HOME)
    return answer


@routes.get("")
def home(request: Request) -> Response:
    """Go to what needs a decision, of the brand looked at last."""
    codes = [code for code, _ in request.state.brands]
    if not codes:
        return page(request, "empty.html")
    last = request.cookies.get(LAST_BRAND, "")
    return go(request, f"/console/b/{last if last in codes else codes[0]}/today")


@routes.get("/brand")
def choose_brand(request: Request, brand: Annotated[str, Query(max_length=64)]) -> Response:
    """Look at another brand from here on."""
    codes = [code for code, _ in request.state.brands]
    answer = go(request, f"/console/b/{brand}/today" if brand in codes else HOME)
    if brand in codes:
        secure = request.url.scheme == "https"
        answer.set_cookie(
            LAST_BRAND, brand, path=HOME, httponly=True, samesite="lax", secure=secure
        )
    return answer


def _sign_in_page(
    request: Request, wanted: str, *, name: str = "", words: str = "", status: int = 200
) -> Response:
    shown = {"wanted": local(wanted), "name": name, "words": words}
    return _with_before(request, "sign_in.html", status=status, **shown)


def _with_before(request: Request, template: str, *, status: int = 200, **shown: str) -> Response:
    """Return a form for whoever is not signed in, and the cookie that its token follows from."""
    token = request.cookies.get(BEFORE) or new_token()
    answer = page(request, template, status=status, csrf=csrf_of(token), **shown)
    answer.set_cookie(
        BEFORE,
        token,
        path=f"{HOME}/sign-in",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


def _signed_in(request: Request, token: str, wanted: str) -> Response:
    answer = RedirectResponse(local(wanted), status_code=303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(LONGEST.total_seconds()),
        path=HOME,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    answer.delete_cookie(BEFORE, path=f"{HOME}/sign-in")
    return answer
