"""One large run: all that the time ahead is thought to want, at once and at the lowest cost."""

import numpy as np
from scipy.special import ndtri

from app.backtest.ordering import allowed
from app.backtest.policies.levels import Setting, setting_of
from app.backtest.policies.newsvendor import critical_ratio
from app.backtest.terms import Flags, Floats, Ints, units_cost
from app.backtest.told import Told
from app.backtest.world import WEEK, World, is_on_sale

NAME = "large_run"

LEAST_WEEKS = 4.0
"""Weeks of sales that the run is sized from: it cannot be made larger later."""


class LargeRun:
    """What every style's one run is, made once it has sold for LEAST_WEEKS."""

    def __init__(self, world: World, until: int) -> None:
        """Plan up to a day, or to the end of life where that comes first."""
        cost = np.where(world.offers.stocked, world.offers.unit_cost, np.inf)
        self.world = world
        self.until = np.minimum(world.economics.last_day + 1, until)
        self.chosen: Ints = np.where(np.isfinite(cost).any(axis=1), cost.argmin(axis=1), -1)
        self._open: Flags = np.ones(world.styles, dtype=np.bool_)

    def orders(self, position: Ints, told: Told) -> Ints:
        """Return the runs to make today, shape (skus,); one that would not pay is never made."""
        world, style_of = self.world, self.world.style_of
        weeks = np.maximum.reduceat(told.weeks, np.searchsorted(style_of, np.arange(world.styles)))
        ready = self._open & is_on_sale(world, told.day) & (weeks >= LEAST_WEEKS)
        self._open &= ~ready
        setting = setting_of(world, told, np.maximum(self.chosen, 0))
        ahead = (np.maximum(self.until - told.day, 0) / WEEK)[style_of]
        wanted = np.where(ready[style_of], _quantile(setting, ahead) - position, 0.0)
        runs = allowed(world, np.maximum(wanted, 0.0)[None, :], self.chosen[None, :])[0]
        needed = np.maximum(told.mean * ahead - position, 0.0)
        return np.where(self._pays(runs, needed)[style_of], runs, 0)

    def _pays(self, runs: Ints, needed: Floats) -> Flags:
        """Say which styles' runs earn their cost back if demand goes on as it was."""
        world, economics = self.world, self.world.economics
        at, style = np.maximum(self.chosen, 0)[None, :], np.arange(world.styles)
        units = world.of_styles(runs)
        sold = np.minimum(units, world.of_styles(needed))
        cost = units_cost(world.offers, at, np.maximum(units, 1)[None, :].astype(np.int64))[0]
        cost = cost + world.offers.per_run[style, at[0]]
        earned = (economics.price + economics.goodwill) * sold
        return np.asarray(earned + economics.salvage * (units - sold) > cost)


def _quantile(setting: Setting, weeks: Floats) -> Floats:
    """Return the newsvendor quantile of the demand of so many weeks, the mean not being known."""
    told = setting.told
    known = np.maximum(told.weeks, 1.0)
    deviation = told.deviation * np.sqrt(weeks + weeks**2 / known)
    quantile = told.mean * weeks + ndtri(critical_ratio(setting)) * deviation
    return np.asarray(np.maximum(quantile, 0.0))
