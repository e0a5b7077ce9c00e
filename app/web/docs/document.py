"""The OpenAPI document: what FastAPI knows of the routes, and what it cannot know."""

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.web.docs.examples import add_examples
from app.web.docs.links import add_links
from app.web.docs.tags import described
from app.web.problems import Problem

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Repeating the request with the same key answers as the first time.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
KEY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key: `sr_live_...`"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}


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
    document["tags"] = described(_tags_of(document))
    document["security"] = [{name: []} for name in KEY_SCHEMES]
    for path in document["paths"].values():
        if "post" in path and path["post"].get("security") != []:
            path["post"].setdefault("parameters", []).append(
                {"$ref": "#/components/parameters/IdempotencyKey"}
            )
    add_examples(document)
    add_links(document)
    return document


def _tags_of(document: dict[str, Any]) -> set[str]:
    return {
        tag
        for path in document["paths"].values()
        for operation in path.values()
        for tag in operation["tags"]
    }
