"""The API as a Bruno collection (plain text files in a zip), made from the OpenAPI document.

Source: Bruno's Bru language, https://docs.usebruno.com/bru-lang/overview.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

ROLES = ("ops", "brand", "factory")
COLLECTION = {"version": "1", "name": "Shortrun", "type": "collection", "ignore": []}
AUTH = """auth {
  mode: bearer
}

auth:bearer {
  token: {{key}}
}
"""
MADE = (1980, 1, 1, 0, 0, 0)
"""The same document gives the same bytes."""

_UNSAFE = re.compile(r"[^\w .-]")


def collection(document: Mapping[str, Any]) -> bytes:
    """Return the zip: a folder a tag, a request an operation, an environment a role."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _files(document):
            archive.writestr(zipfile.ZipInfo(f"shortrun/{name}", date_time=MADE), text)
    return packed.getvalue()


def _files(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "bruno.json", json.dumps(COLLECTION, indent=2) + "\n"
    yield "collection.bru", AUTH
    for role in ROLES:
        yield f"environments/{role}.bru", _environment()
    order = 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            order += 1
            folder = operation["tags"][0]
            name = _UNSAFE.sub("", operation["operationId"].replace("_", " "))
            yield f"{folder}/{name}.bru", _request(path, method, operation, name, order)


def _environment() -> str:
    return "vars {\n  url: http://127.0.0.1:8000\n}\nvars:secret [\n  key\n]\n"


def _request(path: str, method: str, operation: Mapping[str, Any], name: str, order: int) -> str:
    body = _body(operation)
    address = re.sub(r"{(\w+)}", r":\1", path)
    parts = [
        _block("meta", {"name": name, "type": "http", "seq": str(order)}),
        _block(
            method,
            {
                "url": "{{url}}" + address,
                "body": "json" if body else "none",
                "auth": "inherit",
            },
        ),
    ]
    parts += [
        _block(f"params:{place}", values)
        for place, values in (("query", _query(operation)), ("path", _path(operation)))
        if values
    ]
    if body:
        parts.append("body:json {\n" + _indented(body) + "\n}\n")
    if operation.get("description"):
        parts.append("docs {\n" + _indented(operation["description"]) + "\n}\n")
    return "\n".join(parts)


def _query(operation: Mapping[str, Any]) -> dict[str, str]:
    """Return the query parameters; those that may be left out are there but not sent."""
    return {
        ("" if parameter.get("required") else "~") + parameter["name"]: str(
            parameter.get("example", "")
        )
        for parameter in operation.get("parameters", ())
        if parameter.get("in") == "query"
    }


def _path(operation: Mapping[str, Any]) -> dict[str, str]:
    return {
        parameter["name"]: str(parameter["example"])
        for parameter in operation.get("parameters", ())
        if parameter.get("in") == "path"
    }


def _body(operation: Mapping[str, Any]) -> str | None:
    media = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if media is None:
        return None
    example = media.get("example")
    if example is None and media.get("examples"):
        example = next(iter(media["examples"].values()))["value"]
    return json.dumps(example, indent=2, ensure_ascii=False)


def _block(name: str, values: Mapping[str, str]) -> str:
    lines = "\n".join(f"  {key}: {value}" for key, value in values.items())
    return f"{name} {{\n{lines}\n}}\n"


def _indented(text: str) -> str:
    return "\n".join("  " + line for line in text.splitlines())
