"""Economics and offers of a range as TOML or JSON: `style`, `factories`, `offers`."""

import tomllib
from collections.abc import Iterator
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
from app.imports.offers import offer_of
from app.web.wire import Identifier, Label, MoneyIn, Share, TimezoneName, Wire

PriceShare = Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)]
"""A fraction of a price, read exactly as it is written."""

ANY_PRICE = Decimal(1000)
"""What the terms of an offer are checked with before there are styles."""


class StyleTable(Wire):
    """What holds for every style; shares are of its price.

    `price` is of a new style whose price a file of sales does not tell.
    """

    salvage_share: PriceShare = StyleDefaults.salvage_share
    holding_cost_share_per_week: PriceShare = StyleDefaults.holding_cost_share_per_week
    lost_sale_cost: MoneyIn = StyleDefaults.lost_sale_cost
    backorder_share: Share = StyleDefaults.backorder_share
    return_rate: Share | None = StyleDefaults.return_rate
    resalable_share: Share = StyleDefaults.resalable_share
    price: Annotated[MoneyIn, Field(gt=0)] | None = StyleDefaults.price


class FactoryTable(Wire):
    """A factory that is made where it does not exist; a backtest makes none."""

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
    """An offer: the fields of `PUT /v1/offers/{offer}`, less brand and currency."""

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
    """Economics and offers of a brand's whole range."""

    style: StyleTable = StyleTable()
    factories: list[FactoryTable] = Field(default_factory=list)
    offers: list[OfferTable] = Field(default_factory=list)

    @model_validator(mode="after")
    def _names_each_offer_once(self) -> Self:
        names = [(one.factory, one.offer) for one in self.offers]
        if len(set(names)) < len(names):
            raise PydanticCustomError("duplicate_offer", "must name each offer of a factory once")
        return self

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


def offers_that_cannot_be(table: EconomicsTable) -> Iterator[tuple[int, ValidationError]]:
    """Yield the index of each offer that no factory could put, and what is wrong with it."""
    for index, offer in enumerate(table.offers):
        template = offer.to_template()
        styles = template.terms.get("styles")
        try:
            offer_of(template, brand="any", currency="EUR", price=ANY_PRICE, styles=styles)
        except ValidationError as error:
            yield index, error


def read_economics(path: Path) -> Economics:
    """Read the file; each of its tables may be absent.

    Raises:
        SetupError: If it cannot be read, is not TOML, or says something that cannot be.
    """
    try:
        with path.open("rb") as file:
            table = EconomicsTable.model_validate(tomllib.load(file))
    except OSError as error:
        raise SetupError(f"{path} cannot be opened: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SetupError(f"{path} is not TOML: {error}") from None
    except ValidationError as error:
        raise SetupError(f"{path}: {first_finding(error)}") from None
    for index, broken in offers_that_cannot_be(table):
        offer = table.offers[index].offer
        raise SetupError(f"{path}: offer {offer}: {first_finding(broken)}")
    return table.to_economics()
