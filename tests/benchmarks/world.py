"""A simulated brand whose launches are not of the model's family, with the truth known.

Styles of three families rise late, fall in a line or have two humps, each stretched in time and
every fifth following another family's shape; the level wanders. Weeks are negative binomial,
sometimes with a burst that fades over three weeks; promotions lift all styles in the same weeks.
Four sizes share one tilt towards small or large, and each week one more of its own. Every style has
stock for a bought-in number of units, a size that sells out stays out until a delivery that may
never come.

How far scales spread and weeks scatter is a law of two. TAME was set before anything was measured:
what a prior does not know is then small beside what nobody can foresee. MEASURED has what real
launches show (`world_measured.py`): the log of 590 of them's first 10 weeks strayed by 2.31 (s.e.
0.04) around what price let expect, tame ones by 0.99, MEASURED ones by 2.3; weeks of three times
their neighbours' mean were 8.8% (0.3), 3.2% and 9%; squared misses of weeks around their four
weeks' mean, 1.05 (0.04), 0.28 and 0.7. Levels and shapes move more than real ones in both: 0.48
(0.04) from four weeks to the next, 0.69 and 0.75 (0.02). The real file knows no families, which
would tell more than price does.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel, PanelStyle

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FIRST_DAY = date(2024, 1, 1)
PAST_WEEKS = 78
"""Weeks over which the past styles launch; the new ones all launch after them."""

WEEKS = PAST_WEEKS + 21
SIZES = ("S", "M", "L", "XL")
SIZE_CURVE = np.array([0.18, 0.34, 0.3, 0.18])

BURSTS = 0.04
"""Chance that a burst begins in a week."""

BURST_LIFTS = (3.0, 2.0, 1.4)
PROMOTIONS = 0.1
PROMOTION_LIFT = 1.8
WANDER = 0.06
"""Standard deviation of the step that the log of a style's level takes in a week."""

EXPECTED_LIFT = (1 + BURSTS * sum(lift - 1 for lift in BURST_LIFTS)) * (
    1 + PROMOTIONS * (PROMOTION_LIFT - 1)
)
"""What bursts and promotions, which nobody can foresee, add to the intensity on average."""


@dataclass(frozen=True)
class Law:
    """How uncertain a brand's launches are.

    Attributes:
        scale_sd: Standard deviation of the log of a style's scale in its family.
        noise: Overdispersion of a style's week; sizes add theirs.
    """

    scale_sd: float
    noise: float


TAME = Law(scale_sd=0.9, noise=0.15)
MEASURED = Law(scale_sd=2.2, noise=0.7)


@dataclass(frozen=True, eq=False)
class World:
    """One brand, past and to come.

    Attributes:
        families: The family of each style, shape (styles,).
        launch: Its launch, in weeks from FIRST_DAY; the new styles are those of PAST_WEEKS.
        shape: Expected demand of each week at the level of its launch, without bursts and
            promotions, shape (styles, WEEKS).
        level: Where the style's level has wandered to since its launch, the same shape.
        promoted: Which weeks had a promotion, shape (WEEKS,).
        demand: What was wanted, shape (styles, sizes, WEEKS).
        sold: What was sold, the same shape.
        in_stock: Share of the week in stock, the same shape.
        law: How uncertain its launches are.
    """

    families: Ints
    launch: Ints
    shape: Floats
    level: Floats
    promoted: NDArray[np.bool_]
    demand: Ints
    sold: Ints
    in_stock: Floats
    law: Law

    @property
    def new(self) -> NDArray[np.bool_]:
        """Return which styles are the new ones, shape (styles,)."""
        return self.launch == PAST_WEEKS

    def known(self, week: int, weeks: int) -> Floats:
        """Return what is expected in the weeks from one on by who knows all but what is to come.

        Each style's scale, shape and the level it has; not where that will wander, nor bursts and
        promotions to come, all on average. Shape (styles, weeks).
        """
        last = np.maximum(week - 1, np.minimum(self.launch, week))
        now = self.level[np.arange(len(self.level)), last]
        steps = np.arange(week, week + weeks) - last[:, None]
        ahead = self.shape[:, week : week + weeks] * EXPECTED_LIFT
        return ahead * now[:, None] * np.exp(WANDER**2 * steps / 2)

    def panel(self, week: int) -> DemandPanel:
        """Return the weekly panel as it stood before a week, new styles announced."""
        styles, sizes = self.sold.shape[:2]
        on_sale = np.arange(week) >= self.launch[:, None]
        exposure = np.repeat(on_sale, sizes, axis=0).astype(np.float64)
        sold = self.sold[:, :, :week].reshape(-1, week)
        return DemandPanel(
            origin=FIRST_DAY + timedelta(weeks=week),
            period_days=7,
            styles=tuple(self._style(style) for style in range(styles)),
            sku_ids=tuple(range(styles * sizes)),
            sku_codes=tuple(f"S{style}-{size}" for style in range(styles) for size in SIZES),
            style_of=np.repeat(np.arange(styles), sizes),
            colorways=np.repeat(np.arange(styles), sizes),
            demand=sold,
            in_stock_share=self.in_stock[:, :, :week].reshape(-1, week),
            exposure=exposure,
            returned=np.zeros_like(sold),
            sizes=SIZES * styles,
        )

    def _style(self, style: int) -> PanelStyle:
        launched = FIRST_DAY + timedelta(weeks=int(self.launch[style]))
        family = f"family {self.families[style]}"
        return PanelStyle(style, f"S{style}", family, 40.0, {}, (), launched, None)


