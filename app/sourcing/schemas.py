"""Offers on the wire."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from app.sourcing.ingest import OfferDraft
from app.sourcing.offer_parts import (
    EarlyRun,
    LeadTime,
    LeastUnits,
    Moq,
    PriceBreak,
    SomeUnits,
)
from app.sourcing.queries import Offered
from app.web.wire import (
    Currency,
    Day,
    Identifier,
    MoneyIn,
    MoneyOut,
    Timestamp,
    Wire,
)

Mode = Literal["on_demand", "small_batch", "large_batch"]
BreakKind = Literal["all_units", "incremental"]
Flag = Annotated[bool, Field(strict=True)]

EXAMPLE: dict[str, Any] = {
    "brand": "acme",
    "styles": ["S2"],
    "mode": "small_batch",
    "made_to_order": False,
    "currency": "EUR",
    "price_break_kind": "all_units",
    "price_breaks": [
        {"min_quantity": 1, "unit_cost": "14.00"},
        {"min_quantity": 200, "unit_cost": "12.10"},
    ],
    "setup_cost": "120.00",
    "colorway_setup_cost": "30.00",
    "setup_hours": 2.0,
    "setup_loss_units": 0,
    "tooling_cost": "0.00",
    "freight_per_unit": "0.80",
    "freight_per_run": "0.00",
    "moq": {"run": 50, "colorway": 20, "sku": 0},
    "order_multiple": 1,
    "max_quantity": 2000,
    "lead_time_days": {"mean": 21.0, "sd": 3.0},
    "lead_time_days_with_material": {"mean": 9.0, "sd": 1.0},
    "yield_rate": 0.97,
    "yield_sd": 0.01,
    "early_run": {"units": 10, "yield_rate": 0.9},
    "capacity_per_week": 1500,
    "valid_from": None,
    "valid_to": None,
}


class OfferIn(Wire):
    """A factory's terms for making a brand's styles one way.

    `lead_time_days_with_material` holds for as many units as the material at hand allows that is
    free or reserved for the brand. The factory reports it under `/v1/materials`.
    """

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    brand: Identifier
    styles: Annotated[list[Identifier], Field(min_length=1, max_length=10_000)] | None = None
    mode: Mode
    made_to_order: Flag = False
    currency: Currency
    price_break_kind: BreakKind = "all_units"
    price_breaks: Annotated[list[PriceBreak], Field(min_length=1, max_length=50)]
    setup_cost: MoneyIn = Field(default="0", validate_default=True)
    colorway_setup_cost: MoneyIn = Field(default="0", validate_default=True)
    setup_hours: Annotated[float, Field(strict=True, ge=0, le=10_000, allow_inf_nan=False)] = 0.0
    setup_loss_units: LeastUnits = 0
    tooling_cost: MoneyIn = Field(default="0", validate_default=True)
    freight_per_unit: MoneyIn = Field(default="0", validate_default=True)
    freight_per_run: MoneyIn = Field(default="0", validate_default=True)
    moq: Moq = Moq()
    order_multiple: SomeUnits = 1
    max_quantity: SomeUnits | None = None
    lead_time_days: LeadTime
    lead_time_days_with_material: LeadTime | None = None
    yield_rate: Annotated[float, Field(strict=True, gt=0, le=1, allow_inf_nan=False)] = 1.0
    yield_sd: Annotated[float, Field(strict=True, ge=0, le=0.5, allow_inf_nan=False)] = 0.0
    early_run: EarlyRun | None = None
    capacity_per_week: SomeUnits | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None

    @field_validator("price_breaks")
    @classmethod
    def _breaks_ascend(cls, breaks: list[PriceBreak]) -> list[PriceBreak]:
        for index in range(1, len(breaks)):
            if breaks[index].min_quantity <= breaks[index - 1].min_quantity:
                raise PydanticCustomError(
                    "not_ascending",
                    "entry {index} must have a larger min_quantity than the one before",
                    {"index": index},
                )
        return breaks

    @field_validator("max_quantity")
    @classmethod
    def _allows_the_least_run(cls, most: int | None, info: ValidationInfo) -> int | None:
        moq, breaks = info.data.get("moq"), info.data.get("price_breaks")
        least = [moq.run, moq.colorway, moq.sku] if moq is not None else []
        least += [breaks[0].min_quantity] if breaks else []
        least += [info.data.get("order_multiple", 0)]
        if most is not None and most < max(least):
            raise PydanticCustomError("max_below_moq", "must allow the smallest run offered")
        return most

    @field_validator("lead_time_days_with_material")
    @classmethod
    def _is_shorter(cls, short: LeadTime | None, info: ValidationInfo) -> LeadTime | None:
        usual = info.data.get("lead_time_days")
        if short is not None and usual is not None and short.mean > usual.mean:
            raise PydanticCustomError("not_shorter", "must not take longer than lead_time_days")
        return short

    @field_validator("early_run")
    @classmethod
    def _is_worse(cls, early: EarlyRun | None, info: ValidationInfo) -> EarlyRun | None:
        usual = info.data.get("yield_rate")
        if early is not None and usual is not None and early.yield_rate > usual:
            raise PydanticCustomError("above_yield_rate", "must not yield more than yield_rate")
        return early

    @field_validator("valid_to")
    @classmethod
    def _ends_after_start(cls, end: Day | None, info: ValidationInfo) -> Day | None:
        start = info.data.get("valid_from")
        if end is not None and start is not None and end < start:
            raise PydanticCustomError("end_before_start", "must not lie before valid_from")
        return end

    def to_draft(self, offer: str) -> OfferDraft:
        """Return it as the room takes it in."""
        return OfferDraft(
            code=offer,
            **{name: getattr(self, name) for name in _PLAIN},
            price_breaks=tuple((step.min_quantity, step.unit_cost) for step in self.price_breaks),
            moq_run=self.moq.run,
            moq_colorway=self.moq.colorway,
            moq_sku=self.moq.sku,
            lead_time_days_mean=self.lead_time_days.mean,
            lead_time_days_sd=self.lead_time_days.sd,
            **self._with_material(),
            **self._early(),
        )

    def _with_material(self) -> dict[str, Any]:
        short = self.lead_time_days_with_material
        if short is None:
            return {}
        return {
            "material_lead_time_days_mean": short.mean,
            "material_lead_time_days_sd": short.sd,
        }

    def _early(self) -> dict[str, Any]:
        early = self.early_run
        if early is None:
            return {}
        return {"early_run_units": early.units, "early_run_yield": early.yield_rate}


_PLAIN = OfferIn.model_fields.keys() - {
    "price_breaks",
    "moq",
    "lead_time_days",
    "lead_time_days_with_material",
    "early_run",
}


class OfferOut(OfferIn):
    """An offer as stored."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "offer": "S2-small",
                "factory": "fab1",
                **EXAMPLE,
                "updated_at": "2026-03-02T10:15:00Z",
            }
        },
        json_schema_serialization_defaults_required=True,
    )

    offer: str
    factory: str
    setup_cost: MoneyOut
    colorway_setup_cost: MoneyOut
    tooling_cost: MoneyOut
    freight_per_unit: MoneyOut
    freight_per_run: MoneyOut
    updated_at: Timestamp

    @classmethod
    def of(cls, offered: Offered) -> Self:
        """Read a stored offer."""
        row = offered.offer
        plain = {name: getattr(row, name) for name in _PLAIN - {"brand", "yield_sd"}}
        return cls(
            offer=row.code,
            factory=offered.factory,
            brand=offered.brand,
            **plain,
            price_breaks=[PriceBreak(**step) for step in row.price_breaks],
            moq=Moq(run=row.moq_run, colorway=row.moq_colorway, sku=row.moq_sku),
            lead_time_days=LeadTime(mean=row.lead_time_days_mean, sd=row.lead_time_days_sd),
            lead_time_days_with_material=None
            if row.material_lead_time_days_mean is None
            else LeadTime(
                mean=row.material_lead_time_days_mean, sd=row.material_lead_time_days_sd or 0.0
            ),
            yield_sd=row.yield_sd or 0.0,
            early_run=None
            if row.early_run_units is None
            else EarlyRun(units=row.early_run_units, yield_rate=row.early_run_yield or 0.0),
            updated_at=row.updated_at,
        )
