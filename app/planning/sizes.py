"""The sizes of runs on a curve: which of them the terms allow, and what each is worth."""

from collections.abc import Sequence

import numpy as np

from app.planning.losses import GoodUnits, good_share, worth_along, worth_of_run
from app.planning.merge import MergedCurve, run_of
from app.planning.model import Floats, Integers, OfferTerms
from app.planning.terms import in_packs, largest_run, least_run, loses_units, net_cost


def allowed_runs(
    curve: MergedCurve, good: GoodUnits, offer: OfferTerms
) -> tuple[Integers, Floats] | None:
    """Return the sizes within one set of colorways that the terms allow, and what each gains.

    Returns:
        Sizes in units ordered, ascending, and value less cost against making nothing now, both
        of shape (sizes,); None if there are none.
    """
    largest = largest_run(offer)
    sizes, gain = all_runs(curve, good, offer, largest)
    begin, end = allowed_range(curve, sizes, offer, largest)
    return (sizes[begin:end], gain[begin:end]) if begin < end else None


def all_runs(
    curve: MergedCurve, good: GoodUnits, offer: OfferTerms, largest: int | None
) -> tuple[Integers, Floats]:
    """Return every size of a curve and some past its end, and what each gains, shape (sizes,)."""
    reached = int(curve.quantity[-1]) if curve.quantity.size else 0
    sizes = _with_more(curve.quantity, _sizes_beyond(offer, reached, largest))
    if not sizes.size:
        return sizes, np.zeros(0)
    gain = _value_at(curve, good, offer, sizes) - net_cost(offer, sizes, curve.colorways)
    if good.together is not None:
        gain += good.together(sizes * good_share(offer, sizes))
    return sizes, gain


def allowed_range(
    curve: MergedCurve, sizes: Integers, offer: OfferTerms, largest: int | None
) -> tuple[int, int]:
    """Return where the sizes that the terms allow begin and end."""
    begin = max(curve.allowed_from, int(sizes.searchsorted(least_run(offer))))
    end = sizes.size if largest is None else int(sizes.searchsorted(largest, side="right"))
    return begin, end


def _sizes_beyond(offer: OfferTerms, reached: int, largest: int | None) -> list[int]:
    """Return sizes past the curve's end that may still be best.

    They are the least run, price breaks, and all that the brand's own material is enough for.
    """
    pack = offer.order_multiple
    kept = offer.kept_units if largest is None else min(offer.kept_units, largest)
    last = max(offer.price_breaks[-1][0], kept)
    if least_run(offer) <= reached and last <= reached - reached % pack:
        return []
    starts = {in_packs(start, pack) for start, _ in offer.price_breaks} | {least_run(offer)}
    starts.add(kept // pack * pack)
    top = largest if largest is not None else max(starts)
    return sorted(s for s in starts if reached < s <= top)


def _with_more(sizes: Integers, beyond: Sequence[int]) -> Integers:
    return np.concatenate([sizes, np.array(beyond, dtype=np.int64)]) if beyond else sizes


def _value_at(curve: MergedCurve, good: GoodUnits, offer: OfferTerms, sizes: Integers) -> Floats:
    """Return the value of runs of `sizes`, each SKU's share of what setting up loses taken off."""
    if loses_units(offer):
        return _value_of_what_is_left(curve, good, offer, sizes)
    if sizes.size == curve.value.size:
        return curve.value
    reached = int(curve.quantity[-1]) if curve.quantity.size else 0
    beyond = sizes[curve.value.size :] - reached
    past_end = _last(curve) + beyond * (offer.yield_rate * good.unsold)
    return np.concatenate([curve.value, past_end])


def _value_of_what_is_left(
    curve: MergedCurve, good: GoodUnits, offer: OfferTerms, sizes: Integers
) -> Floats:
    """Return the value of runs of `sizes`: those of the curve, then some past its end."""
    skus, pack = len(good.marginal), offer.order_multiple
    beyond = [run_of(curve, int(size), skus, pack) for size in sizes[curve.quantity.size :]]
    along = worth_along(good, offer, curve.sku, curve.units)
    return np.concatenate([along, [worth_of_run(good, offer, made) for made in beyond]])


def _last(curve: MergedCurve) -> float:
    return float(curve.value[-1]) if curve.value.size else 0.0
