"""What every kind of import is made of: columns read together, and items with their rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from sqlalchemy.orm import Session

from app.imports.kinds.values import Column, Wrong
from app.imports.rows import RowError
from app.imports.sources.source import Batch
from app.parties.refs import BrandRef

T = TypeVar("T")

SKIP = " skip"
"""A column that presets write: why a row is none of ours, or None. No heading begins so."""

TAKEN = frozenset({"accepted", "duplicate"})

UNKNOWN_SKU = ("sku", "the brand has no such SKU")


class Item(NamedTuple, Generic[T]):
    """What is to be stored, and of which row."""

    row: int
    what: T


@dataclass
class Portion(Generic[T]):
    """Some rows of a file, read: what to store, what is wrong, and what is none of ours."""

    rows: int
    items: list[Item[T]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


class Kind(Protocol[T]):
    """Reads and stores the rows of one kind of file, in their order from the first."""

    refusals: Mapping[str, tuple[str, str]]
    """What storing may refuse: code to our column and the message."""

    def portion(self, batch: Batch) -> Portion[T]:
        """Read some rows; what a row means may depend on those before it."""

    def store(
        self, session: Session, brand: BrandRef, items: Sequence[Item[T]], *, at: datetime
    ) -> Sequence[str]:
        """Store what can be taken; say what became of each: accepted, duplicate or a refusal."""

    def shown(self, what: T) -> dict[str, Any]:
        """Return it as it would be stored, for a preview."""


class Columns:
    """The columns that a file has of a kind's, read together."""

    def __init__(self, headings: Mapping[str, str], columns: Mapping[str, Column]) -> None:
        """Take our columns by their headings; those without one are left out."""
        self._headings = headings
        self._columns = {name: one for name, one in columns.items() if name in headings}

    def read(self, batch: Batch, portion: Portion[Any]) -> tuple[list[int], dict[str, list[Any]]]:
        """Return where the good rows are, and all values by our columns.

        What is wrong with the others, and what is left out, goes into `portion`.
        """
        skipped = batch.columns.get(SKIP)
        out = set()
        if skipped is not None:
            out = {at for at, reason in enumerate(skipped) if reason is not None}
            portion.left_out.update(reason for reason in skipped if reason is not None)
        values = {
            name: column.values(batch.columns[self._headings[name]])
            for name, column in self._columns.items()
        }
        for name, column in self._columns.items():
            for at in column.wrong(values[name]):
                if skipped is None or skipped[at] is None:
                    wrong: Wrong = values[name][at]
                    number = batch.numbers[at]
                    portion.errors.append(RowError(number, self._headings[name], *wrong))
                    out.add(at)
        count = len(batch.numbers)
        return [at for at in range(count) if at not in out] if out else list(range(count)), values


def begun(batch: Batch) -> Portion[Any]:
    """Return the portion of a batch, with the rows that are broken as a whole."""
    return Portion(rows=len(batch.numbers) + len(batch.broken), errors=list(batch.broken))
