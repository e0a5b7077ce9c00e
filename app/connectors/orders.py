"""What an order says once everything told of it is put together, whatever came first.

A snapshot is the whole order at an instant and the newest one counts; refunds and edits add up.
Putting in the same news twice, or in another order, gives the same order: all is kept by its id,
and of two snapshots the later one stays.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import Any, Literal

from pydantic import TypeAdapter

MOST_UNITS = 1_000_000
"""As many as a sales event may move."""

RefundKind = Literal["cancellation", "return", "money"]
"""Units that never ship; units that come back; a refund of which nothing is known but money."""


class Stage(IntEnum):
    """How far an order has come, as far as demand is concerned."""

    NOT_ORDERED = 0
    """In the shop and not ordered: a cart, a payment that is awaited or failed."""
    ORDERED = 1
    CANCELLED = 2


@dataclass(frozen=True)
class OrderLine:
    """Units of one item of an order.

    Attributes:
        line: Its id at the platform.
        items: What the SKU map may know it by.
        sku: The platform's own SKU, None where there is none.
        quantity: Units ordered, those taken off or sent back later included.
        removed: Units taken off by edits, of which no refund tells.
        shipped: Units that left, at least.
        unsent: Units that did not leave and never will; None where the platform does not say.
        unit_price: What one cost, in the shop's currency.
        pointer: Where it stands in what was sent.
    """

    line: str
    items: tuple[str, ...]
    sku: str | None
    quantity: int
    removed: int = 0
    shipped: int = 0
    unsent: int | None = None
    unit_price: Decimal | None = None
    pointer: str = ""


@dataclass(frozen=True)
class Snapshot:
    """An order as it was at an instant; lines that are no goods are left out."""

    at: datetime
    placed_at: datetime
    stage: Stage
    currency: str | None
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True)
class RefundLine:
    """Units of a line that were refunded."""

    line: str
    quantity: int
    kind: RefundKind


@dataclass(frozen=True)
class Refund:
    """A refund; it never changes."""

    at: datetime
    lines: tuple[RefundLine, ...]


@dataclass(frozen=True)
class Edit:
    """Units added to lines, or taken off, at an instant; a later snapshot has them in it."""

    at: datetime
    deltas: Mapping[str, int]


@dataclass(frozen=True)
class OrderState:
    """Everything told of an order so far."""

    snapshot: Snapshot | None = None
    refunds: Mapping[str, Refund] = field(default_factory=dict)
    edits: Mapping[str, Edit] = field(default_factory=dict)
    is_deleted: bool = False

    def with_news(self, news: "OrderState") -> "OrderState":
        """Return both put together."""
        newer = _later(self.snapshot, news.snapshot)
        refunds = {**self.refunds, **news.refunds}
        edits = {**self.edits, **news.edits}
        deleted = self.is_deleted or news.is_deleted
        return OrderState(newer, refunds, edits, deleted)

    def changed_at(self) -> datetime:
        """Return when the last thing told of it happened; there is a snapshot."""
        assert self.snapshot is not None
        refunds = [refund.at for refund in self.refunds.values()]
        edits = [edit.at for edit in self.edits.values()]
        return max([self.snapshot.at, *refunds, *edits])


@dataclass(frozen=True)
class Wanted:
    """Units of a line that were ordered, and those of them that were taken back unsent."""

    line: OrderLine
    sold: int
    cancelled: int


def wanted_units(state: OrderState) -> Iterator[Wanted]:
    """Yield what an order says of each of its lines; nothing before its first snapshot."""
    if state.snapshot is None or state.snapshot.stage is Stage.NOT_ORDERED:
        return
    ended = state.snapshot.stage is Stage.CANCELLED or state.is_deleted
    for line in state.snapshot.lines:
        added, taken = _edited(state, line)
        refunded = dict.fromkeys(("cancellation", "return", "money"), 0)
        for refund in state.refunds.values():
            for one in refund.lines:
                if one.line == line.line:
                    refunded[one.kind] += one.quantity
        sold = min(line.quantity + added, MOST_UNITS)
        gone = line.removed + taken + refunded["cancellation"]
        if line.unsent is not None:
            gone += min(refunded["money"], max(0, line.unsent - gone))
        if ended:
            gone = sold - line.shipped
        yield Wanted(line, sold, max(0, min(gone, sold - refunded["return"])))


def returned_units(state: OrderState) -> Iterator[tuple[str, datetime, RefundLine]]:
    """Yield each refund's id, time and line of goods that come back, in the order of the ids."""
    for refund_id, refund in sorted(state.refunds.items()):
        for line in refund.lines:
            if line.kind == "return":
                yield refund_id, refund.at, line


def merged_lines(lines: Iterator[RefundLine]) -> tuple[RefundLine, ...]:
    """Return the lines, those of one kind and order line as one."""
    units: dict[tuple[str, RefundKind], int] = {}
    for line in lines:
        units[line.line, line.kind] = units.get((line.line, line.kind), 0) + line.quantity
    return tuple(
        RefundLine(line, min(count, MOST_UNITS), kind)
        for (line, kind), count in units.items()
        if count
    )


def _edited(state: OrderState, line: OrderLine) -> tuple[int, int]:
    """Return units added and taken off by edits that the snapshot does not have in it."""
    assert state.snapshot is not None
    deltas = [
        edit.deltas.get(line.line, 0)
        for edit in state.edits.values()
        if edit.at > state.snapshot.at
    ]
    return sum(one for one in deltas if one > 0), -sum(one for one in deltas if one < 0)


def _later(one: Snapshot | None, other: Snapshot | None) -> Snapshot | None:
    """Return the later snapshot; of two of one instant the same one, whichever came first.

    Platforms tell times in seconds: of two in one second the one that is further on stays.
    """
    if one is None or other is None:
        return other if one is None else one
    return max(one, other, key=lambda snapshot: (snapshot.at, snapshot.stage, _text(snapshot)))


_STATES = TypeAdapter(OrderState)
_SNAPSHOTS = TypeAdapter(Snapshot)


def _text(snapshot: Snapshot) -> str:
    """Return a text that differs where two snapshots do; fewer units left sort last."""
    left = sum(line.quantity - line.removed for line in snapshot.lines)
    said = json.dumps(_SNAPSHOTS.dump_python(snapshot, mode="json"), sort_keys=True)
    return f"{10**9 - left:010d}{said}"


def to_document(state: OrderState) -> dict[str, Any]:
    """Return a state as it is stored."""
    document: dict[str, Any] = _STATES.dump_python(state, mode="json")
    return document


def from_document(document: Mapping[str, Any]) -> OrderState:
    """Return a state that was stored."""
    return _STATES.validate_python(document)
