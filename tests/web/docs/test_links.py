"""Where the document says that an answer leads, there is an operation that takes it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.web.docs.links import LEADS

DOCUMENT = json.loads(Path("openapi.json").read_text())
OPERATIONS = {
    told["operationId"]: (path, told)
    for path, methods in DOCUMENT["paths"].items()
    for told in methods.values()
}


def links() -> Iterator[tuple[str, str, dict[str, str]]]:
    for name, (_, told) in OPERATIONS.items():
        for answer in told["responses"].values():
            for link in answer.get("links", {}).values():
                yield name, link["operationId"], link["parameters"]


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    named = schema.get("$ref")
    return DOCUMENT["components"]["schemas"][named.rpartition("/")[2]] if named else schema


def test_every_link_names_an_operation_and_its_parameters() -> None:
    wrong = [
        (name, to)
        for name, to, given in links()
        if to not in OPERATIONS
        or not given.keys() <= {one.get("name") for one in OPERATIONS[to][1]["parameters"]}
        or not set(re.findall(r"\{(\w+)\}", OPERATIONS[to][0])) - {"brand"} <= given.keys()
    ]

    assert wrong == []
    assert {name for name, _, _ in links()} >= LEADS.keys()


def test_what_a_link_takes_from_an_answer_is_in_it() -> None:
    missing = []
    for name, to, given in links():
        answers = OPERATIONS[name][1]["responses"]
        good = next(answer for status, answer in answers.items() if status.startswith("2"))
        schema = resolved(good["content"]["application/json"]["schema"])
        for taken in given.values():
            at = taken.partition("$response.body#/")[2].partition("/")[0]
            if at and at not in schema["properties"]:
                missing.append((name, to, taken))

    assert missing == []


def test_what_was_put_is_read_at_its_address() -> None:
    found = {(name, to) for name, to, _ in links()}

    assert found >= {
        ("put_style", "get_style"),
        ("put_offer", "get_offer"),
        ("put_material", "delete_material"),
        ("put_brand", "get_brand"),
        ("put_factory", "get_factory"),
    }
