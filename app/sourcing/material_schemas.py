"""Materials and their reservations on the wire."""

from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import (
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from app.sourcing.availability import Kept
from app.sourcing.materials import Arrival, MaterialDraft
from app.web.wire import (
    Currency,
    Day,
    Label,
    MoneyIn,
    Timestamp,
    Wire,
    parse_money,
    text,
)


def parse_measure(value: Any) -> Decimal:
    """Read a measured quantity from a decimal string or a JSON number, exactly.

    Raises:
        PydanticCustomError: If it is something else, negative, too large or too fine.
    """
    try:
        return parse_money(value)
    except PydanticCustomError as error:
        if error.type == "money_too_large":
            raise PydanticCustomError("quantity_too_large", "must be at most 10000000000") from None
        raise PydanticCustomError(
            "bad_quantity", "must be a decimal string or number, 0 or more, with at most 4 decimals"
        ) from None


def measure_text(quantity: Decimal) -> str:
    """Write a quantity with the decimals it has: `120`, `0.05`."""
    plain = f"{quantity:f}"
    return (plain.rstrip("0").rstrip(".") or "0") if "." in plain else plain


def _positive(value: Any) -> Decimal:
    quantity = parse_measure(value)
    if quantity == 0:
        raise PydanticCustomError("too_small", "must be greater than 0")
    return quantity


_WRITTEN = PlainSerializer(measure_text, return_type=str, when_used="json")
_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {"type": "string", "pattern": r"^[0-9]{1,11}(\.[0-9]{1,4})?$"},
            {"type": "number", "minimum": 0},
        ],
        "examples": ["120.5"],
    }
)
Measure = Annotated[Decimal, PlainValidator(parse_measure), _WRITTEN, _SCHEMA]
"""A quantity in the material's unit, 0 or more: metres, kilograms, pieces."""

SomeMeasure = Annotated[Decimal, PlainValidator(_positive), _WRITTEN, _SCHEMA]
"""The same, more than 0."""

MeasureOut = Annotated[
    Decimal,
    _WRITTEN,
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$", "examples": ["120.5"]}),
]

EXAMPLE: dict[str, Any] = {
    "name": "Oxford 210D",
    "unit": "m",
    "on_hand": "850.5",
    "as_of": "2026-03-02T06:00:00Z",
    "arriving": [{"quantity": "400", "due_date": "2026-03-16"}],
    "returns": True,
    "replenishment_lead_time_days": 28.0,
    "minimum_buy": "300",
    "currency": "EUR",
    "unit_cost": "3.20",
    "scrap_value": "0.40",
    "season_end": "2026-09-30",
}


class ArrivalIn(Wire):
    """More of the material, expected on a day."""

    quantity: SomeMeasure
    due_date: Day


class MaterialIn(Wire):
    """What a factory has of a material, in a unit of its own.

    The report counts what lies on the shelf up to and including `as_of` (left out: now), cloth of
    runs that are not cut yet included. `arriving` counts from its due date on. Of what `returns`,
    a run takes what is there or buys `minimum_buy` at the least. After `season_end` nothing is made
    of it; what is reserved for a brand until then is paid for at `unit_cost` and fetches
    `scrap_value` if it is left.
    """

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    name: Label
    unit: Annotated[str, text(20)]
    on_hand: Measure
    as_of: Timestamp | None = None
    arriving: Annotated[list[ArrivalIn], Field(max_length=200)] = Field(default_factory=list)
    returns: Annotated[bool, Field(strict=True)] = True
    replenishment_lead_time_days: (
        Annotated[float, Field(strict=True, ge=0, le=730, allow_inf_nan=False)] | None
    ) = None
    minimum_buy: Measure | None = None
    currency: Currency | None = None
    unit_cost: MoneyIn | None = None
    scrap_value: MoneyIn | None = None
    season_end: Day | None = None

    @field_validator("replenishment_lead_time_days")
    @classmethod
    def _returns(cls, days: float | None, info: ValidationInfo) -> float | None:
        if days is not None and info.data.get("returns") is False:
            raise PydanticCustomError("does_not_return", "must be left out of what does not return")
        return days

    @field_validator("unit_cost", "scrap_value")
    @classmethod
    def _has_a_currency(cls, amount: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if amount is not None and info.data.get("currency", "") is None:
            raise PydanticCustomError("missing_currency", "needs a currency")
        return amount

    def to_draft(self, material: str) -> MaterialDraft:
        """Return it as the room takes it in."""
        plain = {
            name: getattr(self, name) for name in MaterialIn.model_fields if name != "arriving"
        }
        arriving = [Arrival(one.quantity, one.due_date) for one in self.arriving]
        return MaterialDraft(code=material, arriving=arriving, **plain)


class ReservationIn(Wire):
    """How much of a material is kept for a brand, up to and including a day.

    It is part of what is on hand and arriving, counted like that as of `as_of` (left out: now).
    """

    model_config = ConfigDict(
        json_schema_extra={"example": {"quantity": "250", "until": "2030-04-30"}}
    )

    quantity: SomeMeasure
    until: Day
    as_of: Timestamp | None = None


class ReservationOut(Wire):
    """What is kept for a brand; `left` is what its accepted runs do not take yet."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "brand": "acme",
                "quantity": "250",
                "left": "110",
                "until": "2030-04-30",
                "as_of": "2026-03-02T06:00:00Z",
                "reserved_by": "factory",
                "updated_at": "2026-03-02T10:15:00Z",
            }
        }
    )

    brand: str
    quantity: MeasureOut
    left: MeasureOut
    until: Day
    as_of: Timestamp
    reserved_by: str
    updated_at: Timestamp

    @classmethod
    def of(cls, kept: Kept, brand: str) -> Self:
        """Read a reservation."""
        row = kept.reservation
        return cls(
            brand=brand,
            quantity=row.quantity,
            left=kept.left,
            until=row.until,
            as_of=row.as_of,
            reserved_by=row.reserved_by,
            updated_at=row.updated_at,
        )
