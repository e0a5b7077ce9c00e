"""Runs put together exactly where each SKU has a minimum of its own.

Taking the best unit first is exact for curves that never rise. A SKU's minimum makes its curve rise
once: whether the SKU is in the run at all then depends on the size of the run. So the best run of
every size is found SKU by SKU, colorway by colorway.
"""

from dataclasses import dataclass, replace

import numpy as np

from app.compiled import compiled
from app.planning.model import Floats, Integers, OfferTerms
from app.planning.pieces import Pieces
from app.planning.terms import least_run, net_cost

MOST_STEPS = 2**23
"""Sums compared for one offer, a tenth of a microsecond per hundred: beyond, minima weigh little
beside the run, and best unit first will do."""


@dataclass(frozen=True, slots=True, eq=False)
class Composed:
    """The best run of an offer by what its pieces are worth: units of each SKU, and its gain."""

    quantities: Integers
    gain: float


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """SKUs put together: what the best runs of every size are worth after each of them.

    Attributes:
        skus: In the order they were added.
        worth: Before the first and after each, shape (skus + 1, sizes); -inf: no such run.
    """

    skus: Integers
    worth: list[Floats]


def best_composed(
    pieces: Pieces, colorways: Integers, offer: OfferTerms, largest: int | None
) -> Composed | None:
    """Return the best run that the terms allow, its units in whole packs.

    Args:
        pieces: A SKU's first one is its minimum, the others are packs of one size.
        colorways: Index of each SKU's colorway, shape (skus,).
        offer: Its minima, set-ups and prices.
        largest: The largest run; None: none.

    Returns:
        None if no run is allowed, or there are too many to compare.
    """
    skus, cuts = pieces.gain.shape
    pack = int(pieces.units[-1])
    first = int(pieces.units[0]) // pack
    most = min(pieces.enough, skus * (first + cuts - 1))
    if largest is not None:
        most = min(most, largest // pack)
    groups = _groups(colorways, offer, pack)
    steps = skus * cuts * most + (len(groups) > 1) * len(groups) * most**2
    if most <= 0 or steps > MOST_STEPS:
        return None
    worth = pieces.gain.cumsum(axis=1)
    least = -(-max(offer.moq_colorway, 1) // pack)
    made = [_group(worth, group, first, most) for group in groups]
    parts = [_made_at_all(one, offer, least) for one in made]
    joined = [_nothing(most)]
    for part in parts:
        joined.append(_joined(joined[-1], part))
    size = _best_size(joined[-1], pack, offer, largest)
    if size is None:
        return None
    left, gain = size
    quantities = np.zeros(skus, dtype=np.int64)
    for at in range(len(parts) - 1, -1, -1):
        packs = _last_part(joined[at], parts[at], left)
        _fill(quantities, made[at], worth, first, packs)
        left -= packs
    return Composed(quantities * pack, gain)


def _groups(colorways: Integers, offer: OfferTerms, pack: int) -> list[Integers]:
    """Return the SKUs of each colorway; all together where colorways cost and ask nothing."""
    if offer.colorway_setup_cost == 0 and offer.moq_colorway <= pack:
        return [np.arange(colorways.size)]
    return [np.flatnonzero(colorways == one) for one in np.unique(colorways)]


def _nothing(most: int) -> Floats:
    worth = np.full(most + 1, -np.inf)
    worth[0] = 0.0
    return worth


def _group(worth: Floats, skus: Integers, first: int, most: int) -> _Group:
    """Return the best runs of some SKUs, up to `most` packs together."""
    found = [_nothing(most)]
    for sku in skus:
        found.append(_with_sku(found[-1], worth[sku], first))
    return _Group(skus, found)


def _made_at_all(group: _Group, offer: OfferTerms, least: int) -> Floats:
    """Return what a colorway's runs are worth, its set-up taken off, from its minimum on, or 0."""
    made: Floats = group.worth[-1] - offer.colorway_setup_cost
    made[: min(least, made.size)] = -np.inf
    made[0] = 0.0
    return made


def _best_size(
    worth: Floats, pack: int, offer: OfferTerms, largest: int | None
) -> tuple[int, float] | None:
    """Return the packs of the best run allowed and its gain; None: none is."""
    packs = np.flatnonzero(np.isfinite(worth))
    packs = packs[packs * pack >= least_run(offer)]
    if largest is not None:
        packs = packs[packs * pack <= largest]
    if not packs.size:
        return None
    bare = replace(offer, colorway_setup_cost=0.0)
    gain = worth[packs] - net_cost(bare, packs * pack, 0)
    at = int(gain.argmax())
    return int(packs[at]), float(gain[at])


@compiled
def _with_sku(before: Floats, worth: Floats, first: int) -> Floats:
    """Return the best runs with one more SKU: none of it, its minimum, or more."""
    best = before.copy()
    for extra in range(worth.size):
        packs = first + extra
        for total in range(packs, best.size):
            found = before[total - packs] + worth[extra]
            if found > best[total]:
                best[total] = found
    return best


@compiled
def _joined(before: Floats, other: Floats) -> Floats:
    """Return the best runs with a part of one more colorway."""
    best: Floats = before + other[0]
    for packs in range(1, other.size):
        if other[packs] == -np.inf:
            continue
        for total in range(packs, best.size):
            found = before[total - packs] + other[packs]
            if found > best[total]:
                best[total] = found
    return best


def _last_part(before: Floats, other: Floats, total: int) -> int:
    """Return how many of `total` packs the best run has of its last part, the fewest of equal."""
    return int((before[total::-1] + other[: total + 1]).argmax())


def _fill(quantities: Integers, group: _Group, worth: Floats, first: int, packs: int) -> None:
    """Write down what the best run of some SKUs has of each, in packs."""
    for at in range(group.skus.size - 1, -1, -1):
        sku = group.skus[at]
        own = np.full(packs + 1, -np.inf)
        own[0] = 0.0
        reach = max(0, min(worth.shape[1], packs + 1 - first))
        own[first : first + reach] = worth[sku, :reach]
        quantities[sku] = _last_part(group.worth[at], own, packs)
        packs -= int(quantities[sku])
