"""Reorder point: when the position falls to it, order the economic quantity."""

import numpy as np
from scipy.special import ndtri

from app.backtest.policies.levels import Candidate, Setting, with_every_offer
from app.backtest.terms import Floats
from app.backtest.world import World

NAME = "reorder_point"

CYCLE_SERVICE = 0.95
"""Share of replenishment cycles without a stock-out: what most planners set."""

LEAST_HOLDING = 1e-6
"""Share of its cost that keeping a unit for a week costs at least: else the quantity has no end."""

MOST_WEEKS = 26.0
"""Weeks of demand in an order at most."""


def candidates(world: World) -> list[Candidate]:
    """Return the rule with each offer, and making nothing."""
    return with_every_offer(world, NAME, levels)


def levels(setting: Setting) -> tuple[Floats, Floats]:
    """Return the reorder point, and what it is ordered up to.

    Source:
        Harris (1913), "How many parts to make at once"; Snyder & Shen (2e), section 4.3.
    """
    point = setting.through(float(ndtri(CYCLE_SERVICE)))
    holding = np.maximum(setting.holding, LEAST_HOLDING * setting.cost + LEAST_HOLDING)
    quantity = np.sqrt(2 * setting.per_run * setting.told.mean / holding)
    most = MOST_WEEKS * setting.told.mean
    return np.floor(point), np.ceil(point + np.clip(quantity, 1.0, np.maximum(most, 1.0)))
