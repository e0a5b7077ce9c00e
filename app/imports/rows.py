"""What a file of sales turns into, row by row: lines to store, and rows left out with a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from app.sales.ingest import SalesEvent

CHUNK_ROWS = 20_000
"""Rows read, and events stored in one transaction: bounds memory and how long others wait."""


class Tally(NamedTuple):
    """How many rows of a file, and the units they move; what goes out of the shop is positive."""

    rows: int
    units: int


NONE = Tally(0, 0)


class Item(NamedTuple):
    """The catalog's side of a row: which style the SKU belongs to, and what the file calls it."""

    style: str
    colorway: str
    size: str
    name: str


class Line(NamedTuple):
    """A row that is stored; `item` is None where the file says nothing about the style."""

    row: int
    event: SalesEvent
    item: Item | None


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that could not be taken: where (as a spreadsheet counts), a stable code, and words."""

    row: int
    column: str
    code: str
    message: str


@dataclass
class Tallies:
    """Tallies by reason, in the order the reasons first came up."""

    by_reason: dict[str, Tally] = field(default_factory=dict)

    def add(self, reason: str, units: int, rows: int = 1) -> None:
        """Count rows and their units under a reason."""
        before = self.by_reason.get(reason, NONE)
        self.by_reason[reason] = Tally(before.rows + rows, before.units + units)

    def add_all(self, others: Mapping[str, Tally]) -> None:
        """Count what others counted."""
        for reason, tally in others.items():
            self.add(reason, tally.units, tally.rows)


@dataclass
class Chunk:
    """Some consecutive rows of a file; `repeats` are those equal to an earlier row in all columns.

    `repeats` are among `lines` where the file keeps them, and in neither list where it drops them.
    """

    rows: int
    lines: list[Line] = field(default_factory=list)
    left_out: Tallies = field(default_factory=Tallies)
    errors: list[RowError] = field(default_factory=list)
    repeats: Tally = NONE


class SalesFile(Protocol):
    """A file that can be read from the start any number of times, always with the same result."""

    @property
    def rows(self) -> int:
        """About how many rows there are; a progress bar needs no more."""
        ...

    @property
    def drops_repeats(self) -> bool:
        """Whether repeated rows are dropped rather than counted."""
        ...

    def chunks(self) -> Iterator[Chunk]:
        """Read it once, at most `CHUNK_ROWS` rows at a time."""
        ...
