"""SKU curves into the colorway's, colorways into the run's: best unit first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from app.compiled import compiled
from app.planning.model import Floats, Integers, OfferTerms
from app.planning.pieces import Pieces

MOST_COLORWAYS_IN_ALL_SETS = 3
"""Every set of colorways is tried up to here (7 sets); beyond, the best one, two, three ..."""


@dataclass(frozen=True, slots=True, eq=False)
class MergedCurve:
    """Runs of growing size within one set of colorways, each the best of its size.

    Attributes:
        sku: SKU of each piece in the order taken, shape (pieces,).
        units: Units of each piece, shape (pieces,).
        quantity: Units ordered after each piece, shape (pieces,).
        value: What the run is worth after each piece, cost not taken off, shape (pieces,).
        allowed_from: Pieces before this one are needed to reach the colorways' MOQs.
        colorways: How many colorways it may hold.
    """

    sku: Integers
    units: Integers
    quantity: Integers
    value: Floats
    allowed_from: int
    colorways: int


def merge(
    pieces: Pieces, colorways: Integers, offer: OfferTerms, *, whole: bool = True
) -> Iterator[MergedCurve]:
    """Yield the curves of the sets of colorways worth trying.

    Exact for every run size within a set as long as there is no SKU MOQ; with one, a SKU's MOQ
    is taken as one piece, and `composed` finds what that misses. Colorways neither set up nor
    bound by a MOQ need one set: all. A curve that need not be `whole` may end where no best run
    goes.
    """
    present = sorted(set(colorways.tolist()))
    if len(present) == 1 or not _colorways_matter(offer):
        taken = _best_first(pieces, None if whole else pieces.enough)
        yield _merged(taken, len(present))
        return
    taken = _best_first(pieces)
    of_piece = colorways[taken.sku]
    if offer.moq_colorway > offer.order_multiple:
        taken = replace(taken, is_forced=_needed_for_moq(taken.units, of_piece, offer))
    if len(present) <= MOST_COLORWAYS_IN_ALL_SETS:
        sizes = range(1, len(present) + 1)
        sets = [list(chosen) for size in sizes for chosen in combinations(present, size)]
    else:
        present.sort(key=lambda one: -_best_rank(taken, of_piece == one, offer))
        sets = [present[:size] for size in range(1, len(present) + 1)]
    for chosen in sets:
        is_chosen = np.zeros(int(colorways.max()) + 1, dtype=bool)
        is_chosen[chosen] = True
        mine = np.flatnonzero(is_chosen[of_piece])
        yield _merged(_picked(taken, mine), len(chosen))


@dataclass(frozen=True, slots=True, eq=False)
class _Taken:
    """Pieces in the order they are taken.

    Attributes:
        sku: Of each, shape (pieces,), as are `units` and `gain`.
        pack: Units of every piece, where all have the same; None: they do not.
        is_forced: Whether its colorway needs it to reach its MOQ, in whatever set it is; None: no
            colorway has one.
    """

    sku: Integers
    units: Integers
    gain: Floats
    pack: int | None
    is_forced: NDArray[np.bool_] | None = None


def _best_first(pieces: Pieces, enough: int | None = None) -> _Taken:
    """Return the pieces by falling gain per unit; of equal ones earlier packs, of all SKUs, first.

    Args:
        pieces: All of them.
        enough: The best so many will do; None: all.
    """
    skus, packs = pieces.gain.shape
    most = skus * packs if enough is None else min(enough, skus * packs)
    sku, pack_of, gain = _in_turn(pieces.gain, pieces.units, most)
    if packs and pieces.units[0] != pieces.units[-1]:
        return _Taken(sku, pieces.units[pack_of], gain, None)
    pack = int(pieces.units[0]) if packs else 1
    return _Taken(sku, np.full(most, pack), gain, pack)


@compiled
def _in_turn(gain: Floats, units: Integers, most: int) -> tuple[Integers, Integers, Floats]:
    """Return SKU, place within it and gain of the `most` best pieces, best first.

    The SKUs queue by the gain per unit of their next piece: one merge of sorted curves. Where
    last bits rise within a SKU the piece counts as one no better than the one before.
    """
    skus, packs = gain.shape
    sku_of, pack_of = np.empty(most, np.int64), np.empty(most, np.int64)
    gained = np.empty(most)
    following = np.zeros(skus, np.int64)
    rank = np.empty(skus)
    queue = np.arange(skus)
    # At first all stand in, the last one first; then who gave a piece stands back.
    for turn in range(-skus, most):
        sku, at = -turn - 1, -turn
        if turn >= 0:
            sku, at = queue[0], 1
            pack = following[sku]
            sku_of[turn], pack_of[turn], gained[turn] = sku, pack, gain[sku, pack]
            following[sku] = pack + 1
        pack = following[sku]
        worth = gain[sku, pack] / units[pack] if pack < packs else -np.inf
        rank[sku] = min(rank[sku], worth) if pack else worth
        # Behind all whose next piece is better, or as good and earlier.
        while at < skus:
            other = queue[at]
            is_later = following[other] > pack or (following[other] == pack and other > sku)
            if rank[other] < rank[sku] or (rank[other] == rank[sku] and is_later):
                break
            queue[at - 1] = other
            at += 1
        queue[at - 1] = sku
    return sku_of, pack_of, gained


def _picked(pieces: _Taken, at: Integers) -> _Taken:
    forced = None if pieces.is_forced is None else pieces.is_forced[at]
    return _Taken(pieces.sku[at], pieces.units[at], pieces.gain[at], pieces.pack, forced)


def run_of(curve: MergedCurve, size: int, skus: int, pack: int) -> Integers:
    """Return a run of `size` by SKU; past the curve's end in its proportions, in whole packs."""
    taken = int(curve.quantity.searchsorted(size, side="right"))
    quantities = _by_sku(curve.sku, curve.units, taken, skus)
    extra = (size - sum(quantities.tolist())) // pack
    if extra > 0:
        weights = quantities if quantities.any() else np.ones(skus, dtype=np.int64)
        exact = extra * weights / weights.sum()
        more = np.floor(exact).astype(np.int64)
        rest = np.argsort(more - exact, kind="stable")[: extra - int(more.sum())]
        more[rest] += 1
        quantities += more * pack
    return quantities


