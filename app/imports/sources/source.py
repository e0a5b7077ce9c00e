"""What every format turns into: named columns, some rows at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from app.imports.rows import RowError


class Unreadable(Exception):
    """A file that cannot be read as a table at all; `code` is stable, the text for its owner."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Batch(NamedTuple):
    """Some rows: their numbers as a spreadsheet shows them, their values, and the broken ones.

    A value is None where there is none, else text, a number, a truth value, a day or a time.
    """

    numbers: Sequence[int]
    columns: dict[str, Sequence[Any]]
    broken: list[RowError]


@dataclass
class ReadAs:
    """How a file was understood, for whoever sent it."""

    facts: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


class Source(Protocol):
    """A file that can be read from the start any number of times, always with the same result."""

    @property
    def names(self) -> Sequence[str]:
        """The columns, in their order; distinct."""

    @property
    def rows(self) -> int | None:
        """About how many rows there are, where that is known without reading them."""

    @property
    def read_as(self) -> ReadAs:
        """How the file was understood."""

    def batches(self, size: int) -> Iterator[Batch]:
        """Read it once, about `size` rows at a time.

        Raises:
            Unreadable: If it turns out to be damaged.
        """


def distinct(names: Sequence[Any]) -> list[str]:
    """Return column names as texts, the nameless and the repeated ones told apart."""
    seen: dict[str, int] = {}
    told = []
    for position, raw in enumerate(names, start=1):
        name = "" if raw is None else " ".join(str(raw).split())
        name = name or f"column {position}"
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told
