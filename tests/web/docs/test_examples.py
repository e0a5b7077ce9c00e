"""Examples composed of schemas, where a model has none of its own."""

from typing import Any

from app.web.docs.examples import add_examples, composed

SCHEMAS: dict[str, Any] = {
    "Line": {
        "type": "object",
        "properties": {"sku": {"type": "string"}, "quantity": {"type": "integer"}},
    },
    "Own": {"type": "object", "properties": {}, "example": {"its": "own"}},
    "Endless": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Endless"}}},
}


def test_an_example_is_composed_of_the_fields() -> None:
    schema = {
        "type": "object",
        "properties": {
            "style": {"type": "string"},
            "status": {"enum": ["queued", "done"]},
            "at": {"type": "string", "format": "date-time"},
            "seconds": {"anyOf": [{"type": "number"}, {"type": "null"}]},
            "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
            "kept": {"$ref": "#/components/schemas/Own"},
        },
    }

    assert composed(schema, SCHEMAS) == {
        "style": "S2",
        "status": "queued",
        "at": "2026-03-02T10:15:00Z",
        "seconds": None,
        "lines": [{"sku": "S2-BLK-M", "quantity": 12}],
        "kept": {"its": "own"},
    }


def test_a_schema_that_names_itself_comes_to_an_end() -> None:
    assert composed({"$ref": "#/components/schemas/Endless"}, SCHEMAS)["next"] is not None


def test_what_has_an_example_keeps_it() -> None:
    given = {"application/json": {"schema": {"type": "string"}, "example": "mine"}}
    operation = {"responses": {"200": {"content": given}}}

    add_examples({"components": {"schemas": {}}, "paths": {"/x": {"get": operation}}})

    assert given["application/json"]["example"] == "mine"
