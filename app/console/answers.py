"""What a browser gets: a page, a way to another page with words for it, or a refusal as a page."""

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.console.figures import FILTERS
from app.console.navigation import sections
from app.console.once import new_once
from app.console.refusals import words_for
from app.errors import ShortrunError
from app.parties.refs import BrandRef
from app.web.context import current_settings
from app.web.problems import status_of

HERE = Path(__file__).parent
STATIC = HERE / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    # With `no-referrer` browsers send forms with `Origin: null`, and the door could not tell
    # ours from another site's (Fetch standard, "append a request Origin header").
    "Referrer-Policy": "same-origin",
}
SAID = "shortrun_said"
SAID_SECONDS = 60
HOME = "/console"
LAST_BRAND = "shortrun_brand"

Kind = Literal["done", "refused"]


def _version() -> str:
    """Return what changes with the files that browsers keep."""
    digest = hashlib.sha256()
    for name in ("console.css", "plots.css", "console.js", "htmx.min.js"):
        digest.update((STATIC / name).read_bytes())
    return digest.hexdigest()[:12]


_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters.update(FILTERS)
_templates.globals["version"] = _version()
_templates.globals["new_once"] = new_once


@dataclass(frozen=True)
class Frame:
    """What every page shows around its content."""

    visitor: Any
    brand: BrandRef | None
    brands: list[tuple[str, str]]
    current: str | None
    sections: list[Any]
    path: str
    here: str
    is_sandbox: bool
    said: dict[str, str] | None


def page(request: Request, template: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """Return a page made of a template in `templates/`.

    Args:
        request: Which the page answers; the frame (navigation, who is signed in, which brand,
            what was said by the form before) comes from it.
        template: Its name; it extends `layout.html`.
        status: Of the answer.
        shown: What the template names.
    """
    frame = _frame(request)
    made = _templates.get_template(template).render(frame=frame, **shown)
    answer = HTMLResponse(made, status_code=status, headers=HEADERS)
    if frame.said is not None:
        answer.delete_cookie(SAID, path=HOME)
    return answer


def go(
    request: Request, path: str, words: str = "", *, kind: Kind = "done", secret: str = ""
) -> Response:
    """Send the browser to another page of the console, which says these words at its top.

    A `secret` (a new key) is shown with them, once: it travels in the same cookie, which no script
    reads and which goes with the page that shows it.
    """
    answer = RedirectResponse(local(path), status_code=303, headers=HEADERS)
    if words:
        said = json.dumps({"kind": kind, "text": words, "secret": secret}).encode()
        answer.set_cookie(
            SAID,
            base64.urlsafe_b64encode(said).decode(),
            max_age=SAID_SECONDS,
            path=HOME,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
    return answer


def refused(request: Request, error: ShortrunError) -> Response:
    """Say why something was refused: on the page that the form came from, or on one of its own."""
    back = str(request.state.form.get("back", ""))
    if back and request.state.visitor is not None:
        return go(request, back, words_for(error), kind="refused")
    return refused_page(request, status_of(error), words_for(error))


def refused_page(request: Request, status: int, words: str) -> Response:
    """Return a page that says why there is no other."""
    return page(request, "refused.html", status=status, words=words)


def signed_out(request: Request) -> Response:
    """Send whoever is not signed in to the page where they can, and back from there."""
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={**HEADERS, "HX-Refresh": "true"})
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    asked = f"?next={quote(here, safe='')}" if request.method == "GET" and here != HOME else ""
    return RedirectResponse(f"{HOME}/sign-in{asked}", status_code=303, headers=HEADERS)


def local(path: str) -> str:
    """Return a path of the console: the one given, or its start for any other address."""
    parts = urlsplit(path)
    inside = parts.path == HOME or parts.path.startswith(f"{HOME}/")
    odd = parts.scheme or parts.netloc or "\\" in path or not path.isprintable()
    return path if inside and not odd else HOME


def _frame(request: Request) -> Frame:
    state = request.state
    visitor = getattr(state, "visitor", None)
    brand = cast("BrandRef | None", getattr(state, "brand", None))
    brands = getattr(state, "brands", [])
    shown_brand = brand.code if brand else request.cookies.get(LAST_BRAND, "")
    codes = [code for code, _ in brands]
    current = shown_brand if shown_brand in codes else (codes[0] if codes else None)
    query = f"?{request.url.query}" if request.url.query else ""
    return Frame(
        visitor=visitor,
        brand=brand,
        brands=brands,
        current=current,
        sections=sections(visitor, current),
        path=request.url.path,
        here=request.url.path + query,
        is_sandbox=current_settings(request).sandbox,
        said=_said(request),
    )


def _said(request: Request) -> dict[str, str] | None:
    try:
        said = json.loads(base64.urlsafe_b64decode(request.cookies.get(SAID, "")))
        return {name: str(said[name]) for name in ("kind", "text", "secret")}
    except (ValueError, TypeError, KeyError):
        return None
