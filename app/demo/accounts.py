"""What a season earned, style by style, under whichever plan filled the shelf."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.demo.days import SEASON_DAYS
from app.demo.line import Style
from app.demo.shelf import Shelf
from app.demo.world import World

RATE_WEEKS = 4


@dataclass(frozen=True)
class StyleAccount:
    """One style's season in units and money.

    Attributes:
        kept_units: Sold, and neither cancelled nor returned.
        left_units: On hand or on their way when the season ends.
        profit: Revenue kept, less making, less holding, plus what the units left are worth.
            The opening stock was paid before the season and costs every plan the same: nothing.
    """

    kept_units: int
    sold_units: int
    lost_units: int
    left_units: int
    revenue: Decimal
    making_cost: Decimal
    holding_cost: Decimal
    left_worth: Decimal

    @property
    def profit(self) -> Decimal:
        """What the season earned."""
        return self.revenue - self.making_cost - self.holding_cost + self.left_worth


def account(
    world: World,
    style: Style,
    shelf: Shelf,
    *,
    making_cost: Decimal,
    coming: Mapping[str, int] | None = None,
) -> StyleAccount:
    """Settle a style after the season.

    Args:
        world: Whose customers they were.
        style: The style.
        shelf: As it was left, with everything taken back that will be.
        making_cost: What the runs of the plan cost.
        coming: Units paid for that have not arrived.
    """
    skus = [sku for sku, _, _ in style.skus()]
    kept = _sum(shelf.sold, skus) - _sum(shelf.cancelled, skus) - _sum(shelf.returned, skus)
    left = _sum(shelf.on_hand, skus) + _sum(coming or {}, skus)
    return StyleAccount(
        kept_units=kept,
        sold_units=_sum(shelf.sold, skus) - _sum(shelf.cancelled, skus),
        lost_units=_sum(shelf.lost, skus),
        left_units=left,
        revenue=kept * style.price,
        making_cost=making_cost,
        holding_cost=style.holding_per_week * _sum(shelf.unit_nights, skus) / 7,
        left_worth=left_worth(world, style, left),
    )


def left_worth(world: World, style: Style, units: int) -> Decimal:
    """Return what units left at the season's end are worth.

    A style that ends is cleared at its salvage value. For one that goes on, a unit saves making
    another later, less the holding until it sells at the pace of the last weeks; never less than
    the salvage value.
    """
    weekly = _last_weekly_demand(world, style)
    if style.end_day is not None or weekly == 0:
        return units * style.salvage
    waits = (style.make_cost - style.holding_per_week * unit / weekly for unit in range(units))
    return sum((max(style.salvage, worth) for worth in waits), Decimal(0))


def _last_weekly_demand(world: World, style: Style) -> Decimal:
    skus = Counter(order.sku for order in world.between(SEASON_DAYS - RATE_WEEKS * 7, SEASON_DAYS))
    return Decimal(sum(skus[sku] for sku, _, _ in style.skus())) / RATE_WEEKS


def _sum(units: Mapping[str, int], skus: list[str]) -> int:
    return sum(units.get(sku, 0) for sku in skus)
