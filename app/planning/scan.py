"""The size of a run: one scan of the merged curve against what runs cost."""

from dataclasses import dataclass

import numpy as np

from app.planning.curve import Arrival, marginal_values
from app.planning.merge import MergedCurve, cut_into_pieces, merge
from app.planning.model import Floats, Integers, OfferTerms
from app.planning.terms import largest_run, least_run, run_cost

TIE = 1e-9
"""Sums of the same numbers in another order differ in their last bits; within this share of the
gain two sizes count as equal, and the smaller one is taken."""


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


def size_run(arrival: Arrival, offer: OfferTerms, colorways: Integers) -> SizedRun | None:
    """Return the best run of `offer` that its terms allow, even if it loses money.

    Returns:
        None if the terms allow no run at all (a maximum below a minimum).
    """
    largest = largest_run(offer)
    if largest is not None and largest < least_run(offer):
        return None
    pieces = cut_into_pieces(marginal_values(arrival), arrival.unsold, offer)
    best: SizedRun | None = None
    for curve in merge(pieces, colorways, offer):
        candidate = _best_of(curve, arrival.unsold, offer, colorways.size, largest)
        if candidate and (best is None or candidate.gain > best.gain + _tie(best.gain)):
            best = candidate
    return best


def _best_of(
    curve: MergedCurve, unsold: float, offer: OfferTerms, skus: int, largest: int | None
) -> SizedRun | None:
    """Return the best size within one set of colorways."""
    reached = int(curve.quantity[-1]) if curve.quantity.size else 0
    beyond = _sizes_beyond(offer, reached, largest)
    sizes = np.concatenate([curve.quantity, beyond])
    gain = _value_at(curve, unsold, offer, sizes) - run_cost(offer, sizes, curve.colorways)
    free = _smallest_best(gain) if gain.size else 0
    allowed = sizes >= least_run(offer)
    allowed[: curve.allowed_from] = False
    if largest is not None:
        allowed &= sizes <= largest
    if not allowed.any():
        return None
    at = _smallest_best(np.where(allowed, gain, -np.inf))
    quantities = _quantities(curve, int(sizes[at]), skus, offer.order_multiple)
    useful = _first_units(curve, int(sizes[at]) - offer.setup_loss_units, skus, quantities)
    pays = gain[free] > 0
    return SizedRun(
        quantities,
        useful * offer.yield_rate,
        float(gain[at]),
        int(sizes[free]) if pays else 0,
        float(gain[free]) if pays else 0.0,
    )


def _sizes_beyond(offer: OfferTerms, reached: int, largest: int | None) -> Integers:
    """Return sizes past the curve's end that may still be best: the least run, and price breaks."""
    pack = offer.order_multiple
    starts = {-(-start // pack) * pack for start, _ in offer.price_breaks} | {least_run(offer)}
    top = largest if largest is not None else max(starts)
    return np.array(sorted(s for s in starts if reached < s <= top), dtype=np.int64)


def _value_at(curve: MergedCurve, unsold: float, offer: OfferTerms, sizes: Integers) -> Floats:
    """Return the value of runs of `sizes`; what setting up loses is taken off the last units."""
    reached = int(curve.quantity[-1]) if curve.quantity.size else 0
    useful = np.maximum(sizes - offer.setup_loss_units, 0)
    if offer.setup_loss_units == 0:
        inside = np.append(curve.value, np.full(sizes.size - curve.value.size, _last(curve)))
    else:
        grid = np.concatenate([[0], curve.quantity])
        inside = np.interp(useful, grid, np.concatenate([[0.0], curve.value]))
    past_end = np.maximum(useful - reached, 0) * offer.yield_rate * unsold
    return np.asarray(inside + past_end, dtype=np.float64)


def _last(curve: MergedCurve) -> float:
    return float(curve.value[-1]) if curve.value.size else 0.0


def _smallest_best(gain: Floats) -> int:
    """Return the first place whose gain is the highest, ties within rounding included."""
    top = float(gain.max())
    return int(np.argmax(gain >= top - _tie(top)))


def _tie(gain: float) -> float:
    return TIE * (1 + abs(gain))


def _quantities(curve: MergedCurve, size: int, skus: int, pack: int) -> Integers:
    """Return a run of `size` by SKU; past the curve's end in its proportions, in whole packs."""
    taken = curve.quantity <= size
    quantities = np.bincount(curve.sku[taken], weights=curve.units[taken], minlength=skus).astype(
        np.int64
    )
    extra = (size - int(quantities.sum())) // pack
    if extra > 0:
        weights = quantities if quantities.any() else np.ones(skus, dtype=np.int64)
        exact = extra * weights / weights.sum()
        more = np.floor(exact).astype(np.int64)
        rest = np.argsort(more - exact, kind="stable")[: extra - int(more.sum())]
        more[rest] += 1
        quantities += more * pack
    return quantities


def _first_units(curve: MergedCurve, useful: int, skus: int, quantities: Integers) -> Floats:
    """Return the best `useful` units of a run by SKU, a part of the last piece included."""
    total = int(quantities.sum())
    if useful >= total:
        return np.asarray(quantities, dtype=np.float64)
    if not curve.quantity.size or useful > curve.quantity[-1]:
        return np.asarray(quantities * (useful / total), dtype=np.float64)
    share = np.clip((useful - (curve.quantity - curve.units)) / curve.units, 0.0, 1.0)
    units = np.bincount(curve.sku, weights=curve.units * share, minlength=skus)
    return np.asarray(units, dtype=np.float64)
