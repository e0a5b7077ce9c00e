"""Share out what is scarce: prices first, then whole packs that fit, then who runs at all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from app.planning.limits import limits_that_matter
from app.planning.lots import choose_lots
from app.planning.model import Floats, Integers
from app.planning.scarcity import Allocation, Choices, RunCurve, Share, choices_of
from app.planning.shadow_prices import shadow_prices

NODE_LIMIT = 200
"""Nodes of a search for the best set of runs: the same inputs decide the same, on any machine."""

LEAST_GAP = 1e-3
"""A plan within a thousandth of its bound needs no search: demand is known far less well."""

MOST_MOVES = 20_000
"""Moves of one pack or more; each improves the plan, so that this is never reached in practice."""


def share_out(
    curves: Sequence[RunCurve], limits: Mapping[str, float], *, node_limit: int = NODE_LIMIT
) -> Allocation:
    """Return which run each style gets, so that all of them together fit what there is.

    Args:
        curves: The runs of every style, in any order.
        limits: How much of each scarce thing is left, by name.
        node_limit: Nodes of the search where set-ups leave a gap; 0: no search.

    Raises:
        ValueError: If a use is negative, or a curve's arrays do not fit.
    """
    if not curves:
        return Allocation((), dict.fromkeys(sorted(limits), 0.0), 0.0, 0.0, frozenset())
    choices = choices_of(curves, limits_that_matter(curves, limits))
    free = choices.best(np.zeros(choices.limits.size))
    prices, bound = shadow_prices(choices)
    chosen = fill_up(choices, repair(choices, choices.best(prices)), prices)
    if node_limit and bound - choices.worth(chosen) > LEAST_GAP * abs(bound):
        found, searched = choose_lots(choices, chosen, node_limit)
        better = fill_up(choices, repair(choices, found), prices)
        bound = min(bound, searched)
        if choices.worth(better) > choices.worth(chosen):
            chosen = better
    shared = _allocation(choices, chosen, free, prices, bound)
    return replace(shared, prices=dict.fromkeys(sorted(limits), 0.0) | shared.prices)


def repair(choices: Choices, chosen: Integers) -> Integers:
    """Return the plan with its least valuable packs given back until everything fits.

    Each step takes the move that loses the least for what it gives back of what is short.
    """
    chosen = chosen.copy()
    scale = 1 / (choices.limits + 1.0)
    while not choices.fits(used := choices.used(chosen)):
        over = np.maximum(used - choices.limits, 0.0)
        now = chosen[choices.style]
        given = choices.use[:, now] - choices.use
        fits = (used[:, None] - given <= np.maximum(used, choices.limits)[:, None]).all(axis=0)
        relief = scale @ np.minimum(np.maximum(given, 0.0), over[:, None])
        loss = choices.value[now] - choices.value
        able = fits & (relief > 0)
        rate = np.full(relief.size, np.inf)
        rate[able] = loss[able] / relief[able]
        move = int(np.argmin(rate))
        chosen[choices.style[move]] = move
    return chosen


def fill_up(choices: Choices, chosen: Integers, prices: Floats) -> Integers:
    """Return a plan that fits with what is left given to whoever makes the most of it."""
    chosen = chosen.copy()
    weights = prices if prices.any() else 1 / (choices.limits + 1.0)
    for _ in range(MOST_MOVES):
        left = choices.limits + choices.slack - choices.used(chosen)
        now = chosen[choices.style]
        taken = choices.use - choices.use[:, now]
        gain = choices.value - choices.value[now]
        able = np.flatnonzero((gain > 0) & (taken <= left[:, None]).all(axis=0))
        able = able[gain[able] > choices.slack.size * 1e-12 * (1 + np.abs(choices.value[able]))]
        if not able.size:
            break
        paid = np.maximum(weights @ taken[:, able], 0.0)
        rate = gain[able] / (paid + 1e-9 * gain[able])
        move = int(able[np.argmax(rate)])
        chosen[choices.style[move]] = move
    return chosen


def _allocation(
    choices: Choices, chosen: Integers, free: Integers, prices: Floats, bound: float
) -> Allocation:
    shares = []
    for style, at in zip(choices.styles, chosen.tolist(), strict=True):
        curve = int(choices.curve[at])
        offer = choices.curves[curve].offer if curve >= 0 else None
        shares.append(Share(style, offer, int(choices.size[at]), float(choices.value[at])))
    changed = {style for style, a, b in zip(choices.styles, chosen, free, strict=True) if a != b}
    value = choices.worth(chosen)
    named = dict(zip(choices.resources, prices.tolist(), strict=True))
    return Allocation(tuple(shares), named, value, max(bound, value), frozenset(changed))
