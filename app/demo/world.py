"""The true demand of a line, drawn once from a seed: who wants what, and when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.demo.days import SEASON_DAYS, SHOP_CLOSES, SHOP_OPENS
from app.demo.line import LaunchCurve, Line, SteadyCurve, Style

Floats = NDArray[np.float64]

SHARE_CONCENTRATION = 80.0
"""How close a style's true size shares come to the usual ones: about 5 points off at worst."""

HANDOVER_DAYS = 12.0
"""Days in which a predecessor loses most of its demand to its successor."""

FADED_SHARE = 0.12
"""What a predecessor keeps of its demand in the end."""


@dataclass(frozen=True, slots=True)
class Order:
    """A customer who wants one unit at a moment, and what becomes of it if there is one.

    Attributes:
        day: Season day; negative before the season.
        minute: Minute of that day.
        is_cancelled: Taken back the next morning, so never demand.
        returned_on: The day it comes back, or None.
        is_resalable: Whether it can then be sold again.
    """

    order_id: str
    sku: str
    day: int
    minute: int
    is_cancelled: bool
    returned_on: int | None
    is_resalable: bool

    @property
    def back_on(self) -> int | None:
        """The day its unit is in the shop again, cancelled or returned."""
        return self.day + 1 if self.is_cancelled else self.returned_on


@dataclass(frozen=True)
class World:
    """A line with every order that customers would place if nothing ever ran out."""

    line: Line
    orders: Mapping[int, Sequence[Order]]

    def between(self, first: int, last: int) -> Iterable[Order]:
        """Yield the orders of the days from `first` to before `last`, in order of time."""
        for day in range(first, last):
            yield from self.orders.get(day, ())

    def demand_units(self, style: Style) -> int:
        """Return the season's true demand for a style: orders that were not taken back."""
        wanted = (order for order in self.between(0, SEASON_DAYS) if not order.is_cancelled)
        return sum(self.line.style_of[order.sku] is style for order in wanted)


def build_world(line: Line, seed: int) -> World:
    """Draw a line's orders; a style's do not depend on which other styles there are."""
    launches = {style.style: style.launch_day for style in line.styles}
    drawn: list[Order] = []
    for style in line.styles:
        rng = np.random.default_rng([seed, *style.style.encode()])
        handover = launches[style.successor] if style.successor else None
        drawn += _orders_of(line, style, daily_means(line, style, handover), rng)
    drawn.sort(key=lambda order: (order.day, order.minute, order.order_id))
    by_day: dict[int, list[Order]] = {}
    for order in drawn:
        by_day.setdefault(order.day, []).append(order)
    return World(line, by_day)


def daily_means(line: Line, style: Style, handover: int | None) -> Floats:
    """Return the expected demand of each day from launch to end of life or season.

    Args:
        line: Whose weekdays they are.
        style: What is sold.
        handover: The season day on which a successor takes over, or None.
    """
    last = SEASON_DAYS if style.end_day is None else min(style.end_day, SEASON_DAYS)
    days = np.arange(style.launch_day, last)
    means = _shape(style.curve, days, style.launch_day) * np.array(line.weekday_factors)[days % 7]
    if handover is not None:
        since = np.maximum(0.0, days - handover)
        means *= FADED_SHARE + (1 - FADED_SHARE) * np.exp(-since * 2 / HANDOVER_DAYS)
    return np.asarray(means)


def _shape(curve: LaunchCurve | SteadyCurve, days: NDArray[np.int64], launch_day: int) -> Floats:
    age = days - launch_day + 0.5
    if isinstance(curve, LaunchCurve):
        at = age / (curve.peak_week * 7)
        hill = 0.25 * np.exp(-at / 3) + at * np.exp(1 - at)
        return np.asarray(curve.life_units * hill / hill.sum())
    drift = (1 + curve.drift_per_week) ** (days / 7)
    ramp = 1 - np.exp(-age / (7 * curve.ramp_weeks)) if curve.ramp_weeks else 1.0
    return np.asarray(curve.weekly_units / 7 * drift * ramp)


def _orders_of(
    line: Line, style: Style, means: Floats, rng: np.random.Generator
) -> Iterable[Order]:
    """Yield one style's orders: noisy weeks, noisier days, sizes and colorways by its own taste."""
    weeks = rng.gamma(40, 1 / 40, len(means) // 7 + 1).repeat(7)[: len(means)]
    counts = rng.poisson(means * weeks * rng.gamma(15, 1 / 15, len(means)))
    skus = [sku for sku, _, _ in style.skus()]
    days = np.repeat(np.arange(style.launch_day, style.launch_day + len(means)), counts)
    chosen = rng.choice(len(skus), size=len(days), p=sku_shares(style, rng))
    minutes = rng.integers(SHOP_OPENS, SHOP_CLOSES, len(days))
    is_cancelled = rng.random(len(days)) < line.cancelled_share
    is_returned = (rng.random(len(days)) < style.return_rate) & ~is_cancelled
    shortest, longest = line.return_days
    back = days + rng.integers(shortest, longest + 1, len(days))
    is_resalable = rng.random(len(days)) < line.resalable_share
    for number in range(len(days)):
        yield Order(
            order_id=f"{style.style}-{number:05}",
            sku=skus[chosen[number]],
            day=int(days[number]),
            minute=int(minutes[number]),
            is_cancelled=bool(is_cancelled[number]),
            returned_on=int(back[number]) if is_returned[number] else None,
            is_resalable=bool(is_resalable[number]),
        )


def sku_shares(style: Style, rng: np.random.Generator) -> Floats:
    """Return the true share of each SKU: sizes near the usual ones, colorways of uneven luck."""
    usual = np.array(list(style.size_shares.values()))
    colorways = rng.dirichlet([12.0] * len(style.colorways))
    sizes = [rng.dirichlet(usual * SHARE_CONCENTRATION) for _ in style.colorways]
    return np.concatenate([share * size for share, size in zip(colorways, sizes, strict=True)])
