"""The collection for Bruno, made from a small document."""

import io
import zipfile
from typing import Any

from app.web.docs.bruno import collection

DOCUMENT: dict[str, Any] = {
    "paths": {
        "/v1/styles/{style}": {
            "put": {
                "tags": ["catalog"],
                "operationId": "put_style",
                "description": "Store a style.\n\nWhole.",
                "parameters": [
                    {"name": "style", "in": "path", "required": True, "example": "S2"},
                    {"name": "brand", "in": "query", "required": False},
                    {"$ref": "#/components/parameters/IdempotencyKey"},
                ],
                "requestBody": {"content": {"application/json": {"example": {"name": "é"}}}},
            }
        },
        "/livez": {"get": {"tags": ["health"], "operationId": "livez"}},
    }
}
PUT_STYLE = """meta {
  name: put style
  type: http
  seq: 1
}

put {
  url: {{url}}/v1/styles/:style
  body: json
  auth: inherit
}

params:query {
  ~brand:\x20
}

params:path {
  style: S2
}

body:json {
  {
    "name": "é"
  }
}

docs {
  Store a style.
\x20\x20
  Whole.
}
"""


def test_an_operation_becomes_a_request_in_the_folder_of_its_tag() -> None:
    with zipfile.ZipFile(io.BytesIO(collection(DOCUMENT))) as packed:
        names = packed.namelist()
        written = packed.read("shortrun/catalog/put style.bru").decode()

    assert written == PUT_STYLE
    assert names == [
        "shortrun/bruno.json",
        "shortrun/collection.bru",
        "shortrun/environments/ops.bru",
        "shortrun/environments/brand.bru",
        "shortrun/environments/factory.bru",
        "shortrun/catalog/put style.bru",
        "shortrun/health/livez.bru",
    ]


def test_the_same_document_gives_the_same_bytes() -> None:
    assert collection(DOCUMENT) == collection(DOCUMENT)
