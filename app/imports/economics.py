"""The economics and offers of a whole range, as a small TOML file or a few flags say them.

Costs that depend on the style are shares of its price: a file of sales knows what was paid, and
nothing of what a thing costs.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

NOTHING = Decimal(0)
TICK = Decimal("0.0001")


@dataclass(frozen=True)
class StyleDefaults:
    """What holds for every style of an import.

    Attributes:
        price: What a unit sells for, of a new style whose price the file does not tell.
        salvage_share: What a unit left at the end of life fetches, as a share of the price.
        holding_cost_share_per_week: What a unit in stock costs a week, as a share of the price.
        lost_sale_cost: Goodwill lost with a sale, in the brand's currency.
        backorder_share: The share of customers who wait.
        return_rate: The share of units sent back; None: learned from the returns.
        resalable_share: The share of returned units that can be sold again.
    """

    salvage_share: Decimal = Decimal("0.2")
    holding_cost_share_per_week: Decimal = Decimal("0.005")
    lost_sale_cost: Decimal = NOTHING
    backorder_share: float = 0.0
    return_rate: float | None = None
    resalable_share: float = 1.0
    price: Decimal | None = None


def style_economics(defaults: StyleDefaults, price: Decimal) -> dict[str, Any]:
    """Return what the defaults say of a style of that price, by the names of its columns."""
    return {
        "salvage_value": (price * defaults.salvage_share).quantize(TICK),
        "holding_cost_per_unit_week": (price * defaults.holding_cost_share_per_week).quantize(TICK),
        "lost_sale_cost": defaults.lost_sale_cost,
        "backorder_share": defaults.backorder_share,
        "return_rate": defaults.return_rate,
        "resalable_share": defaults.resalable_share,
    }


@dataclass(frozen=True)
class FactorySettings:
    """A factory that is made when it does not exist yet, and listed by the brand."""

    code: str
    name: str
    timezone: str


@dataclass(frozen=True)
class StepShare:
    """What a unit costs from a quantity on: an amount, or a share of the style's price."""

    min_quantity: int
    unit_cost: Decimal | None
    unit_cost_share: Decimal | None

    def cost_at(self, price: Decimal) -> Decimal:
        """Return the unit cost of a style of that price."""
        if self.unit_cost is not None:
            return self.unit_cost
        assert self.unit_cost_share is not None
        return (self.unit_cost_share * price).quantize(TICK)


@dataclass(frozen=True)
class OfferTemplate:
    """An offer for a range of styles; the other terms are those of the HTTP interface.

    Where a step is a share of the price there is one offer for each price that occurs, for the
    styles of that price: exact, and far fewer than one a style.
    """

    code: str
    factory: str
    steps: tuple[StepShare, ...]
    terms: dict[str, Any]

    @property
    def follows_price(self) -> bool:
        """Whether its costs depend on the style's price."""
        return any(step.unit_cost_share is not None for step in self.steps)


@dataclass(frozen=True)
class Economics:
    """What a TOML file says."""

    style: StyleDefaults = StyleDefaults()
    factories: tuple[FactorySettings, ...] = ()
    offers: tuple[OfferTemplate, ...] = ()
