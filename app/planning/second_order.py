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


def sellable(landing: Landed, lost: Counts) -> Counts:
    """Return the units it could have sold by each period, the periods' axis second."""
    left = lost[:, landing.first :]
    return left - lost[:, landing.first - 1, None] if landing.first else left


Later: TypeAlias = tuple[OfferTerms, Landed]
"""An offer not made to order, and how a later run by it lands."""


def best_orders(world: World, later: Sequence[Later], lost: Counts) -> Orders:
    """Return the best order by each offer alone; none where nobody loses anything.

    Minima of a colorway or a SKU count as those of the run, and every colorway is set up.

    Args:
        world: What all plans have in common.
        later: At least one offer.
        lost: Units lost to date, shape (steps, periods, skus, groups, halves, paths of a half).
    """
    values, cost, over, piece = _pieces(world, later, lost)
    skus, pieces = values.shape[-2:]
    flat = values.reshape(*values.shape[:-2], skus * pieces)
    best_first = np.argsort(-flat, axis=-1, kind="stable")
    total = np.zeros((*flat.shape[:-1], skus * pieces + 1))
    np.cumsum(np.take_along_axis(flat, best_first, axis=-1), axis=-1, out=total[..., 1:])
    unsold = np.array([landing.unsold for _, landing in later])
    total += (unsold[:, None] * over - cost)[:, None, None, None]
    size = total.argmax(axis=-1)
    gain = np.take_along_axis(total, size[..., None], axis=-1)[..., 0]
    taken = np.zeros(flat.shape, dtype=bool)
    np.put_along_axis(taken, best_first, np.arange(skus * pieces) < size[..., None], axis=-1)
    units = taken.reshape(values.shape).sum(axis=-1) * piece[:, None, None, None, None]
    of_offer = np.arange(len(later))[:, None, None, None]
    return Orders(gain, cost[of_offer, size], over[of_offer, size], units)


def _pieces(
    world: World, later: Sequence[Later], lost: Counts
) -> tuple[Floats, Floats, Floats, Integers]:
    """Return the pieces that each offer's orders are put together from, and what orders cost.

    Returns:
        What each piece is worth, shape (offers, steps, groups, halves, skus, pieces): endless
        loss past an offer's last; what so many pieces cost and bring too much, both of shape
        (offers, skus x pieces + 1): infinite past its last; units of a piece, shape (offers,).
    """
    every = [sellable(landing, lost) for _, landing in later]
    most = [int(left[:, -1].max(initial=0)) for left in every]
    units = [max(1, -(-top // PIECES)) for top in most]
    counts = [(top + piece // 2) // piece for top, piece in zip(most, units, strict=True)]
    steps, _, skus, groups, halves, _ = every[0].shape
    values = np.full((len(later), steps, groups, halves, skus, max(counts)), -np.inf)
    cost = np.full((len(later), skus * max(counts) + 1), np.inf)
    over = np.zeros(cost.shape)
    for number, (offer, landing) in enumerate(later):
        count, piece = counts[number], units[number]
        values[number, ..., :count] = _by_piece(landing, every[number], piece, count) * piece
        end = skus * count + 1
        good = np.arange(end) * piece
        cost[number, :end], over[number, :end] = _priced(world, offer, good)
    return values, cost, over, np.array(units)


def _by_piece(landing: Landed, left: Counts, piece: int, pieces: int) -> Floats:
    """Return what a unit of each piece is worth, shape (steps, groups, halves, skus, pieces)."""
    steps, _, skus, groups, halves, each = left.shape
    at = left if piece == 1 else (left + piece // 2) // piece
    rows = np.arange(steps * groups * halves * skus).reshape(steps, groups, halves, skus)
    at = at + (rows.transpose(0, 3, 1, 2) * (pieces + 1))[:, None, :, :, :, None]
    weights = np.broadcast_to(landing.steps[:, None, None, None, None], at.shape)
    counted = np.bincount(at.ravel(), weights.ravel(), minlength=rows.size * (pieces + 1))
    sold = counted.reshape(*rows.shape, pieces + 1)[..., :0:-1].cumsum(axis=-1)[..., ::-1]
    return np.asarray(sold / each + landing.unsold)


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
