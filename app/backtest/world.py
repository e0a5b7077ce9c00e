"""What happened, day by day: the demand that every rule meets, and the luck that all share."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from app.backtest.terms import Economics, Flags, Floats, Ints, Offers
from app.demand.returns import in_whole_units

WEEK = 7

NEAR_DAYS = 28
"""Days on each side of a stock-out whose sales in stock say what was wanted meanwhile."""


@dataclass(frozen=True, eq=False)
class Luck:
    """What chance does to a run of a style released at a review, the same for every rule.

    Attributes:
        lead: Standard normals of the lead time, shape (styles, reviews).
        good: Standard normals of the yield, of the same shape.
        rounding: Uniforms that round a SKU's good units, shape (skus, reviews).
    """

    lead: Floats
    good: Floats
    rounding: Floats


@dataclass(frozen=True, eq=False)
class World:
    """A brand's past, sorted by style: SKUs of one style stand together.

    Attributes:
        first: The first day; arrays of days count from it, whole weeks.
        review_days: Days between decisions, whole weeks.
        wanted: Units wanted, what stock-outs hid added, shape (skus, days).
        orders: Sales events behind them, of the same shape; `largest` of them, units.
        exposure: Share of the day that the SKU was on sale, shape (skus, days).
        style_of: Index of each SKU's style, ascending, shape (skus,).
        colorway_of: Index of each SKU's colorway, a later style's above, shape (skus,).
        launch_day: First day that any SKU of the style was on sale, shape (styles,).
    """

    first: date
    review_days: int
    wanted: Ints
    orders: Ints
    largest: Ints
    exposure: Floats
    style_of: Ints
    colorway_of: Ints
    launch_day: Ints
    economics: Economics
    offers: Offers
    luck: Luck

    @property
    def days(self) -> int:
        """Return how many days there are."""
        return int(self.wanted.shape[1])

    @property
    def styles(self) -> int:
        """Return how many styles there are."""
        return int(self.launch_day.size)

    def day(self, index: int) -> date:
        """Return a day by its number."""
        return self.first + timedelta(days=index)

    def of_styles(self, by_sku: Ints | Floats) -> Floats:
        """Return the sums of the styles of an array whose last axis is SKUs."""
        starts = np.searchsorted(self.style_of, np.arange(self.styles))
        return np.add.reduceat(by_sku, starts, axis=-1)

    def of_colorways(self, by_sku: Ints | Floats) -> Floats:
        """Return the sums of the colorways, which need not stand together, over the last axis."""
        order = np.argsort(self.colorway_of, kind="stable")
        starts = np.flatnonzero(np.diff(self.colorway_of[order], prepend=-1))
        return np.asarray(np.add.reduceat(by_sku[..., order], starts, axis=-1))

    def colorways_made(self, quantities: Ints) -> Ints:
        """Return how many colorways of each style are in runs, (..., skus) -> (..., styles)."""
        made = (self.of_colorways(quantities) > 0).astype(np.int64)
        style = np.zeros(made.shape[-1], dtype=np.int64)
        style[self.colorway_of] = self.style_of
        heads = np.searchsorted(style, np.arange(self.styles))
        return np.asarray(np.add.reduceat(made, heads, axis=-1))


def wanted_units(demand: Ints, exposure: Floats, in_stock: Floats) -> Ints:
    """Return what was wanted on each day: what sold, and in whole units what stock-outs hid.

    A SKU that was on sale and out of stock is taken to have been wanted as on the days in stock
    around it, NEAR_DAYS to each side. Never below what sold.

    Args:
        demand: Units sold less cancelled, shape (skus, days).
        exposure: Share of the day on sale.
        in_stock: Share of that time in stock.
    """
    hidden = exposure * (1.0 - in_stock)
    if not hidden.any():
        return demand
    seen = _around(exposure * in_stock)
    rate = np.divide(_around(demand), seen, out=np.zeros(demand.shape), where=seen > 0)
    return np.asarray(demand + in_whole_units(hidden * rate))


def _around(values: Floats | Ints) -> Floats:
    """Return sums over the days around each day."""
    days = values.shape[1]
    total = np.pad(np.cumsum(values, axis=1, dtype=np.float64), ((0, 0), (1, 0)))
    index = np.arange(days)
    first = np.maximum(index - NEAR_DAYS, 0)
    after = np.minimum(index + NEAR_DAYS + 1, days)
    return np.asarray(total[:, after] - total[:, first])


def luck_of(seeds: Ints, style_of: Ints, reviews: int) -> Luck:
    """Return each style's luck, by its own seed: of no other style, rule or batch."""
    lead, good = np.empty((len(seeds), reviews)), np.empty((len(seeds), reviews))
    rounding = np.empty((len(style_of), reviews))
    for style, seed in enumerate(seeds.tolist()):
        random = np.random.Generator(np.random.SFC64(seed))
        lead[style] = random.standard_normal(reviews)
        good[style] = random.standard_normal(reviews)
        own = style_of == style
        rounding[own] = random.random((int(own.sum()), reviews))
    return Luck(lead, good, rounding)


def is_on_sale(world: World, day: int) -> Flags:
    """Return which styles had been launched before a day, shape (styles,)."""
    return np.asarray(world.launch_day < day)
