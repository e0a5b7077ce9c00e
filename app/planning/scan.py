"""The size of a run: one scan of the merged curve against what runs cost."""

from dataclasses import dataclass, replace

import numpy as np

from app.planning.at_review import Kept
from app.planning.composed import Composed, best_composed
from app.planning.curve import Arrival
from app.planning.losses import GoodUnits, good_share, good_units_of, worth_of_run
from app.planning.merge import MergedCurve, merge, run_of
from app.planning.model import Floats, Integers, OfferTerms
from app.planning.pieces import cut_into_pieces
from app.planning.sizes import all_runs, allowed_range
from app.planning.terms import in_packs, largest_run, least_run, loses_units, net_cost_of

TIE = 1e-9
"""Sums of the same numbers in another order differ in their last bits; within this share of the
gain two sizes count as equal, and the smaller one is taken."""

MOST_SHARES = 4
"""Shares lost in setting up that a run is sized with: the second is mostly the last."""

PACKS_AROUND, MOST_PACKS_TRIED = 6, 256
"""Of a run that loses units in setting up, sizes around the one found are tried as well: of larger
ones too small a share is lost to change what they are made of."""


@dataclass(frozen=True, slots=True, eq=False)
class SizedRun:
    """The best run of one offer.

    Attributes:
        quantities: Units ordered of each SKU, shape (skus,).
        good_units: Of them arriving good on average, shape (skus,).
        gain: Value less cost, against making nothing now.
        free_quantity: Size of the best run if any size were allowed; 0: none would pay.
        free_gain: Gain of that run.
    """

    quantities: Integers
    good_units: Floats
    gain: float
    free_quantity: int
    free_gain: float


def size_run(
    arrival: Arrival, offer: OfferTerms, colorways: Integers, kept: Kept | None = None
) -> SizedRun | None:
    """Return the best run of `offer` that its terms allow, even if it loses money.

    What it leaves at the next review is worth what `kept` says on top, where that is given.

    Returns:
        None if the terms allow no run at all (a maximum below a minimum).
    """
    largest = largest_run(offer)
    if largest is not None and largest < least_run(offer):
        return None
    good = good_units_of(arrival, kept)
    best = _size_run(good, offer, colorways, largest, 1.0)
    if best is None or not loses_units(offer):
        return best
    return _with_its_losses(best, good, offer, colorways)


def _with_its_losses(
    best: SizedRun, good: GoodUnits, offer: OfferTerms, colorways: Integers
) -> SizedRun:
    """Return the best run near one that was sized as if setting up lost nothing.

    Which SKUs make up a run of one size is exact only with the share that is lost of that size: it
    is sized with the share of the size found until no other is better, then of those around it.
    """
    largest = largest_run(offer)
    for _ in range(MOST_SHARES):
        size = int(best.quantities.sum())
        found = _size_run(good, offer, colorways, largest, _useful_share(offer, size))
        if found is None or found.gain <= best.gain + _tie(best.gain):
            break
        best = found
    for near in _sizes_near(int(best.quantities.sum()), offer):
        alone = replace(offer, moq_run=near, max_quantity=near)
        found = _size_run(good, alone, colorways, near, _useful_share(offer, near))
        if found is not None and found.gain > best.gain + _tie(best.gain):
            free = max(best.free_gain, found.gain)
            best = replace(found, free_quantity=best.free_quantity, free_gain=free)
    return best


def _useful_share(offer: OfferTerms, size: int) -> float:
    """Return the share of a run of a size that setting up leaves, the usual rejects included."""
    return float(good_share(offer, np.array(size))) / offer.yield_rate


def _sizes_near(size: int, offer: OfferTerms) -> list[int]:
    """Return a size, and of a small run those around it and those where a price or a run begins."""
    pack, least, largest = offer.order_multiple, least_run(offer), largest_run(offer)
    near = {size}
    if size <= MOST_PACKS_TRIED * pack:
        near |= {size + step * pack for step in range(-PACKS_AROUND, PACKS_AROUND + 1)}
        near |= {least, *(in_packs(start, pack) for start, _ in offer.price_breaks)}
    return sorted(one for one in near if one >= least and (largest is None or one <= largest))


