"""Every page of the console, as `main` hangs it up."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from app.console import (
    accuracy_routes,
    audit_routes,
    backtest_routes,
    entry_routes,
    factory_routes,
    import_routes,
    key_routes,
    quarantine_routes,
    style_list_routes,
    style_routes,
    today_routes,
)
from app.console.answers import STATIC, refused_page
from app.console.door import pages

MEDIA_TYPES = {
    "console.css": "text/css",
    "plots.css": "text/css",
    "console.js": "text/javascript",
    "htmx.min.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
A_YEAR = "public, max-age=31536000, immutable"
"""The pages name these files with a version that changes with them."""

files = APIRouter(prefix="/console/static", include_in_schema=False)
nowhere = pages()


@files.get("/{name}")
async def static_file(request: Request, name: str) -> Response:
    """Give one of the pages' files."""
    if name not in MEDIA_TYPES:
        return refused_page(request, 404, "There is no such file.")
    headers = {"Cache-Control": A_YEAR}
    return FileResponse(STATIC / name, media_type=MEDIA_TYPES[name], headers=headers)


@nowhere.api_route("/{rest:path}", methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
def no_page(request: Request) -> Response:
    """Say that there is no such page."""
    return refused_page(request, 404, "There is no such page, or it is not yours.")


ROUTERS = (
    files,
    entry_routes.entry,
    entry_routes.routes,
    today_routes.routes,
    style_list_routes.routes,
    style_routes.routes,
    factory_routes.routes,
    quarantine_routes.routes,
    import_routes.routes,
    accuracy_routes.routes,
    backtest_routes.routes,
    key_routes.routes,
    audit_routes.routes,
)
"""Add a page's router here, and its line to `navigation.py`."""

routes = APIRouter()
for router in (*ROUTERS, nowhere):
    routes.routes.extend(router.routes)
