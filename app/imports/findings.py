"""What validation found, in the words that the HTTP interface uses for it."""

from dataclasses import dataclass

from pydantic import ValidationError

CODES = {
    "extra_forbidden": "unknown_field",
    "string_pattern_mismatch": "bad_text",
    "string_unicode": "bad_text",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "string_type": "not_a_text",
    "int_type": "not_an_integer",
    "int_from_float": "not_an_integer",
    "float_type": "not_a_number",
    "greater_than": "too_small",
    "greater_than_equal": "too_small",
    "less_than": "too_large",
    "less_than_equal": "too_large",
    "literal_error": "unknown_value",
}
"""Our words for the validator's; what is not listed keeps the validator's own."""

MESSAGES = {
    "bad_text": "has characters or a form that is not allowed here",
    "unknown_field": "is not known here",
}


@dataclass(frozen=True)
class Finding:
    """One thing wrong: where, a stable code, and the end of a sentence about it."""

    where: str
    code: str
    message: str


def findings(error: ValidationError) -> list[Finding]:
    """Return what is wrong, never empty; the values themselves are not repeated."""
    return [
        Finding(
            ".".join(str(part) for part in found["loc"]),
            code := CODES.get(found["type"], found["type"]),
            MESSAGES.get(code, _as_ours(found["msg"])),
        )
        for found in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def first_finding(error: ValidationError) -> str:
    """Return the first thing wrong as one line."""
    first = findings(error)[0]
    return f"{first.where} {first.message}"


def _as_ours(message: str) -> str:
    return message.replace("Input should", "must", 1).replace("Field required", "is required")
