"""The size of a run: one scan of the merged curve against what runs cost."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.planning.curve import Arrival
from app.planning.marginal import block_of, marginal_values
from app.planning.merge import MergedCurve, merge
from app.planning.model import Floats, Integers, OfferTerms
from app.planning.pieces import cut_into_pieces
from app.planning.terms import (
    in_packs,
    largest_run,
    least_run,
    loses_units,
    net_cost,
    useful_units,
)

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
    unsold = arrival.unsold_mean
    block = block_of(arrival)
    pieces = cut_into_pieces(marginal_values(arrival, block), unsold, offer, block)
    best: _Scanned | None = None
    for curve in merge(pieces, colorways, offer, whole=False):
        found = _scan(curve, unsold, offer, largest)
        if found and (best is None or found.gain > best.gain + _tie(best.gain)):
            best = found
    return None if best is None else _sized(best, offer, colorways.size)


def allowed_runs(
    curve: MergedCurve, unsold: float, offer: OfferTerms
) -> tuple[Integers, Floats] | None:
    """Return the sizes within one set of colorways that the terms allow, and what each gains.

    Returns:
        Sizes in units ordered, ascending, and value less cost against making nothing now, both
        of shape (sizes,); None if there are none.
    """
    largest = largest_run(offer)
    reached = int(curve.quantity[-1]) if curve.quantity.size else 0
    sizes = _with_more(curve.quantity, _sizes_beyond(offer, reached, largest))
    begin, end = _allowed(curve, sizes, offer, largest)
    if begin >= end:
        return None
    gain = _value_at(curve, unsold, offer, sizes) - net_cost(offer, sizes, curve.colorways)
    return sizes[begin:end], gain[begin:end]


def _allowed(
    curve: MergedCurve, sizes: Integers, offer: OfferTerms, largest: int | None
) -> tuple[int, int]:
    """Return where the sizes that the terms allow begin and end."""
    begin = max(curve.allowed_from, int(sizes.searchsorted(least_run(offer))))
    end = sizes.size if largest is None else int(sizes.searchsorted(largest, side="right"))
    return begin, end


@dataclass(frozen=True, slots=True, eq=False)
class _Scanned:
    """The best size within one set of colorways, allowed and free of minima and maxima."""

    curve: MergedCurve
    size: int
    gain: float
    free_size: int
    free_gain: float


def _scan(
    curve: MergedCurve, unsold: float, offer: OfferTerms, largest: int | None
) -> _Scanned | None:
    """Return the best size within one set of colorways; None if its terms allow none."""
    sizes = curve.quantity
    reached = int(sizes[-1]) if sizes.size else 0
    sizes = _with_more(sizes, _sizes_beyond(offer, reached, largest))
    if sizes.size == 0:
        return None
    gain = _value_at(curve, unsold, offer, sizes) - net_cost(offer, sizes, curve.colorways)
    free = _smallest_best(gain)
    begin, end = _allowed(curve, sizes, offer, largest)
    if begin >= end:
        return None
    at = free if begin <= free < end else begin + _smallest_best(gain[begin:end])
    free_gain = float(gain[free])
    return _Scanned(curve, int(sizes[at]), float(gain[at]), int(sizes[free]), free_gain)


def _sized(found: _Scanned, offer: OfferTerms, skus: int) -> SizedRun:
    """Return a size as a run by SKU."""
    quantities = _quantities(found.curve, found.size, skus, offer.order_multiple)
    left = float(found.size)
    if loses_units(offer):
        left = float(useful_units(offer, np.array(found.size)))
    useful = _first_units(found.curve, left, skus, quantities)
    pays = found.free_gain > 0
    return SizedRun(
        quantities,
        useful * offer.yield_rate,
        found.gain,
        found.free_size if pays else 0,
        found.free_gain if pays else 0.0,
    )


def _sizes_beyond(offer: OfferTerms, reached: int, largest: int | None) -> list[int]:
    """Return sizes past the curve's end that may still be best.

    They are the least run, price breaks, and all that the brand's own material is enough for.
    """
    pack = offer.order_multiple
    starts = {in_packs(start, pack) for start, _ in offer.price_breaks} | {least_run(offer)}
    kept = offer.kept_units if largest is None else min(offer.kept_units, largest)
    starts.add(kept // pack * pack)
    top = largest if largest is not None else max(starts)
    return sorted(s for s in starts if reached < s <= top)


def _with_more(sizes: Integers, beyond: Sequence[int]) -> Integers:
    return np.concatenate([sizes, np.array(beyond, dtype=np.int64)]) if beyond else sizes


def _value_at(curve: MergedCurve, unsold: float, offer: OfferTerms, sizes: Integers) -> Floats:
    """Return the value of runs of `sizes`; what setting up loses is taken off the last units."""
    reached = int(curve.quantity[-1]) if curve.quantity.size else 0
    if not loses_units(offer):
        if sizes.size == curve.value.size:
            return curve.value
        beyond = sizes[curve.value.size :] - reached
        past_end = _last(curve) + beyond * (offer.yield_rate * unsold)
        return np.concatenate([curve.value, past_end])
    useful = useful_units(offer, sizes)
    grid = np.concatenate([[0], curve.quantity])
    inside = np.interp(useful, grid, np.concatenate([[0.0], curve.value]))
    past_end = np.maximum(useful - reached, 0) * offer.yield_rate * unsold
    return np.asarray(inside + past_end, dtype=np.float64)


def _last(curve: MergedCurve) -> float:
    return float(curve.value[-1]) if curve.value.size else 0.0


def _smallest_best(gain: Floats) -> int:
    """Return the first place whose gain is the highest, ties within rounding included."""
    best = int(gain.argmax())
    top = float(gain[best])
    return int((gain[: best + 1] >= top - _tie(top)).argmax())


def _tie(gain: float) -> float:
    return TIE * (1 + abs(gain))


def _quantities(curve: MergedCurve, size: int, skus: int, pack: int) -> Integers:
    """Return a run of `size` by SKU; past the curve's end in its proportions, in whole packs."""
    taken = int(curve.quantity.searchsorted(size, side="right"))
    quantities = np.bincount(curve.sku[:taken], weights=curve.units[:taken], minlength=skus).astype(
        np.int64
    )
    extra = (size - sum(quantities.tolist())) // pack
    if extra > 0:
        weights = quantities if quantities.any() else np.ones(skus, dtype=np.int64)
        exact = extra * weights / weights.sum()
        more = np.floor(exact).astype(np.int64)
        rest = np.argsort(more - exact, kind="stable")[: extra - int(more.sum())]
        more[rest] += 1
        quantities += more * pack
    return quantities


def _first_units(curve: MergedCurve, useful: float, skus: int, quantities: Integers) -> Floats:
    """Return the best `useful` units of a run by SKU, a part of the last piece included."""
    total = sum(quantities.tolist())
    if useful >= total:
        return np.asarray(quantities, dtype=np.float64)
    if not curve.quantity.size or useful > curve.quantity[-1]:
        return np.asarray(quantities * (useful / total), dtype=np.float64)
    share = np.clip((useful - (curve.quantity - curve.units)) / curve.units, 0.0, 1.0)
    units = np.bincount(curve.sku, weights=curve.units * share, minlength=skus)
    return np.asarray(units, dtype=np.float64)