def _size_run(
    good: GoodUnits, offer: OfferTerms, colorways: Integers, largest: int | None, useful: float
) -> SizedRun | None:
    """Return the best run where so large a share of it is useful, valued as it really is."""
    cut = offer if useful == 1.0 else replace(offer, yield_rate=offer.yield_rate * useful)
    pieces = cut_into_pieces(good.marginal, good.unsold, cut, good.block, good.most_together)
    best: _Scanned | None = None
    for curve in merge(pieces, colorways, offer, whole=good.together is not None):
        found = _scan(curve, good, offer, largest, colorways.size)
        if found and (best is None or found.gain > best.gain + _tie(best.gain)):
            best = found
    composed = None
    if offer.moq_sku > offer.order_multiple and pieces.units.size:
        composed = best_composed(pieces, colorways, offer, largest)
    if composed is not None:
        best = _better(best, composed, good, offer, colorways)
    return None if best is None or best.gain == -np.inf else _sized(best, offer)


@dataclass(frozen=True, slots=True, eq=False)
class _Scanned:
    """The best run within one set of colorways, allowed and free of minima and maxima.

    Attributes:
        gain: -inf: none is allowed.
    """

    quantities: Integers
    gain: float
    free_size: int
    free_gain: float


def _scan(
    curve: MergedCurve, good: GoodUnits, offer: OfferTerms, largest: int | None, skus: int
) -> _Scanned | None:
    """Return the best run within one set of colorways; None if there is none of any size."""
    sizes, gain = all_runs(curve, good, offer, largest)
    if sizes.size == 0:
        return None
    free = _smallest_best(gain)
    free_size, free_gain = int(sizes[free]), float(gain[free])
    begin, end = allowed_range(curve, sizes, offer, largest)
    if begin >= end:
        return _Scanned(np.zeros(skus, dtype=np.int64), -np.inf, free_size, free_gain)
    at = free if begin <= free < end else begin + _smallest_best(gain[begin:end])
    quantities = run_of(curve, int(sizes[at]), skus, offer.order_multiple)
    return _Scanned(quantities, float(gain[at]), free_size, free_gain)


def _better(
    best: _Scanned | None,
    composed: Composed,
    good: GoodUnits,
    offer: OfferTerms,
    colorways: Integers,
) -> _Scanned:
    """Return the better of two runs, the composed one valued as it really is."""
    made = composed.quantities
    gain = composed.gain
    if loses_units(offer) or good.together is not None:
        cost = net_cost_of(offer, int(made.sum()), np.unique(colorways[made > 0]).size)
        gain = worth_of_run(good, offer, made) - cost
    if good.together is not None:
        units = made.sum(keepdims=True)
        gain += float(good.together(units * good_share(offer, units))[0])
    if best is None:
        return _Scanned(made, gain, int(made.sum()), gain)
    if best.gain > -np.inf and gain <= best.gain + _tie(best.gain):
        return best
    if gain > best.free_gain:
        return _Scanned(made, gain, int(made.sum()), gain)
    return replace(best, quantities=made, gain=gain)


def _sized(found: _Scanned, offer: OfferTerms) -> SizedRun:
    """Return a run with what of it arrives good; every SKU bears its share of what is lost."""
    share = offer.yield_rate
    if loses_units(offer):
        share = float(good_share(offer, found.quantities.sum()))
    pays = found.free_gain > 0
    return SizedRun(
        found.quantities,
        np.asarray(found.quantities * share, dtype=np.float64),
        found.gain,
        found.free_size if pays else 0,
        found.free_gain if pays else 0.0,
    )


def _smallest_best(gain: Floats) -> int:
    """Return the first place whose gain is the highest, ties within rounding included."""
    best = int(gain.argmax())
    top = float(gain[best])
    return int((gain[: best + 1] >= top - _tie(top)).argmax())


def _tie(gain: float) -> float:
    return TIE * (1 + abs(gain))
