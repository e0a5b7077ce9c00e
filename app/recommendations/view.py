"""A recommendation as its two sides see it; the feed keeps the factory's view as rendered."""

from typing import Any, Literal, Self, TypeAlias

from app.recommendations.pricing import COUNTER, with_counter
from app.recommendations.tables import Recommendation
from app.web.wire import Day, MoneyOut, Timestamp, UnitCostOut, Wire

Status: TypeAlias = Literal[
    "draft", "open", "countered", "accepted", "declined", "superseded", "withdrawn", "expired"
]


class LineOut(Wire):
    """Units of one SKU."""

    sku: str
    colorway: str
    size: str
    quantity: int


class FactoryRecommendation(Wire):
    """What a factory is asked to make: terms and dates, nothing that tells the brand's margin."""

    id: str
    status: Status
    mode: str
    final: bool
    brand: str
    factory: str
    offer: str
    style: str
    lines: list[LineOut]
    quantity: int
    currency: str
    unit_cost: UnitCostOut
    setup_cost: MoneyOut
    freight_cost: MoneyOut
    tooling_cost: MoneyOut
    total_cost: MoneyOut
    order_by: Day
    need_by: Day
    respond_by: Timestamp
    expires_at: Timestamp
    supersedes: str | None
    superseded_by: str | None
    run: str | None
    signal_at: Timestamp | None
    issued_at: Timestamp
    answered_at: Timestamp | None
    answer: dict[str, Any] | None
    counters: int
    review: dict[str, Any] | None

    @classmethod
    def of(cls, row: Recommendation) -> Self:
        """Show it as its factory sees it: from the day it was opened, links to drafts left out."""
        return cls(
            **_shared(row),
            supersedes=row.seen_supersedes,
            superseded_by=row.seen_superseded_by,
            issued_at=row.opened_at or row.issued_at,
        )


class CounterAgainstOut(Wire):
    """A counter beside hold or another way of making the style."""

    action: str
    mode: str | None
    offer: str | None
    factory: str | None
    quantity: int
    expected_profit: MoneyOut
    profit_given_up: MoneyOut
    standard_error: MoneyOut


class CounterEconomicsOut(Wire):
    """What a factory's counter is worth: profit given up against what was recommended.

    All on the same sample paths; `standard_error` is of the difference. Below 0 is a gain.
    """

    expected_profit: MoneyOut
    profit_given_up: MoneyOut
    standard_error: MoneyOut
    alternatives: list[CounterAgainstOut]


class BrandRecommendation(FactoryRecommendation):
    """What the brand sees: the same, with what it earns and why it was chosen."""

    economics: dict[str, Any]
    counter_economics: CounterEconomicsOut | None
    alternatives: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    digest: str

    @classmethod
    def of(cls, row: Recommendation) -> Self:
        """Show everything about it."""
        return cls(
            **_shared(row),
            supersedes=row.supersedes,
            superseded_by=row.superseded_by,
            issued_at=row.issued_at,
            economics=with_counter(row.economics, None),
            counter_economics=row.economics.get(COUNTER),
            alternatives=row.alternatives,
            reasons=row.reasons,
            digest=row.digest,
        )


_SAME_NAME = (
    "id", "status", "mode", "final", "brand", "factory", "offer", "style", "quantity", "currency",
    "unit_cost", "setup_cost", "freight_cost", "tooling_cost", "total_cost", "order_by", "need_by",
    "respond_by", "expires_at", "run", "signal_at", "answered_at", "answer", "counters",
    "review",
)  # fmt: skip


def _shared(row: Recommendation) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _SAME_NAME} | {
        "lines": [
            {name: line[name] for name in ("sku", "colorway", "size", "quantity")}
            for line in row.lines
        ]
    }