@compiled
def _by_sku(sku: Integers, units: Integers, taken: int, skus: int) -> Integers:
    """Return the units of each SKU among the first pieces taken, shape (skus,)."""
    quantities = np.zeros(skus, np.int64)
    for piece in range(taken):
        quantities[sku[piece]] += units[piece]
    return quantities


def is_exact(offer: OfferTerms, colorways: int) -> bool:
    """Say whether the curves hold the best run of an offer, not only one nearly as good."""
    if max(offer.moq_sku, offer.moq_colorway) > offer.order_multiple:
        return False
    return offer.colorway_setup_cost == 0 or colorways <= MOST_COLORWAYS_IN_ALL_SETS


def _colorways_matter(offer: OfferTerms) -> bool:
    return offer.colorway_setup_cost > 0 or offer.moq_colorway > offer.order_multiple


def _merged(pieces: _Taken, colorways: int) -> MergedCurve:
    """Return the curve of pieces sorted best first, what the MOQs need put before the rest."""
    sku, units, gain = pieces.sku, pieces.units, pieces.gain
    allowed_from = 0
    if pieces.is_forced is not None:
        order = np.concatenate([pieces.is_forced.nonzero()[0], (~pieces.is_forced).nonzero()[0]])
        sku, units, gain = sku[order], units[order], gain[order]
        allowed_from = max(0, int(np.count_nonzero(pieces.is_forced)) - 1)
    if pieces.pack is None:
        quantity = np.cumsum(units)
    else:
        quantity = np.arange(pieces.pack, pieces.pack * (units.size + 1), pieces.pack)
    return MergedCurve(sku, units, quantity, gain.cumsum(), allowed_from, colorways)


def _needed_for_moq(units: Integers, colorway: Integers, offer: OfferTerms) -> NDArray[np.bool_]:
    """Say which pieces, best first, their colorways need to reach their MOQs."""
    order = np.argsort(colorway, kind="stable")
    together = np.cumsum(units[order]) - units[order]
    starts = np.flatnonzero(np.diff(colorway[order], prepend=-1))
    before = together - np.repeat(together[starts], np.diff(starts, append=order.size))
    needed = np.empty(order.size, dtype=bool)
    needed[order] = before < offer.moq_colorway
    return needed


def _best_rank(pieces: _Taken, mine: Integers, offer: OfferTerms) -> float:
    """Return the highest value per unit a colorway reaches, its set-up taken off."""
    units = np.cumsum(pieces.units[mine])
    if units.size == 0:
        return -np.inf
    value = np.cumsum(pieces.gain[mine]) - offer.colorway_setup_cost
    return float((value / units)[units >= min(offer.moq_colorway, units[-1])].max())
