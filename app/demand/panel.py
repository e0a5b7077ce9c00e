"""What a brand's signals look like once they are arrays: the input of every forecast."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

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
        end_of_life: The day after which leftovers are worth salvage; None when it has no end.
    """

    id: int
    code: str
    category: str | None
    price: float
    attributes: Mapping[str, str]
    like: tuple[str, ...]
    launched: date | None
    end_of_life: date | None


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
