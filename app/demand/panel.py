"""What a brand's signals look like once they are arrays: the input of every forecast."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class PanelStyle:
    """One style of a panel: what likens it to others, and its life dates.

    Attributes:
        id: The row of the style, for whoever stores what becomes of it.
        code: The brand's code of the style.
        category: What the brand calls its family, or None.
        price: Selling price in the style's currency, 0 when unknown.
        attributes: Fabric, wheel size and so on, as the brand stated them.
        like: Codes of the brand's styles that it is expected to sell like.
        launched: First day on sale, in the future for a style announced; None when not known.
        fingerprint: Names what is known of the style before the origin; equal for equal.
        earlier_fingerprint: The same of an earlier day that was asked for, "" for none.
        name: What the brand calls the style, "" where it has no name.
        launch_stated: Whether the brand stated that day; else it is the day of the first sale.
        end_of_life: The day after which leftovers are worth salvage; None when it has no end.
        successor: Code of the style that follows it; None when it has none.
        successor_launch: First day on sale of that style, in the future when it is announced;
            None when not known.
        predecessors: Codes of the styles that name this one as their successor, oldest first.
    """

    id: int
    code: str
    category: str | None
    price: float
    attributes: Mapping[str, str]
    like: tuple[str, ...]
    launched: date | None
    end_of_life: date | None
    successor: str | None = None
    successor_launch: date | None = None
    predecessors: tuple[str, ...] = ()
    launch_stated: bool = True
    fingerprint: str = ""
    earlier_fingerprint: str = ""
    name: str = ""


@dataclass(frozen=True)
class KnownLine:
    """Demand of a SKU that the brand knows of beforehand.

    Attributes:
        sku: Index of the SKU in its panel.
        reference: The contract, pre-order or hiring cycle; its lines come together.
        quantity: Units, > 0.
        due_date: The brand-local day they are wanted.
        probability: That they will be wanted, 0 to 1.
        consumes: Share of them that the base demand has in it already, 0 to 1.
    """

    sku: int
    reference: str
    quantity: int
    due_date: date
    probability: float
    consumes: float = 1.0


def _not_counted() -> Ints:
    return np.zeros((0, 0), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class DemandPanel:
    """Several styles of one brand, seen in periods of the same length.

    Attributes:
        origin: Brand-local day the plan starts. Periods count back from it: the last one ends
            where the origin begins, so it is always complete.
        period_days: Days in a period, 1 or 7.
        styles: The styles, in the order that forecasts come back.
        sku_ids: Row of each SKU.
        sku_codes: The brand's code of each SKU.
        style_of: Index into `styles` of each SKU, shape (skus,).
        colorways: A number for the colorway of each SKU, shape (skus,).
        demand: Units sold less units cancelled, >= 0, shape (skus, periods).
        in_stock_share: Share of the time on sale that the SKU was in stock, shape
            (skus, periods): 1 when nothing says otherwise, 0 when it was out the whole period,
            and then what sold is only a lower bound of the demand.
        exposure: Share of the period that the SKU was on sale at all, shape (skus, periods):
            0 before its launch.
        returned: Units sent back, shape (skus, periods): supply, never negative demand.
        sizes: Size label of each SKU; empty when labels are not known.
        orders: Sales events behind the demand, shape (skus, periods); where they were not
            counted, as many as units.
        largest: Units of the largest single sales event, at most the base demand of its period,
            shape (skus, periods); where they were not counted, 1.
        contracted: Part of the demand that came as the large order of a line known beforehand,
            shape (skus, periods); 0 where there were none.
        known: Known demand due on the day of the origin or later, by due date.
        colorway_labels: Label of each SKU's colorway; empty when labels are not known.
    """

    origin: date
    period_days: int
    styles: tuple[PanelStyle, ...]
    sku_ids: tuple[int, ...]
    sku_codes: tuple[str, ...]
    style_of: Ints
    colorways: Ints
    demand: Ints
    in_stock_share: Floats
    exposure: Floats
    returned: Ints
    sizes: tuple[str, ...] = ()
    orders: Ints = field(default_factory=_not_counted)
    largest: Ints = field(default_factory=_not_counted)
    contracted: Ints = field(default_factory=_not_counted)
    known: tuple[KnownLine, ...] = ()
    colorway_labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Give what was not counted the shape of the demand, so that every array has it."""
        units = np.maximum(self.demand, 0)
        assumed = {
            "orders": units,
            "largest": np.minimum(units, 1),
            "contracted": np.zeros_like(units),
        }
        for name, values in assumed.items():
            if getattr(self, name).shape != units.shape:
                object.__setattr__(self, name, values)

    @cached_property
    def base_demand(self) -> Ints:
        """Return the demand without the large orders of lines known beforehand, >= 0."""
        return np.asarray(np.maximum(self.demand - self.contracted, 0))
