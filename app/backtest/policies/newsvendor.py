"""Newsvendor quantile: at every review, up to the quantile that one season would ask for."""

import numpy as np
from scipy.special import ndtri

from app.backtest.policies.levels import Candidate, Setting, with_every_offer
from app.backtest.terms import Floats
from app.backtest.world import World

NAME = "newsvendor"


def candidates(world: World) -> list[Candidate]:
    """Return the rule with each offer, and making nothing."""
    return with_every_offer(world, NAME, levels)


def levels(setting: Setting) -> tuple[Floats, Floats]:
    """Return the quantile less one, and the quantile: leftovers count their salvage value.

    Source:
        Arrow, Harris & Marschak (1951), "Optimal Inventory Policy", Econometrica 19(3).
    """
    level = np.rint(setting.through(ndtri(critical_ratio(setting))))
    return level - 1.0, level


def critical_ratio(setting: Setting) -> Floats:
    """Return the share of demand worth serving once, between .01 and .99, shape (skus,)."""
    under = np.maximum(setting.price - setting.cost, 0.0) + setting.goodwill
    over = np.maximum(setting.cost - setting.salvage, 0.0)
    both = under + over
    ratio = np.divide(under, both, out=np.full(both.shape, 0.5), where=both > 0)
    return np.asarray(np.clip(ratio, 0.01, 0.99))
