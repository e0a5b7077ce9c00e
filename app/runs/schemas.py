"""Runs, their progress, and requests to change them, on the wire."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.runs.progress import COUNTED_KINDS, Step
from app.runs.tables import ChangeRequest, Run, RunLine
from app.web.wire import (
    Day,
    Identifier,
    MoneyOut,
    Note,
    Quantity,
    SkuCode,
    Timestamp,
    UnitCostOut,
    Wire,
)

RunStatus: TypeAlias = Literal["planned", "in_production", "shipped", "received", "closed"]


class RunLineOut(Wire):
    """The units of one SKU, and how far they are."""

    sku: str
    colorway: str
    size: str
    quantity: int
    produced: int
    rejected: int
    shipped: int
    received: int


class RunOut(Wire):
    """Accepted work: its terms as agreed, and how far it has come."""

    id: str
    recommendation: str
    brand: str
    factory: str
    style: str
    offer: str
    mode: str
    status: RunStatus
    quantity: int
    lines: list[RunLineOut]
    currency: str
    unit_cost: UnitCostOut
    total_cost: MoneyOut
    need_by: Day
    due_date: Day
    accepted_at: Timestamp

    @classmethod
    def of(cls, run: Run, lines: Sequence[RunLine]) -> "RunOut":
        """Show a run with its lines."""
        same = (
            "id", "brand", "factory", "style", "offer", "mode", "status", "quantity", "currency",
            "unit_cost", "total_cost", "need_by", "due_date", "accepted_at",
        )  # fmt: skip
        shown = [
            RunLineOut(**{name: getattr(line, name) for name in RunLineOut.model_fields})
            for line in lines
        ]
        values = {name: getattr(run, name) for name in same}
        return cls(recommendation=run.recommendation_id, lines=shown, **values)


class StepIn(Wire):
    """One event of a run; counted ones name a SKU and its units."""

    event_id: Identifier
    kind: Literal["started", "produced", "rejected", "shipped", "received", "complained", "closed"]
    sku: SkuCode | None = None
    quantity: Quantity | None = None
    occurred_at: Timestamp

    @model_validator(mode="after")
    def _counts_something(self) -> Self:
        if self.kind in COUNTED_KINDS and (self.sku is None or self.quantity is None):
            raise PydanticCustomError("not_counted", "needs a sku and a quantity")
        return self


class StepsIn(Wire):
    """What happened to a run."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "events": [
                        {
                            "event_id": "e-17",
                            "kind": "produced",
                            "sku": "S2-BLK-M",
                            "quantity": 34,
                            "occurred_at": "2026-04-11T15:00:00+02:00",
                        }
                    ]
                }
            ]
        }
    )

    events: Annotated[list[StepIn], Field(min_length=1, max_length=1000)]

    def to_steps(self) -> list[Step]:
        """Return the events as the room knows them."""
        return [
            Step(one.event_id, one.kind, one.sku, one.quantity, one.occurred_at)
            for one in self.events
        ]


class ChangedLineIn(Wire):
    """Units of one SKU of the run that would be wanted instead."""

    sku: SkuCode
    quantity: Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


class ChangeRequestIn(Wire):
    """What one side asks to change; the other is free to say no."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"need_by": "2030-05-06", "reason": "the fair was moved a week"}]
        }
    )

    lines: Annotated[list[ChangedLineIn], Field(min_length=1, max_length=1000)] | None = None
    need_by: Day | None = None
    reason: Note


class ChangeRequestOut(Wire):
    """A request that was taken down; the run itself is as it was."""

    id: str
    run: str
    status: Literal["requested"] = "requested"
    requested_by: Literal["ops", "brand", "factory"]
    lines: list[ChangedLineIn] | None
    need_by: Day | None
    reason: str
    at: datetime

    @classmethod
    def of(cls, row: ChangeRequest) -> "ChangeRequestOut":
        """Show a stored request."""
        return cls.model_validate(
            {
                "id": row.id,
                "run": row.run_id,
                "requested_by": row.requested_by,
                "at": row.at,
                "lines": row.change.get("lines"),
                "need_by": row.change.get("need_by"),
                "reason": row.change["reason"],
            }
        )
