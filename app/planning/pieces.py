"""The packs that runs are put together from: a curve in good units, cut in units ordered."""

from dataclasses import dataclass

import numpy as np

from app.planning.model import Floats, Integers, OfferTerms
from app.planning.terms import least_run, loses_units, lowest_unit_cost, ordered_for

MOST_PACKS_PER_SKU = 4096
"""Runs beyond this many packs of one SKU are scanned in coarser steps, to bound memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The packs a run is put together from: per SKU the first (or its MOQ), then one by one.

    Attributes:
        units: Units ordered with each, the same for every SKU, shape (packs,).
        gain: What their good units are worth, shape (skus, packs).
        rank: Gain per unit, never rising within a SKU, shape (skus, packs).
        enough: So many pieces, best first, are more than any best run of all colorways takes.
    """

    units: Integers
    gain: Floats
    rank: Floats
    enough: int


def cut_into_pieces(marginal: Floats, unsold: float, offer: OfferTerms, block: int = 1) -> Pieces:
    """Return packs in units ordered from a curve in good units.

    Args:
        marginal: Value of each good unit, or of each of a block of them, never rising, shape
            (skus, blocks).
        unsold: Value of each good unit past the curve's end.
        offer: Its yield, multiple and MOQs decide the pieces.
        block: Good units in a block.
    """
    skus = len(marginal)
    pack = offer.order_multiple
    ordered, together = _ordered_that_may_pay(marginal, unsold, offer, block)
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
    rank = gain if units.size and units[0] == 1 else gain / units
    # A SKU's last pack may be taken for a part of it, and its first for its MOQ.
    enough = together // pack + skus * (2 + first)
    return Pieces(units, gain, np.minimum.accumulate(rank, axis=1), enough)


def _ordered_that_may_pay(
    marginal: Floats, unsold: float, offer: OfferTerms, block: int
) -> tuple[int, int]:
    """Return how many units of one SKU, and of all, may be in a best run: the rest is left out.

    A unit worth less than the cheapest costs is taken only to reach a minimum or a price break,
    and no more of them than that takes. Where the paying ones reach both in any set of colorways,
    none is.
    """
    least_worth = lowest_unit_cost(offer)
    skus, most = marginal.shape
    if unsold >= least_worth:
        good, every, sure = block * most, block * most * skus, 0
    else:
        paying = (marginal >= least_worth).sum(axis=1).tolist()
        good, every = block * max(paying, default=0), block * sum(paying)
        sure = block * min(paying, default=0) if offer.colorway_setup_cost > 0 else every
    ordered = ordered_for(offer, good) if good else offer.setup_loss_units
    together = max(ordered_for(offer, every) if every else 0, least_run(offer))
    goal = max(offer.moq_run, offer.price_breaks[-1][0])
    if sure < goal or loses_units(offer):
        ordered = max(ordered, min(goal, ordered_for(offer, max(block * most, 1))))
    return ordered, max(together, goal)


def _least_ordered(offer: OfferTerms) -> int:
    """Return how many units of one SKU its own and its colorway's MOQ may take."""
    return max(offer.moq_sku, offer.moq_colorway)


def _gain_of_packs(marginal: Floats, unsold: float, good_per_pack: float, packs: int) -> Floats:
    """Return the value of each pack of `good_per_pack` good units, fractions in proportion."""
    skus, most = marginal.shape
    if good_per_pack == 1.0 and packs == most:
        return marginal
    ends = good_per_pack * np.arange(packs + 1)
    reached = min(most, int(ends[-1]) + 1)
    total = np.zeros((skus, reached + 2))
    marginal[:, :reached].cumsum(axis=1, out=total[:, 1:-1])
    if good_per_pack == 1.0 and packs < most:
        return np.asarray(total[:, 1 : packs + 1] - total[:, :packs])
    total[:, -1] = total[:, -2] + unsold
    whole = np.minimum(ends.astype(np.int64), most)
    inside = total[:, whole] + (ends - whole) * (total[:, whole + 1] - total[:, whole])
    return np.asarray(inside[:, 1:] - inside[:, :-1])
