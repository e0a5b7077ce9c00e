"""What every rule begins with: the same stock, of no cost, so that only decisions differ."""

import numpy as np

from app.backtest.terms import Floats, Ints
from app.backtest.told import Told
from app.backtest.world import WEEK, World

LAUNCH_WEEKS = 4
"""First weeks of the styles launched before, whose mean a new one is stocked by."""

FIRST_UNITS = 5.0
"""Units a week that the first styles of all are stocked by."""


def cover_weeks(world: World) -> Floats:
    """Return what the first stock lasts for: the quickest lead time and a review, (styles,)."""
    quickest = np.where(world.offers.stocked, world.offers.lead_days, np.inf).min(axis=1)
    days = np.where(np.isfinite(quickest), quickest, 0.0) + world.review_days
    return np.asarray(days / WEEK)


def stock_of_sold(world: World, told: Told) -> Ints:
    """Return the first stock of styles that have sold, by what they sold lately, (skus,)."""
    units = told.mean * cover_weeks(world)[world.style_of]
    return np.ceil(units - 1e-9).astype(np.int64)


def stock_of_launched(world: World, first: int, after: int) -> Ints:
    """Return the first stock of styles launched in these days, by earlier launches, (skus,)."""
    new = (world.launch_day >= first) & (world.launch_day < after)
    if not new.any():
        return np.zeros(len(world.style_of), dtype=np.int64)
    weekly = _launch_rate(world, first)
    skus = np.bincount(world.style_of, minlength=world.styles)
    units = np.where(new, weekly * cover_weeks(world) / skus, 0.0)
    return np.ceil(units[world.style_of] - 1e-9).astype(np.int64)


def _launch_rate(world: World, day: int) -> float:
    """Return units a week of the first weeks of a style, on average over those launched before."""
    length = LAUNCH_WEEKS * WEEK
    earlier = np.flatnonzero(world.launch_day + length <= day)
    if not earlier.size:
        return FIRST_UNITS
    by_style = world.of_styles(np.swapaxes(world.wanted[:, :day], 0, 1))
    starts = world.launch_day[earlier]
    units = [
        by_style[start : start + length, style].sum()
        for start, style in zip(starts, earlier, strict=True)
    ]
    return float(np.mean(units)) / LAUNCH_WEEKS
