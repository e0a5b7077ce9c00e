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


class CreatedKey(TypedDict):
    """A key at the one moment its secret is shown."""

    id: str
    key: str


class ClockReading(TypedDict):
    """The time that the service lives in."""

    now: str


class RefreshAnswer(TypedDict):
    """How far a refresh has come."""

    id: str
    status: str


class DemandDay(TypedDict):
    """One brand-local day of a SKU."""

    date: str
    sold_units: int
    cancelled_units: int
    returned_units: int
    demand_units: int
    in_stock_share: float
    censored: bool


class DemandAnswer(TypedDict):
    """A SKU's days, without gaps."""

    sku: str
    data: list[DemandDay]


class ForecastPeriod(TypedDict):
    """Demand of one period, or from the origin to its end; `end` is exclusive."""

    start: str
    end: str
    mean: float
    p10: float
    p50: float
    p70: float
    p80: float
    p90: float


class ForecastAnswer(TypedDict):
    """What is expected of a SKU or a style."""

    origin: str
    frequency: str
    model: str
    periods: list[ForecastPeriod]
    cumulative: list[ForecastPeriod]


class Reason(TypedDict):
    """One cause of a decision: a stable code, a sentence, and its numbers."""

    code: str
    text: str
    values: Mapping[str, Any]


class DecisionAnswer(TypedDict):
    """What was decided last for a style."""

    style: str
    action: str
    final: bool
    at: str
    chosen: Mapping[str, Any] | None
    alternatives: list[Mapping[str, Any]]
    reasons: list[Reason]


class RecommendationLine(TypedDict):
    """How many of one SKU."""

    sku: str
    colorway: str | None
    size: str | None
    quantity: int


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
    total_cost: str
    order_by: str
    need_by: str
    respond_by: str
    expires_at: str
    issued_at: str
    run: str | None
    economics: NotRequired[Mapping[str, Any]]
    alternatives: NotRequired[list[Mapping[str, Any]]]
    reasons: NotRequired[list[Reason]]


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
    colorway: str | None
    size: str | None
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
    accepted_at: str


@dataclass(frozen=True)
class Standing:
    """What stands for a factory, the tag to ask again with, and where its feed goes on."""

    data: Sequence[Recommendation]
    feed_cursor: str
    etag: str
