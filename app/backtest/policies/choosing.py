"""Which setting of a rule a style gets: the one that would have earned most until today."""

from collections.abc import Sequence

import numpy as np

from app.backtest.policies import base_stock, newsvendor, reorder_point, s_s
from app.backtest.policies.levels import Candidate
from app.backtest.terms import Floats, Ints
from app.backtest.world import WEEK, World

OWN_WEEKS = 13
"""Weeks on sale from which a style's own past chooses; before, that of all older styles does."""

RULES = (
    reorder_point.NAME,
    base_stock.NAME,
    newsvendor.NAME,
    s_s.BY_STYLE,
    s_s.BY_RANGE,
)
"""Rules with two levels that decide on what lay before, in the order that they are reported."""


def every_candidate(world: World) -> list[Candidate]:
    """Return the settings of all rules; the grid of (s,S) serves both of its rules."""
    return [
        *reorder_point.candidates(world),
        *base_stock.candidates(world),
        *newsvendor.candidates(world),
        *s_s.candidates(world, s_s.BY_STYLE),
    ]


def choose(world: World, candidates: Sequence[Candidate], earned: Floats, day: int) -> Ints:
    """Return which candidate each rule has for each style, shape (RULES, styles).

    Args:
        world: Whose styles they are.
        candidates: As `every_candidate` gives them.
        earned: What each would have earned of each style before `day`, (candidates, styles).
        day: Today.
    """
    old = world.launch_day + OWN_WEEKS * WEEK <= day
    chosen = np.empty((len(RULES), world.styles), dtype=np.int64)
    for index, rule in enumerate(RULES):
        wanted = s_s.BY_STYLE if rule == s_s.BY_RANGE else rule
        rows = np.array([at for at, one in enumerate(candidates) if one.rule == wanted])
        own = rows[earned[rows].argmax(axis=0)]
        taught = earned[rows][:, old] if old.any() else earned[rows]
        common = rows[int(taught.sum(axis=1).argmax())]
        chosen[index] = common if rule == s_s.BY_RANGE else np.where(old, own, common)
    return chosen
