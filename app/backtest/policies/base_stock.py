"""Base stock: at every review, back up to one level."""

import numpy as np
from scipy.special import ndtri

from app.backtest.policies.levels import Candidate, Setting, with_every_offer
from app.backtest.terms import Floats
from app.backtest.world import World

NAME = "base_stock"

MOST_SERVICE = 0.99
"""The normal law says nothing about service beyond."""


def candidates(world: World) -> list[Candidate]:
    """Return the rule with each offer, and making nothing."""
    return with_every_offer(world, NAME, levels)


def levels(setting: Setting) -> tuple[Floats, Floats]:
    """Return the level less one, and the level: any demand since is ordered again.

    Its service balances the margin of a sale against keeping a unit for the weeks it has to last.

    Source:
        Snyder & Shen, Fundamentals of Supply Chain Theory (2e), section 4.3.4.
    """
    lost = np.maximum(setting.price - setting.cost, 0.0) + setting.goodwill
    kept = setting.holding * setting.weeks
    ratio = np.divide(lost, lost + kept, out=np.full(lost.shape, 0.5), where=lost + kept > 0)
    level = np.rint(setting.through(ndtri(np.clip(ratio, 0.01, MOST_SERVICE))))
    return level - 1.0, level
