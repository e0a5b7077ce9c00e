"""Quick starts: one shell file a role, shown step by step and run whole by a test."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "quick_start"
ROLES = ("ops", "brand", "factory")


@dataclass(frozen=True)
class Step:
    """What a command does, in a sentence, and the command."""

    text: str
    command: str


@cache
def steps_of(role: str) -> tuple[Step, ...]:
    """Return the steps of a role's file: paragraphs of `#` lines, each with what follows it."""
    paragraphs = (FOLDER / f"{role}.sh").read_text().strip().split("\n\n")
    return tuple(_step(paragraph) for paragraph in paragraphs)


def _step(paragraph: str) -> Step:
    lines = paragraph.splitlines()
    said = [line.removeprefix("#").strip() for line in lines if line.startswith("#")]
    done = [line for line in lines if not line.startswith("#")]
    return Step(" ".join(said), "\n".join(done))
