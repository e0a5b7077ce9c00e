"""(s,S): two levels in weeks of demand, the best of a grid on the past, or with hindsight."""

from functools import partial
from itertools import product

import numpy as np

from app.backtest.policies.levels import NOTHING, Candidate, Setting, most_offers, nothing
from app.backtest.terms import Floats
from app.backtest.world import World

BY_STYLE = "s_s_tuned"
BY_RANGE = "s_s_range"
HINDSIGHT = "s_s_hindsight"

COVERS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
"""s, as a multiple of the demand of lead time and review period."""

ORDERS = (0.5, 1.0, 2.0, 4.0, 8.0, 13.0, 26.0)
"""S less s, in weeks of demand."""


def candidates(world: World, rule: str) -> list[Candidate]:
    """Return the grid with each offer, and making nothing."""
    grid = [
        Candidate(rule, offer, partial(levels, cover=cover, order=order))
        for offer, cover, order in product(range(most_offers(world)), COVERS, ORDERS)
    ]
    return [Candidate(rule, NOTHING, nothing), *grid]


def levels(setting: Setting, *, cover: float, order: float) -> tuple[Floats, Floats]:
    """Return s and S."""
    low = np.floor(cover * setting.through(0.0))
    return low, np.ceil(low + np.maximum(order * setting.told.mean, 1.0))
