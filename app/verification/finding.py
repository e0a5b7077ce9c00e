"""What a check found wrong."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not add up: which check, about what, and the two sides of it."""

    check: str
    subject: str
    detail: str
