"""What a validator found, in our words: where, which code, and never the value itself."""

import re
from collections.abc import Mapping
from typing import Any

from app.errors import FieldError

LONGEST_NAME = 64

_UNSAYABLE = re.compile(r"[^\w.~ -]")

CODES = {
    "extra_forbidden": "unknown_field",
    "string_pattern_mismatch": "bad_text",
    "string_unicode": "bad_text",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "too_long": "too_many",
    "too_short": "too_few",
    "int_type": "not_an_integer",
    "int_from_float": "not_an_integer",
    "float_type": "not_a_number",
    "finite_number": "not_a_number",
    "string_type": "not_a_text",
    "bool_type": "not_a_boolean",
    "list_type": "not_a_list",
    "dict_type": "not_an_object",
    "model_type": "not_an_object",
    "model_attributes_type": "not_an_object",
    "greater_than": "too_small",
    "greater_than_equal": "too_small",
    "less_than": "too_large",
    "less_than_equal": "too_large",
    "literal_error": "unknown_value",
    "enum": "unknown_value",
    "value_error": "invalid",
}
"""Our words for the validator's; what is not listed keeps the validator's own."""

MESSAGES = {
    "bad_text": "has characters or a form that is not allowed here",
    "unknown_field": "is not a field of this object",
    "not_an_object": "must be an object",
    "not_an_integer": "must be an integer",
}


def field_error(found: Mapping[str, Any]) -> FieldError:
    """Turn a validator's finding into ours; the value itself is never repeated."""
    parts = [sayable(str(part)) for part in found["loc"][1:]]
    pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
    code = CODES.get(found["type"], found["type"])
    return FieldError(pointer, code, message_of(found))


def message_of(found: Mapping[str, Any]) -> str:
    """Return what is wrong, as the end of a sentence about the field."""
    code = CODES.get(found["type"], found["type"])
    if code in MESSAGES:
        return MESSAGES[code]
    said = str(found["msg"]).removeprefix("Value error, ")
    return said.replace("Input should", "must", 1).replace("Field required", "is required")[:300]


def sayable(name: str) -> str:
    """Return a field's name fit to be shown: it may be the caller's own invention."""
    return _UNSAYABLE.sub("?", name[:LONGEST_NAME])
