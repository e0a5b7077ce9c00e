"""The docs pages, from files that ship with the service, and the OpenAPI document."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from app.errors import NotFound
from app.web.docs import quick_start
from app.web.docs.bruno import collection
from app.web.docs.catalogue import catalogue
from app.web.docs.document import document_bytes
from app.web.docs.pages import page, releases

STATIC = Path(__file__).parent / "static"
MEDIA_TYPES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
    "docs.js": "text/javascript",
    "pages.css": "text/css",
}
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'"
REFERENCE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
)
"""Swagger UI writes styles of its own into the page."""

TITLES = {
    "ops": "Operators: set up a brand and a factory",
    "brand": "A brand: post sales, read decisions",
    "factory": "A factory: put an offer, pull, answer",
}

router = APIRouter(include_in_schema=False)


@router.get("/docs")
def docs() -> HTMLResponse:
    """Show how to start, and the API."""
    starts = [(role, TITLES[role], quick_start.steps_of(role)) for role in quick_start.ROLES]
    return _html(page("docs.html", starts=starts), policy=REFERENCE_POLICY)


@router.get("/docs/errors")
def errors() -> HTMLResponse:
    """Show every code that a refusal can carry."""
    return _html(page("errors.html", entries=catalogue().values()))


@router.get("/docs/errors/{code}")
def error(code: str) -> HTMLResponse:
    """Show what one code means and what to do."""
    entry = catalogue().get(code)
    if entry is None:
        raise NotFound("there is no such code")
    return _html(page("error.html", entry=entry))


@router.get("/docs/changelog")
def changelog() -> HTMLResponse:
    """Show what callers may notice, newest first."""
    return _html(page("changelog.html", releases=releases()))


@router.get("/docs/quick-start/{name}")
def quick_start_file(name: str) -> FileResponse:
    """Give a role's quick start as a shell file."""
    if name not in {f"{role}.sh" for role in quick_start.ROLES}:
        raise NotFound("there is no such thing")
    return FileResponse(quick_start.FOLDER / name, media_type="text/x-shellscript", filename=name)


@router.get("/docs/shortrun-bruno.zip")
def bruno(request: Request) -> Response:
    """Give the API as a collection for Bruno, made from the OpenAPI document."""
    return Response(collection(request.app.openapi()), media_type="application/zip")


@router.get("/docs/{name}")
async def docs_file(name: str) -> FileResponse:
    """Give one of the pages' files."""
    if name not in MEDIA_TYPES:
        raise NotFound("there is no such thing")
    return FileResponse(
        STATIC / name,
        media_type=MEDIA_TYPES[name],
        headers={"Cache-Control": "public, max-age=86400"},
    )


@router.get("/openapi.json")
async def openapi(request: Request) -> Response:
    """Give the contract in its full form."""
    return Response(document_bytes(request.app), media_type="application/json")


def _html(text: str, *, policy: str = POLICY) -> HTMLResponse:
    return HTMLResponse(text, headers={"Content-Security-Policy": policy})
