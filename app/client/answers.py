"""The shapes that go over the wire, as typed dictionaries.

An answer stays exactly what the service sent, so a field that a later version adds reaches the
caller too. Money is a decimal string; times and dates are text as the contract writes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict


class SaleEvent(TypedDict):
    """One thing that happened to a SKU in the shop."""

    event_id: str
    sku: str
    kind: str
    quantity: int
    occurred_at: str
    unit_price: NotRequired[str]
    channel: NotRequired[str]
    order_id: NotRequired[str]


class StockLevel(TypedDict):
    """What lay on the shelf at a moment."""

    sku: str
    on_hand: int
    as_of: str


class InboundItem(TypedDict):
    """Supply ordered outside the service."""

    reference: str
    sku: str
    quantity: int
    due_date: str
    received_on: NotRequired[str]


class KnownDemand(TypedDict):
    """Demand that is known before it sells, and how likely it is."""

    reference: str
    sku: str
    quantity: int
    due_date: str
    probability: float


class RunEvent(TypedDict):
    """One step of a run at the factory or at the brand's door."""

    event_id: str
    kind: str
    occurred_at: str
    sku: NotRequired[str]
    quantity: NotRequired[int]


class RowResult(TypedDict):
    """What became of one row of a batch."""

    index: int
    status: str
    code: NotRequired[str | None]
    message: NotRequired[str | None]


class BatchAnswer(TypedDict):
    """What became of a batch, in all and row by row."""

    accepted: int
    duplicates: int
    rejected: int
    results: list[RowResult]


class Reason(TypedDict):
    """One cause of a decision: a stable code, a sentence, and its numbers."""

    code: str
    text: str
    values: Mapping[str, Any]


class RecommendationLine(TypedDict):
    """How many of one SKU."""

    sku: str
    colorway: str
    size: str
    quantity: int


class CounterEconomics(TypedDict):
    """What a counter is worth to the brand; a `profit_given_up` below 0 is a gain."""

    expected_profit: str
    profit_given_up: str
    standard_error: str
    alternatives: list[Mapping[str, Any]]


class Recommendation(TypedDict):
    """A run that the service proposes; a factory's view lacks the brand's economics."""

    id: str
    status: str
    mode: str
    final: bool
    brand: str
    factory: str
    offer: str
    style: str
    lines: list[RecommendationLine]
    quantity: int
    currency: str
    unit_cost: str
    setup_cost: str
    freight_cost: str
    tooling_cost: str
    total_cost: str
    order_by: str
    need_by: str
    respond_by: str
    expires_at: str
    supersedes: str | None
    superseded_by: str | None
    run: str | None
    signal_at: str | None
    issued_at: str
    answered_at: str | None
    answer: Mapping[str, Any] | None
    counters: int
    review: Mapping[str, Any] | None
    economics: NotRequired[Mapping[str, Any]]
    counter_economics: NotRequired[CounterEconomics | None]
    alternatives: NotRequired[list[Mapping[str, Any]]]
    reasons: NotRequired[list[Reason]]
    digest: NotRequired[str]


class FeedEvent(TypedDict):
    """One step in the life of a recommendation, as its factory reads it."""

    seq: int
    cursor: str
    type: str
    at: str
    recommendation: Recommendation


class FeedPage(TypedDict):
    """Events in order, and where to go on."""

    data: list[FeedEvent]
    has_more: bool
    next_cursor: str


class RunLine(TypedDict):
    """How far one SKU of a run has come."""

    sku: str
    colorway: str
    size: str
    quantity: int
    produced: int
    rejected: int
    shipped: int
    received: int


class Run(TypedDict):
    """Accepted work."""

    id: str
    recommendation: str
    brand: str
    factory: str
    style: str
    offer: str
    mode: str
    status: str
    quantity: int
    lines: list[RunLine]
    currency: str
    unit_cost: str
    total_cost: str
    need_by: str
    due_date: str
    accepted_at: str


class ChangeRequest(TypedDict):
    """A change that one side of a run asks of the other; it changes nothing by itself."""

    id: str
    run: str
    status: str
    requested_by: str
    lines: list[Mapping[str, Any]] | None
    need_by: str | None
    reason: str
    at: str


@dataclass(frozen=True)
class Standing:
    """What stands for a factory, the tag to ask again with, and where its feed goes on."""

    data: Sequence[Recommendation]
    feed_cursor: str
    etag: str
