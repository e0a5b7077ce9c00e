"""The parts of an offer on the wire: price breaks, least runs, lead times, early runs."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.web.wire import MoneyIn, Wire

LeastUnits = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
SomeUnits = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]


def _positive(cost: Any) -> Any:
    if cost <= 0:
        raise PydanticCustomError("too_small", "must be greater than 0")
    return cost


class PriceBreak(Wire):
    """What a unit costs from a quantity on."""

    min_quantity: SomeUnits
    unit_cost: Annotated[MoneyIn, AfterValidator(_positive)]


class Moq(Wire):
    """The least units per run, per colorway in it, and per SKU in it."""

    run: LeastUnits = 0
    colorway: LeastUnits = 0
    sku: LeastUnits = 0


class LeadTime(Wire):
    """Days from acceptance to sellable stock: the mean, and how much it varies."""

    mean: Annotated[float, Field(strict=True, ge=0, le=730, allow_inf_nan=False)]
    sd: Annotated[float, Field(strict=True, ge=0, le=365, allow_inf_nan=False)] = 0.0


class EarlyRun(Wire):
    """The first units of each run, while the line settles: which share of them arrives good."""

    units: SomeUnits
    yield_rate: Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
