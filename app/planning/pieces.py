"""The packs that runs are put together from: a curve in good units, cut in units ordered."""

from dataclasses import dataclass

import numpy as np

from app.compiled import compiled
from app.planning.model import Floats, Integers, OfferTerms
from app.planning.terms import least_run, loses_units, lowest_unit_cost, ordered_for

MOST_PACKS_PER_SKU = 4096
"""Runs beyond this many packs of one SKU are scanned in coarser steps, to bound memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The packs a run is put together from: per SKU the first (or its MOQ), then one by one.

    Attributes:
        units: Units ordered with each, the same for every SKU, shape (packs,).
        gain: What their good units are worth, per unit never rising within a SKU but for last
            bits, shape (skus, packs).
        enough: So many pieces, best first, are more than any best run of all colorways takes.
    """

    units: Integers
    gain: Floats
    enough: int


def cut_into_pieces(
    marginal: Floats,
    unsold: float,
    offer: OfferTerms,
    block: int = 1,
    most_saved: float = 0.0,
) -> Pieces:
    """Return packs in units ordered from a curve in good units.

    Args:
        marginal: Value of each good unit, or of each of a block of them, never rising, shape
            (skus, blocks).
        unsold: Value of each good unit past the curve's end.
        offer: Its yield, multiple and MOQs decide the pieces.
        block: Good units in a block.
        most_saved: Most that a good unit may be worth on top, by how many units a run has in all.
    """
    skus = len(marginal)
    pack = offer.order_multiple
    ordered, together = _ordered_that_may_pay(marginal, unsold, offer, block, most_saved)
    ordered = max(ordered, _least_ordered(offer))
    needed = -(-ordered // pack)
    pack *= max(1, -(-needed // MOST_PACKS_PER_SKU))
    packs = -(-needed * offer.order_multiple // pack)
    gain = _gain_of_packs(marginal, unsold, pack * offer.yield_rate / block, packs)
    if block > 1:
        gain = gain * block
    units = np.full(packs, pack)
    first = -(-offer.moq_sku // pack)
    if first > 1:
        gain = np.concatenate([gain[:, :first].sum(axis=1, keepdims=True), gain[:, first:]], axis=1)
        units = np.concatenate([[first * pack], units[first:]])
    # A SKU's last pack may be taken for a part of it, and its first for its MOQ.
    enough = together // pack + skus * (2 + first)
    return Pieces(units, gain, enough)


def _ordered_that_may_pay(
    marginal: Floats, unsold: float, offer: OfferTerms, block: int, most_saved: float
) -> tuple[int, int]:
    """Return how many units of one SKU, and of all, may be in a best run: the rest is left out.

    A unit worth less than the cheapest costs is taken only to reach a minimum or a price break,
    and no more of them than that takes. Where the paying ones reach both in any set of colorways,
    none is.
    """
    least_worth = lowest_unit_cost(offer) - most_saved
    skus, most = marginal.shape
    if unsold >= least_worth:
        good, every, sure = block * most, block * most * skus, 0
    else:
        paying = _paying(marginal, least_worth).tolist()
        good, every = block * max(paying, default=0), block * sum(paying)
        sure = block * min(paying, default=0) if offer.colorway_setup_cost > 0 else every
    ordered = ordered_for(offer, good) if good else offer.setup_loss_units
    together = max(ordered_for(offer, every) if every else 0, least_run(offer))
    goal = max(offer.moq_run, offer.price_breaks[-1][0])
    if sure < goal or loses_units(offer):
        ordered = max(ordered, min(goal, ordered_for(offer, max(block * most, 1))))
    if offer.moq_sku > offer.order_multiple:
        # A run may have to reach its goal without the SKUs that do not earn their minimum.
        ordered = max(ordered, min(goal, MOST_PACKS_PER_SKU * offer.order_multiple))
    return ordered, max(together, goal)


@compiled
def _paying(marginal: Floats, least_worth: float) -> Integers:
    """Return how many units of each SKU are worth so much, shape (skus,)."""
    skus, most = marginal.shape
    paying = np.empty(skus, np.int64)
    for sku in range(skus):
        units = 0
        while units < most and marginal[sku, units] >= least_worth:
            units += 1
        paying[sku] = units
    return paying


def _least_ordered(offer: OfferTerms) -> int:
    """Return how many units of one SKU its own and its colorway's MOQ may take."""
    return max(offer.moq_sku, offer.moq_colorway)


def _gain_of_packs(marginal: Floats, unsold: float, good_per_pack: float, packs: int) -> Floats:
    """Return the value of each pack of `good_per_pack` good units, fractions in proportion."""
    if good_per_pack == 1.0 and packs <= marginal.shape[1]:
        return marginal[:, :packs]
    return _in_packs(marginal, unsold, good_per_pack, packs)


@compiled
def _in_packs(marginal: Floats, unsold: float, good_per_pack: float, packs: int) -> Floats:
    skus, most = marginal.shape
    gain = np.empty((skus, packs))
    for sku in range(skus):
        before, worth, unit = 0.0, 0.0, 0
        for pack in range(packs):
            if unit >= most or marginal[sku, unit] <= unsold:
                # Alike to the bit, so that no SKU is preferred by its last bits.
                gain[sku, pack:] = good_per_pack * unsold
                break
            end = good_per_pack * (pack + 1)
            whole = min(int(end), most)
            while unit < whole:
                worth += marginal[sku, unit]
                unit += 1
            following = marginal[sku, whole] if whole < most else unsold
            reached = worth + (end - whole) * following
            gain[sku, pack] = reached - before
            before = reached
    return gain
