"""Decisions, answers and reviews on the wire; the two views are in `view.py`."""

from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import (
    ConfigDict,
    Discriminator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from app.recommendations.counter import Counter, CounterLine, Delivery
from app.recommendations.pricing import MOST_COUNTERS
from app.recommendations.tables import DecisionRow
from app.recommendations.view import FactoryRecommendation
from app.web.wire import Day, MoneyIn, Note, SkuCode, Timestamp, Wire

MOST_LINES = 1000
MOST_DELIVERIES = 52
MOST_DELIVERED_LINES = 10_000
"""Over all deliveries: as many rows as any other body holds. 52 deliveries of 1,000 SKUs each
would be kept, priced and expected line by line, under the style's lock."""


class AcceptIn(Wire):
    """Accept as recommended."""

    decision: Literal["accept"]


class DeclineIn(Wire):
    """Decline for good."""

    decision: Literal["decline"]
    reason: Note


class CounterLineIn(Wire):
    """Units of one SKU of the recommendation; 0 leaves it out."""

    sku: SkuCode
    quantity: Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


class DeliveryIn(Wire):
    """A part that would come on a day of its own."""

    need_by: Day
    lines: Annotated[list[CounterLineIn], Field(min_length=1, max_length=MOST_LINES)]


class CounterIn(Wire):
    """Offer other terms: what is left out stays as recommended, SKUs not named in `lines` too."""

    decision: Literal["counter"]
    lines: Annotated[list[CounterLineIn], Field(min_length=1, max_length=MOST_LINES)] | None = None
    need_by: Day | None = None
    unit_cost: MoneyIn | None = None
    deliveries: (
        Annotated[list[DeliveryIn], Field(min_length=1, max_length=MOST_DELIVERIES)] | None
    ) = None
    reason: Note | None = None

    @field_validator("deliveries")
    @classmethod
    def _is_bounded(cls, deliveries: list[DeliveryIn] | None) -> list[DeliveryIn] | None:
        if sum(len(one.lines) for one in deliveries or ()) > MOST_DELIVERED_LINES:
            raise PydanticCustomError(
                "too_many", f"must have at most {MOST_DELIVERED_LINES} lines over all deliveries"
            )
        return deliveries

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.lines, self.need_by, self.unit_cost, self.deliveries) == (None,) * 4:
            raise PydanticCustomError(
                "empty_counter", "must name lines, need_by, unit_cost or deliveries"
            )
        return self

    def to_counter(self) -> Counter:
        """Return the terms as the room knows them."""
        return Counter(
            lines=_lines(self.lines) if self.lines is not None else None,
            need_by=self.need_by,
            unit_cost=self.unit_cost,
            deliveries=None
            if self.deliveries is None
            else tuple(Delivery(one.need_by, _lines(one.lines)) for one in self.deliveries),
            reason=self.reason,
        )


def _lines(lines: list[CounterLineIn]) -> tuple[CounterLine, ...]:
    return tuple(CounterLine(line.sku, line.quantity) for line in lines)


def _by_field(value: Any, choose: ValidatorFunctionWrapHandler) -> Any:
    """Name a field as the body does: without the decision, which is no level of it."""
    try:
        return choose(value)
    except ValidationError as refused:
        found = [_own_error(error) for error in refused.errors(include_context=False)]
        raise ValidationError.from_exception_data(refused.title, found) from None


def _own_error(error: ErrorDetails) -> InitErrorDetails:
    """Return a finding about an answer; pydantic's about an unknown decision repeats it."""
    kind, text, where = error["type"], error["msg"], error["loc"][1:]
    if kind == "union_tag_not_found":
        kind, text, where = "missing", "Field required", ("decision",)
    elif kind == "union_tag_invalid":
        text = "must be 'accept', 'decline' or 'counter'"
        kind, where = "literal_error", ("decision",)
    return InitErrorDetails(type=PydanticCustomError(kind, text), loc=where, input=None)


ResponseIn: TypeAlias = Annotated[
    AcceptIn | DeclineIn | CounterIn, Discriminator("decision"), WrapValidator(_by_field)
]


class ReviewIn(Wire):
    """What the brand says to a counter."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"decision": "decline", "reason": "too late for the fair"}]}
    )

    decision: Literal["accept", "decline"]
    reason: Note | None = None
    counter: Annotated[
        int | None,
        Field(
            strict=True,
            ge=1,
            le=MOST_COUNTERS,
            description="The `counters` of the recommendation as you saw it: a factory may have"
            " replaced its counter since, and then nothing is decided (409 `counter_changed`).",
        ),
    ] = None


class StandingPage(Wire):
    """What stands for a factory; the first page says where its feed goes on from there."""

    data: list[FactoryRecommendation]
    has_more: bool
    next_cursor: str | None
    feed_cursor: str | None


class FeedEventOut(Wire):
    """One step in the life of a recommendation, and the recommendation as it stood then."""

    seq: int
    cursor: str
    type: Literal[
        "recommendation.issued",
        "recommendation.superseded",
        "recommendation.withdrawn",
        "recommendation.expired",
        "recommendation.accepted",
        "recommendation.declined",
        "recommendation.countered",
        "counter.declined",
    ]
    at: Timestamp
    recommendation: FactoryRecommendation


class FeedOut(Wire):
    """Events in order without gaps, and the cursor to go on from, news or not."""

    data: list[FeedEventOut]
    has_more: bool
    next_cursor: str


class SuitabilityOut(Wire):
    """Which way of making suits the style, and why; and the best way of each factory."""

    way: str
    reasons: list[dict[str, Any]]
    by_factory: dict[str, str] = Field(default_factory=dict)


class DecisionOut(Wire):
    """What was decided last for a style, what else was priced, and why."""

    style: str
    action: Literal["run", "hold", "discontinue"]
    final: bool
    at: Timestamp
    chosen: dict[str, Any] | None
    alternatives: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    suitability: SuitabilityOut | None
    test_verdict: dict[str, Any] | str | None

    @classmethod
    def of(cls, style: str, row: DecisionRow) -> "DecisionOut":
        """Show a stored decision."""
        names = ("chosen", "alternatives", "reasons", "suitability", "test_verdict")
        body = {name: row.body.get(name) for name in names}
        body["alternatives"] = body["alternatives"] or []
        body["reasons"] = body["reasons"] or []
        return cls.model_validate(
            {"style": style, "action": row.action, "final": row.final, "at": row.at, **body}
        )
