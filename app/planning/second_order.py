"""The best later order of each group of paths: found on one half of the paths, told the other.

All offers, first steps, groups and halves are sized at once, from one histogram an offer of the
units lost to date, as `marginal` does it for a run released now. A later run lands at its mean lead
time, in whole periods, with its mean yield; its units are counted in at most `PIECES` pieces a SKU.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from app.compiled import compiled
from app.planning.customers import Counts
from app.planning.model import Floats, Integers, OfferTerms
from app.planning.terms import ROUNDING_GUARD, largest_run, least_run, net_cost, useful_units
from app.planning.world import World

PIECES = 32
"""Of the most units of a SKU that any path could sell: what a finer count would gain is within the
noise of groups of 16 to 64 paths."""


@dataclass(frozen=True, slots=True, eq=False)
class Landed:
    """What a unit of a later run earns once it has landed.

    Attributes:
        first: The period it lands in.
        steps: What having sold a unit by each period from `first` on adds, shape (periods -
            first,).
        unsold: What a unit never sold is worth.
    """

    first: int
    steps: Floats
    unsold: float


@dataclass(frozen=True, slots=True, eq=False)
class Orders:
    """The best order by each offer, of each first step, group and half.

    Attributes:
        gain: On the paths it was found on, >= 0; 0: none is placed. Shape (offers, steps, groups,
            halves), as are `cost` and `over`.
        cost: What it takes from profit.
        over: Good units that it brings beyond those wanted, by minima and packs.
        units: Good units wanted of each SKU, shape (offers, steps, groups, halves, skus).
    """

    gain: Floats
    cost: Floats
    over: Floats
    units: Integers


def landed(world: World, offer: OfferTerms, release_days: float, worth: Floats) -> Landed | None:
    """Return how a run released on a day lands; None: too late to sell anything.

    Args:
        world: What all plans have in common.
        offer: Who makes it.
        release_days: Days from now on which it is released.
        worth: Of serving a lost unit, by period, currency/unit, shape (periods,).
    """
    days = world.situation.period_days
    first = math.ceil((release_days + offer.lead_time_days) / days)
    if first >= worth.size:
        return None
    holding = world.margins.holding
    steps = worth[first:] + holding
    steps[:-1] -= worth[first + 1 :]
    steps[-1] -= world.end_value
    steps = np.maximum(steps, 0.0)
    unsold = float(worth[-1]) - holding * (worth.size - 1 - first) - float(steps[-1])
    return Landed(first, steps, unsold)


Later: TypeAlias = tuple[OfferTerms, Landed]
"""An offer not made to order, and how a later run by it lands."""


def best_orders(world: World, later: Sequence[Later], lost: Counts, blocks: Integers) -> Orders:
    """Return the best order by each offer alone; none where nobody loses anything.

    Minima of a colorway or a SKU count as those of the run, and every colorway is set up.

    Args:
        world: What all plans have in common.
        later: At least one offer.
        lost: Units lost to date, shape (steps, periods, skus, paths).
        blocks: Paths of each step's groups and halves, shape (steps, groups, halves, each).
    """
    most = [_most_sellable(landing, lost) for _, landing in later]
    piece = [max(1, -(-top // PIECES)) for top in most]
    counts = [(top + units // 2) // units for top, units in zip(most, piece, strict=True)]
    skus, ends = lost.shape[2], [lost.shape[2] * count + 1 for count in counts]
    values = np.full((len(later), *blocks.shape[:3], skus, max(counts)), -np.inf)
    cost, over = np.full((len(later), max(ends)), np.inf), np.zeros((len(later), max(ends)))
    for at, (offer, landing) in enumerate(later):
        worth = values[at, ..., : counts[at]]
        _count(lost, blocks, landing.first, landing.steps, piece[at], landing.unsold, worth)
        good = np.arange(ends[at]) * piece[at]
        cost[at, : ends[at]], over[at, : ends[at]] = _priced(world, offer, good)
    beyond = np.array([landing.unsold for _, landing in later])[:, None] * over - cost
    gain = np.zeros(values.shape[:4])
    size, units = np.zeros(gain.shape, np.int64), np.zeros(values.shape[:5], np.int64)
    _take_best(values, beyond, gain, size, units)
    of_offer = np.arange(len(later))[:, None, None, None]
    units *= np.array(piece)[:, None, None, None, None]
    return Orders(gain, cost[of_offer, size], over[of_offer, size], units)


def _most_sellable(landing: Landed, lost: Counts) -> int:
    """Return the most units of a SKU that a run could sell on any path of any step."""
    left = lost[:, -1] - lost[:, landing.first - 1] if landing.first else lost[:, -1]
    return int(left.max(initial=0))


@compiled
def _count(
    lost: Counts,
    blocks: Integers,
    first: int,
    steps: Floats,
    piece: int,
    unsold: float,
    values: Floats,
) -> None:
    """Fill in what a piece is worth on each block's paths: (steps, groups, halves, skus, pieces).

    A piece of `piece` units counts as sold where half of it is.
    """
    _, groups, halves, skus, pieces = values.shape
    each = blocks.shape[3]
    counted = np.empty(pieces + 1)
    for step in range(values.shape[0]):
        for block in range(groups * halves * skus):
            group, half, sku = block // skus // halves, block // skus % halves, block % skus
            paths = blocks[step, group, half]
            counted[:] = 0.0
            for period in range(steps.size):
                to_date = lost[step, first + period, sku]
                for at in range(each):
                    units = int(to_date[paths[at]])
                    if first:
                        units -= int(lost[step, first - 1, sku, paths[at]])
                    counted[(units + piece // 2) // piece] += steps[period]
            above = 0.0
            for number in range(pieces, 0, -1):
                above += counted[number]
                values[step, group, half, sku, number - 1] = (above / each + unsold) * piece


@compiled
def _take_best(
    values: Floats, beyond: Floats, gain: Floats, size: Integers, units: Integers
) -> None:
    """Fill in the best order of each offer and block: its gain, its pieces, and those by SKU.

    Args:
        values: Of each piece, never rising within a SKU, shape (offers, steps, groups, halves,
            skus, pieces).
        beyond: What so many pieces add beside that, shape (offers, skus x pieces + 1).
        gain: Filled in, the shape of `values` without SKUs and pieces, as is `size`.
        size: Filled in.
        units: Filled in: pieces by SKU, the shape of `values` without pieces.
    """
    offers, steps, groups, halves, skus, pieces = values.shape
    taken = np.empty(skus, np.int64)
    for block in range(offers * steps * groups * halves):
        half, group = block % halves, block // halves % groups
        step, offer = block // halves // groups % steps, block // halves // groups // steps
        worth = values[offer, step, group, half]
        total, best, most = 0.0, beyond[offer, 0], 0
        taken[:] = 0
        for number in range(1, skus * pieces + 1):
            sku = -1
            for other in range(skus):
                if taken[other] < pieces and (
                    sku < 0 or worth[other, taken[other]] > worth[sku, taken[sku]]
                ):
                    sku = other
            total += worth[sku, taken[sku]]
            taken[sku] += 1
            if total + beyond[offer, number] > best:
                best, most = total + beyond[offer, number], number
                units[offer, step, group, half] = taken
        gain[offer, step, group, half], size[offer, step, group, half] = best, most


def _priced(world: World, offer: OfferTerms, good: Integers) -> tuple[Floats, Floats]:
    """Return what runs that bring at least so many good units cost, and what they bring too much.

    None costs nothing; a size that the terms do not allow is infinitely dear. Of sizes below the
    least run only the last one is allowed, as a least run: nobody could sell more.
    """
    early = math.ceil(offer.early_run_units * (1 - offer.early_run_yield))
    ordered = np.ceil(good / offer.yield_rate - ROUNDING_GUARD).astype(np.int64)
    ordered += offer.setup_loss_units + early
    ordered = -(-ordered // offer.order_multiple) * offer.order_multiple
    least, largest = least_run(offer), largest_run(offer)
    is_allowed = ordered >= least
    is_allowed[-1] = True
    if largest is not None:
        is_allowed &= np.maximum(ordered, least) <= largest
    ordered = np.maximum(ordered, least)
    over = np.maximum(offer.yield_rate * useful_units(offer, ordered) - good, 0.0)
    cost = np.where(is_allowed, net_cost(offer, ordered, world.colorways), np.inf)
    cost[0] = over[0] = 0.0
    return cost, over
