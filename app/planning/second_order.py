"""The best later order of each group of paths: found on one half of the paths, told the other.

All first steps, groups and halves are sized at once, from one histogram of the units lost to
date, as `marginal` does it for a run released now. A later run lands at its mean lead time, in
whole periods, with its mean yield; its units are counted in at most `PIECES` pieces a SKU.
"""

import math
from dataclasses import dataclass

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
    """The best order of each first step, group and half, shape (steps, groups, halves).

    Attributes:
        gain: On the paths it was found on, >= 0; 0: none is placed.
        cost: What it takes from profit.
        over: Good units that it brings beyond those wanted, by minima and packs.
        units: Good units wanted of each SKU, shape (steps, groups, halves, skus).
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


def best_orders(world: World, offer: OfferTerms, landing: Landed, lost: Counts) -> Orders | None:
    """Return the best orders by one offer; None where nobody loses anything.

    Minima of a colorway or a SKU count as those of the run, and every colorway is set up.

    Args:
        world: What all plans have in common.
        offer: Not made to order.
        landing: When its run lands and what its units earn.
        lost: Units lost to date, shape (steps, periods, skus, groups, halves, paths of a half).
    """
    left = sellable(landing, lost)
    most = int(left[:, -1].max(initial=0))
    if most == 0:
        return None
    piece = max(1, -(-most // PIECES))
    value = _by_piece(landing, left, piece, most) * piece
    *shape, skus, pieces = value.shape
    flat = value.reshape(*shape, skus * pieces)
    best_first = np.argsort(-flat, axis=-1, kind="stable")
    total = np.zeros((*shape, skus * pieces + 1))
    np.cumsum(np.take_along_axis(flat, best_first, axis=-1), axis=-1, out=total[..., 1:])
    cost, over = _priced(world, offer, np.arange(skus * pieces + 1) * piece)
    total += landing.unsold * over - cost
    size = total.argmax(axis=-1)
    gain = np.take_along_axis(total, size[..., None], axis=-1)[..., 0]
    taken = np.zeros(flat.shape, dtype=bool)
    np.put_along_axis(taken, best_first, np.arange(skus * pieces) < size[..., None], axis=-1)
    units = taken.reshape(*shape, skus, pieces).sum(axis=-1) * piece
    return Orders(gain, cost[size], over[size], units)


def _by_piece(landing: Landed, left: Counts, piece: int, most: int) -> Floats:
    """Return what a unit of each piece is worth, shape (steps, groups, halves, skus, pieces)."""
    steps, _, skus, groups, halves, each = left.shape
    pieces = (most + piece // 2) // piece
    at = (left + piece // 2) // piece
    rows = np.arange(steps * groups * halves * skus).reshape(steps, groups, halves, skus)
    at += (rows.transpose(0, 3, 1, 2) * (pieces + 1))[:, None, :, :, :, None]
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
