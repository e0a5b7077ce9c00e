"""Stock and inbound supply on the wire."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from app.stock.inbound import InboundItem
from app.stock.report import ReportedLevel
from app.web.rows import RowResult
from app.web.wire import Count, Day, Identifier, SkuCode, Timestamp, Wire


class LevelIn(Wire):
    """Units of a SKU on hand, counting everything up to and including `as_of`."""

    sku: SkuCode
    on_hand: Count
    as_of: Timestamp


class LevelsIn(Wire):
    """Reported levels; of several for one SKU and time the last one wins."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"levels": [{"sku": "S2-BLK-M", "on_hand": 42, "as_of": "2026-03-02T06:00:00Z"}]}
            ]
        }
    )

    levels: Annotated[list[LevelIn], Field(min_length=1, max_length=10_000)]

    def to_levels(self) -> list[ReportedLevel]:
        """Return the levels as the room knows them."""
        return [ReportedLevel(one.sku, one.on_hand, one.as_of) for one in self.levels]


class InboundItemIn(Wire):
    """Supply on its way, or received on a day (`received_on`); quantity 0 removes it."""

    reference: Identifier
    sku: SkuCode
    quantity: Count
    due_date: Day
    received_on: Day | None = None


class InboundIn(Wire):
    """Supply ordered outside the service, line by line."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "reference": "PO-881",
                            "sku": "S2-BLK-M",
                            "quantity": 60,
                            "due_date": "2026-03-20",
                        }
                    ]
                }
            ]
        }
    )

    items: Annotated[list[InboundItemIn], Field(min_length=1, max_length=10_000)]

    def to_items(self) -> list[InboundItem]:
        """Return the items as the room knows them."""
        return [
            InboundItem(one.reference, one.sku, one.quantity, one.due_date, one.received_on)
            for one in self.items
        ]


def results_of(
    verdicts: Sequence[Literal["accepted", "duplicate", "unknown_sku"]],
) -> list[RowResult]:
    """Say what became of each row, in the order sent."""
    return [
        RowResult(index=index, status="rejected", code=verdict, message="the brand has no such SKU")
        if verdict == "unknown_sku"
        else RowResult(index=index, status=verdict)
        for index, verdict in enumerate(verdicts)
    ]
