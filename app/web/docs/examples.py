"""An example for every operation: a model's own where it has one, else composed of its fields'."""

from collections.abc import Mapping
from typing import Any

DEEPEST = 8
"""Composing stops here: no shape of ours is deeper, and one that names itself would never end."""

NAMED: Mapping[str, str] = {
    "brand": "acme",
    "factory": "fab1",
    "factories": "fab1",
    "style": "S2",
    "sku": "S2-BLK-M",
    "colorway": "BLK",
    "size": "M",
    "offer": "S2-small",
    "currency": "EUR",
    "timezone": "Europe/Paris",
    "connection": "web-shop",
    "platform": "shopify",
    "channel": "web",
    "quarantined": "qua_01a213b547e5766c9f7da2346b93a8de",
    "item": "39072856",
    "name": "Acme",
    "id": "01a213b547e5766c9f7da2346b93a8de",
    "recommendation": "rec_01a213b547e5766c9f7da2346b93a8de",
    "run": "run_01a213b547e5766c9f7da2346b93a8de",
    "import_id": "imp_01a213b547e5766c9f7da2346b93a8de",
    "refresh_id": "ref_01a213b547e5766c9f7da2346b93a8de",
    "key_id": "key_01a213b547e5766c9f7da2346b93a8de",
    "hint": "sr_live_4fT9",
    "key": "sr_live_4fT9wq0ZpLmXc2Vb7NdKjR5HsYgUeA8tCk31Qz",
    "cursor": "c2VxOjE3",
    "next_cursor": "c2VxOjE4",
    "digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "model": "AutoETS",
    "reference": "PO-881",
    "release": "auto",
    "mode": "small_batch",
    "material": "oxford",
    "from": "2026-03-02",
    "to": "2026-03-08",
    "text": "Size M will be sold out before a later run could arrive.",
}
"""What a field or a parameter of that name holds in examples, in the contract's own world."""

OF_FORMAT: Mapping[str, str] = {"date": "2026-03-02", "date-time": "2026-03-02T10:15:00Z"}


def add_examples(document: dict[str, Any]) -> None:
    """Give each required parameter, body and answer of the document an example that has none."""
    schemas = document["components"]["schemas"]
    for path in document["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                if parameter.get("required"):
                    parameter.setdefault("example", NAMED.get(parameter["name"], "1"))
            _add_to(operation.get("requestBody", {}), schemas)
            for status, answer in operation["responses"].items():
                if status.startswith("2"):
                    _add_to(answer, schemas)


def _add_to(body: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    media = body.get("content", {}).get("application/json")
    if media is not None and not {"example", "examples"} & media.keys():
        media["example"] = composed(media.get("schema", {}), schemas)


def composed(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "", depth: int = 0
) -> Any:
    """Return an example of a schema; `name` is the field that holds it."""
    if "example" in schema:
        return schema["example"]
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        named = schemas[schema["$ref"].rpartition("/")[2]]
        return composed(named, schemas, name, depth) if depth < DEEPEST else None
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    options = schema.get("anyOf", ())
    if any(option.get("type") == "null" for option in options):
        # What may be missing is: a draft without a run, a page without a next, agree in themselves.
        return None
    if options:
        return composed(options[0], schemas, name, depth)
    return _of_type(schema, schemas, name, depth)


def _of_type(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str, depth: int) -> Any:
    match schema.get("type"):
        case "object":
            return {
                field: composed(inner, schemas, field, depth + 1)
                for field, inner in schema.get("properties", {}).items()
            }
        case "array":
            return [composed(schema["items"], schemas, name, depth + 1)]
        case "string":
            return OF_FORMAT.get(schema.get("format", ""), NAMED.get(name, "..."))
        case "integer":
            return 12
        case "number":
            return 0.5
        case "boolean":
            return False
        case _:
            return None
