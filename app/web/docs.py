"""The docs page, from files that ship with the service, and the OpenAPI document."""

import json
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse, HTMLResponse

from app.errors import NotFound
from app.web.examples import add_examples
from app.web.problems import Problem

STATIC = Path(__file__).parent / "static"
MEDIA_TYPES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
    "docs.js": "text/javascript",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
)
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Shortrun API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/docs.js"></script>
</body>
</html>
"""
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Repeating the request with the same key answers as the first time.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
KEY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key: `sr_live_...`"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def docs() -> HTMLResponse:
    """Show the API."""
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY})


@router.get("/docs/{name}")
async def docs_file(name: str) -> FileResponse:
    """Give one of the page's files."""
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


def document_bytes(app: FastAPI) -> bytes:
    """Return the OpenAPI document as it is committed."""
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False).encode() + b"\n"


def describe(app: FastAPI) -> None:
    """Let the app describe itself with what FastAPI cannot know."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas["Problem"] = schema
    components["schemas"] = dict(sorted(schemas.items()))
    components["securitySchemes"] = KEY_SCHEMES
    components["parameters"] = {"IdempotencyKey": IDEMPOTENCY_KEY}
    document["security"] = [{name: []} for name in KEY_SCHEMES]
    for path in document["paths"].values():
        if "post" in path:
            path["post"].setdefault("parameters", []).append(
                {"$ref": "#/components/parameters/IdempotencyKey"}
            )
    add_examples(document)
    return document
