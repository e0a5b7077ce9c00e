"""Read economics and offers from TOML: `[style]`, `[[factories]]`, `[[offers]]`."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from app.errors import SetupError
from app.imports.economics import (
    Economics,
    FactorySettings,
    OfferTemplate,
    StepShare,
    StyleDefaults,
)
from app.imports.findings import first_finding
from app.imports.offers import draft_of
from app.web.wire import Identifier, Label, MoneyIn, Share, TimezoneName, Wire

PriceShare = Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)]
"""A fraction of a price, read exactly as it is written."""

ANY_PRICE = Decimal(1000)
"""What the terms of an offer are checked with before there are styles."""


class StyleTable(Wire):
    """`[style]`."""

    salvage_share: PriceShare = StyleDefaults.salvage_share
    holding_cost_share_per_week: PriceShare = StyleDefaults.holding_cost_share_per_week
    lost_sale_cost: MoneyIn = StyleDefaults.lost_sale_cost
    backorder_share: Share = StyleDefaults.backorder_share
    return_rate: Share | None = StyleDefaults.return_rate
    resalable_share: Share = StyleDefaults.resalable_share


class FactoryTable(Wire):
    """One of `[[factories]]`."""

    factory: Identifier
    name: Label | None = None
    timezone: TimezoneName = "UTC"


class StepTable(Wire):
    """One of an offer's `price_breaks`."""

    min_quantity: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    unit_cost: MoneyIn | None = None
    unit_cost_share: Annotated[PriceShare, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.unit_cost is None) == (self.unit_cost_share is None):
            raise PydanticCustomError("one_of_two", "must have either unit_cost or unit_cost_share")
        return self


class OfferTable(Wire):
    """One of `[[offers]]`: the fields of `PUT /v1/offers/{offer}`, less brand and currency."""

    model_config = ConfigDict(extra="allow")

    offer: Annotated[Identifier, Field(max_length=48)]
    factory: Identifier
    price_breaks: Annotated[list[StepTable], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _leaves_out_the_brand(self) -> Self:
        if not {"brand", "currency"}.isdisjoint(self.model_extra or {}):
            raise PydanticCustomError("fixed", "must not name a brand or a currency")
        return self

    def to_template(self) -> OfferTemplate:
        """Return it as the room knows it."""
        steps = tuple(
            StepShare(step.min_quantity, step.unit_cost, step.unit_cost_share)
            for step in self.price_breaks
        )
        return OfferTemplate(self.offer, self.factory, steps, dict(self.model_extra or {}))


class EconomicsTable(Wire):
    """The whole file."""

    style: StyleTable = StyleTable()
    factories: list[FactoryTable] = Field(default_factory=list)
    offers: list[OfferTable] = Field(default_factory=list)

    def to_economics(self) -> Economics:
        """Return it as the room knows it."""
        return Economics(
            StyleDefaults(**self.style.model_dump()),
            tuple(
                FactorySettings(one.factory, one.name or one.factory, one.timezone)
                for one in self.factories
            ),
            tuple(offer.to_template() for offer in self.offers),
        )


def read_economics(path: Path) -> Economics:
    """Read the file; each of its tables may be absent.

    Raises:
        SetupError: If it cannot be read, is not TOML, or says something that cannot be.
    """
    try:
        with path.open("rb") as file:
            economics = EconomicsTable.model_validate(tomllib.load(file)).to_economics()
        for offer in economics.offers:
            draft_of(offer, brand="any", currency="EUR", price=ANY_PRICE, styles=None)
    except OSError as error:
        raise SetupError(f"{path} cannot be opened: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SetupError(f"{path} is not TOML: {error}") from None
    except ValidationError as error:
        raise SetupError(f"{path}: {first_finding(error)}") from None
    except SetupError as error:
        raise SetupError(f"{path}: {error}") from None
    return economics