def shapes(age: Floats) -> Floats:
    """Return the families' demand by age in weeks over the mean of 13 weeks, (3, *age)."""
    late = 0.35 + 1.3 * np.exp(-(((age - 7) / 4) ** 2))
    line = np.maximum(1.9 - 0.14 * age, 0.12)
    humps = 0.3 + 1.4 * np.exp(-(((age - 1.5) / 2) ** 2)) + 1.2 * np.exp(-(((age - 12) / 3) ** 2))
    return np.stack([late / 0.97, line / 1.07, humps / 0.84])


def steady_weeks(
    random: np.random.Generator, families: Ints, launch: Ints, weeks: int, law: Law
) -> Floats:
    """Return expected demand of styles drawn at random, nothing lifting it, (styles, weeks)."""
    count = len(families)
    followed = np.where(random.random(count) < 0.2, random.integers(0, 3, count), families)
    stretch = random.uniform(0.7, 1.5, count)
    scale = np.exp(random.normal(np.log([8.0, 16.0, 12.0])[families], law.scale_sd))
    age = np.arange(weeks) - launch[:, None] + 0.5
    shape = shapes(np.maximum(age, 0) / stretch[:, None])[followed, np.arange(count)]
    return np.asarray(scale[:, None] * shape * (age > 0))


def world(seed: int, *, past: int = 150, new: int = 120, law: Law = TAME) -> World:
    """Return a brand with so many past styles and new ones."""
    random = np.random.default_rng(seed)
    count = past + new
    families = random.integers(0, 3, count)
    launch = np.r_[random.integers(0, PAST_WEEKS, past), np.full(new, PAST_WEEKS)]
    steady = steady_weeks(random, families, launch, WEEKS, law)
    wander = np.exp(np.cumsum(random.normal(0, WANDER, (count, WEEKS)), axis=1))
    wander /= wander[np.arange(count), np.minimum(launch, WEEKS - 1), None]
    demand, promoted = _demand(random, steady * wander, law.noise)
    sold, in_stock = _sell(random, demand, steady * wander, launch)
    return World(families, launch, steady, wander, promoted, demand, sold, in_stock, law)


def bursts(random: np.random.Generator, count: int, weeks: int) -> Floats:
    """Return what bursts make of so many styles' weeks, none begun before, (count, weeks)."""
    lift = np.ones((count, weeks))
    begins = random.random((count, weeks)) < BURSTS
    for delay, factor in enumerate(BURST_LIFTS):
        lift[:, delay:] *= np.where(begins[:, : weeks - delay], factor, 1.0)
    return lift


def _demand(
    random: np.random.Generator, intensity: Floats, overdispersion: float
) -> tuple[Ints, NDArray[np.bool_]]:
    """Return what is wanted of each size and week, (styles, sizes, WEEKS), and the promotions."""
    count, weeks = intensity.shape
    lift = bursts(random, count, weeks)
    promoted = random.random(weeks) < PROMOTIONS
    lift *= np.where(promoted, PROMOTION_LIFT, 1.0)
    steps = np.linspace(-1, 1, len(SIZES))
    tilt = random.normal(0, 0.5, (count, 1)) + random.normal(0, 0.25, (count, weeks))
    weight = SIZE_CURVE[:, None] * np.exp(tilt[:, None, :] * steps[:, None])
    split = weight / weight.sum(axis=1, keepdims=True)
    noise = random.standard_gamma(1 / overdispersion, (count, weeks)) * overdispersion
    return random.poisson((intensity * lift * noise)[:, None, :] * split), promoted


def _sell(
    random: np.random.Generator, demand: Ints, intensity: Floats, launch: Ints
) -> tuple[Ints, Floats]:
    """Return units sold and the share of each week in stock, both (styles, sizes, WEEKS)."""
    count, _, weeks = demand.shape
    planned = intensity.sum(axis=1) * np.exp(random.normal(-0.2, 0.7, count)) + 4
    stock = np.round(planned[:, None] * SIZE_CURVE).astype(np.int64)
    again = stock.copy()
    sold = np.zeros_like(demand)
    in_stock = np.ones(demand.shape)
    for week in range(weeks):
        wanted = demand[:, :, week]
        sold[:, :, week] = np.minimum(wanted, stock)
        short = (wanted > stock) | ((stock == 0) & (week >= launch)[:, None])
        in_stock[:, :, week] = np.where(short, stock / np.maximum(wanted, 1), 1.0)
        stock = stock - sold[:, :, week]
        delivered = (random.random(count) < 0.15)[:, None] & (stock.sum(axis=1) < 2)[:, None]
        stock = stock + np.where(delivered, again, 0)
    return sold, in_stock
