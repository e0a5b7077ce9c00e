"""The catalogue of errors against what the code can answer."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.web.docs.catalogue import catalogue
from app.web.fields import CODES

APP = Path(__file__).parents[3] / "app"


def _constants(node: ast.expr) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def _codes_in(tree: ast.AST) -> Iterator[str]:
    """Yield what is given as a code: to a refusal, a field's error, a validator, or a class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            yield from (
                code
                for keyword in node.keywords
                if keyword.arg == "code"
                for code in _constants(keyword.value)
            )
            place = {"FieldError": 1, "PydanticCustomError": 0, "Refusal": 0}.get(name)
            if place is not None and len(node.args) > place:
                yield from _constants(node.args[place])
        elif isinstance(node, ast.ClassDef):
            yield from _class_codes(node)


def _class_codes(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        if any(isinstance(one, ast.Name) and one.id == "code" for one in targets):
            value = getattr(statement, "value", None)
            if value is not None:
                yield from _constants(value)


def _written_codes() -> set[str]:
    found = set(CODES.values())
    for path in sorted(APP.rglob("*.py")):
        inside = path.relative_to(APP.parent)
        # The console says its refusals in words, on pages.
        if "console" not in inside.parts:
            found |= set(_codes_in(ast.parse(path.read_text())))
    return found


def test_every_code_that_the_service_answers_is_explained() -> None:
    assert _written_codes() - catalogue().keys() == set()


def test_no_code_is_explained_that_nothing_answers() -> None:
    source = "\n".join(path.read_text() for path in APP.rglob("*.py") if path.parent.name != "docs")

    strangers = [code for code in catalogue() if f'"{code}"' not in source]

    assert strangers == ["missing"] or strangers == []


@pytest.mark.parametrize("code", ["not_open", "event_conflict", "cursor_expired"])
def test_an_entry_says_where_a_code_is_seen(code: str) -> None:
    seen = {"not_open": ("409",), "event_conflict": ("row",), "cursor_expired": ("410",)}

    assert catalogue()[code].seen == seen[code]
