"""Look through a file before anything is stored: how much of what, and what it tells of styles."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from app.imports.rows import NONE, Chunk, Item, Line, RowError, SalesFile, Tallies, Tally
from app.sales.ingest import AHEAD_AT_MOST

ERRORS_SHOWN = 20


@dataclass
class StyleSeen:
    """What a file tells of a style."""

    names: Counter[str] = field(default_factory=Counter)
    prices: Counter[Decimal] = field(default_factory=Counter)
    prices_of_returns: Counter[Decimal] = field(default_factory=Counter)
    skus: dict[str, Item] = field(default_factory=dict)

    def add(self, line: Line, item: Item) -> None:
        """Count a row of the style."""
        event = line.event
        self.names[item.name] += 1
        self.skus.setdefault(event.sku, item)
        if event.unit_price:
            paid = self.prices if event.kind == "sale" else self.prices_of_returns
            paid[event.unit_price] += 1

    @property
    def price(self) -> Decimal | None:
        """The median price of its rows that sold; of the others where none did."""
        return median(self.prices or self.prices_of_returns)


@dataclass
class Survey:
    """A whole file, counted."""

    rows: int = 0
    left_out: Tallies = field(default_factory=Tallies)
    errors: list[RowError] = field(default_factory=list)
    repeats: Tally = NONE
    styles: dict[str, StyleSeen] = field(default_factory=dict)

    @property
    def unpriced(self) -> frozenset[str]:
        """SKUs of styles that the file tells no price of."""
        return frozenset(
            sku for style in self.styles.values() if style.price is None for sku in style.skus
        )

    def add(self, chunk: Chunk) -> None:
        """Count one chunk."""
        self.rows += chunk.rows
        self.left_out.add_all(chunk.left_out.by_reason)
        self.errors.extend(chunk.errors[: ERRORS_SHOWN - len(self.errors)])
        self.repeats = Tally(
            self.repeats.rows + chunk.repeats.rows, self.repeats.units + chunk.repeats.units
        )
        for line in chunk.lines:
            if line.item is not None:
                self.styles.setdefault(line.item.style, StyleSeen()).add(line, line.item)


def survey(file: SalesFile, *, at: datetime, progress: Callable[[int], None]) -> Survey:
    """Count a file from start to end; `progress` is told the rows done so far."""
    found = Survey()
    for chunk in not_ahead(file, at):
        found.add(chunk)
        progress(found.rows)
    return found


def not_ahead(file: SalesFile, at: datetime) -> Iterator[Chunk]:
    """Read a file's chunks; rows more than a day ahead of the clock are left out."""
    latest = at + AHEAD_AT_MOST
    for chunk in file.chunks():
        ahead = [line for line in chunk.lines if line.event.occurred_at > latest]
        if ahead:
            chunk.lines = [line for line in chunk.lines if line.event.occurred_at <= latest]
        for line in ahead:
            chunk.left_out.add("in_future", signed_units(line))
            chunk.errors.append(
                RowError(line.row, "occurred_at", "in_future", "is more than a day ahead")
            )
        yield chunk


def signed_units(line: Line) -> int:
    """Return what a row takes out of the shop: a return or a cancellation brings it back."""
    return line.event.quantity if line.event.kind == "sale" else -line.event.quantity


def median(prices: Counter[Decimal]) -> Decimal | None:
    """Return the middle price, the lower one of two: always one that was paid."""
    middle = (prices.total() + 1) // 2
    for price in sorted(prices):
        middle -= prices[price]
        if middle <= 0:
            return price
    return None
