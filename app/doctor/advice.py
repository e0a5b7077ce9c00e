"""What a look at one thing tells."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "hint", "broken"]


@dataclass(frozen=True)
class Advice:
    """One thing looked at: how it is, and what to do where it is not well.

    `broken` keeps the service from working; a `hint` is what a newcomer has yet to do, or what an
    operator would want to know.
    """

    level: Level
    subject: str
    said: str
    remedy: str | None = None


def ok(subject: str, said: str) -> Advice:
    """Return that a thing is well."""
    return Advice("ok", subject, said)


def hint(subject: str, said: str, remedy: str) -> Advice:
    """Return that something is yet to do, or worth knowing."""
    return Advice("hint", subject, said, remedy)


def broken(subject: str, said: str, remedy: str) -> Advice:
    """Return that the service cannot work like this."""
    return Advice("broken", subject, said, remedy)
