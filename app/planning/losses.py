"""What runs are worth of which a part is lost in setting up: each SKU bears its share."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from app.compiled import compiled
from app.planning.at_review import Kept
from app.planning.curve import Arrival
from app.planning.marginal import block_of, marginal_values
from app.planning.model import Floats, Integers, OfferTerms
from app.planning.terms import useful_units


@dataclass(frozen=True, eq=False)
class GoodUnits:
    """What the good units of each SKU are worth.

    Attributes:
        marginal: Of each, or of each of a block of them, never rising, shape (skus, blocks).
        unsold: Of each past the curve's end.
        block: Units in a block.
        together: What runs of so many of them in all are worth on top, by what they leave at the
            next review; None: nothing.
        most_together: The most that one more is worth on top.
    """

    marginal: Floats
    unsold: float
    block: int
    together: Callable[[Floats], Floats] | None = None
    most_together: float = 0.0

    @cached_property
    def to_date(self) -> Floats:
        """What the first units are worth together; one more, past the end, is the last."""
        skus, most = self.marginal.shape
        total = np.zeros((skus, most + 2))
        self.marginal.cumsum(axis=1, out=total[:, 1:-1])
        total[:, -1] = total[:, -2] + self.unsold
        return total


def good_units_of(arrival: Arrival, kept: Kept | None) -> GoodUnits:
    """Return what the good units of a run are worth that arrives so.

    Args:
        arrival: How it meets demand.
        kept: What stock left at the next review saves; None: nothing.
    """
    block = block_of(arrival)
    marginal = marginal_values(arrival, block)
    if kept is None:
        return GoodUnits(marginal, arrival.unsold_mean, block)
    together, most = partial(kept.gains, arrival), kept.most_added(arrival)
    return GoodUnits(marginal, arrival.unsold_mean, block, together, most)


def good_share(offer: OfferTerms, ordered: Integers) -> Floats:
    """Return the share of runs of `ordered` > 0 units that comes out good, shape as given."""
    return np.asarray(useful_units(offer, ordered) / ordered * offer.yield_rate)


def worth_of_run(good: GoodUnits, offer: OfferTerms, made: Integers) -> float:
    """Return what a run is worth, cost not taken off; `made` is what is ordered of each SKU."""
    skus = made.nonzero()[0]
    return float(worth_along(good, offer, skus, made[skus])[-1])


def worth_along(good: GoodUnits, offer: OfferTerms, sku: Integers, units: Integers) -> Floats:
    """Return what a growing run is worth after each of its pieces, cost not taken off.

    Args:
        good: What units that come out good are worth.
        offer: What it loses in setting up, and its yield.
        sku: SKU of each piece, shape (pieces,).
        units: Units ordered with each, > 0, shape (pieces,).
    """
    share = good_share(offer, units.cumsum()) / good.block
    return good.block * _worth_along(good.to_date, sku, units, share)


@compiled
def _worth_along(to_date: Floats, sku: Integers, units: Integers, share: Floats) -> Floats:
    skus, most = to_date.shape[0], to_date.shape[1] - 2
    made = np.zeros(skus)
    worth = np.zeros(sku.size)
    for piece in range(sku.size):
        made[sku[piece]] += units[piece]
        for one in range(skus):
            blocks = made[one] * share[piece]
            whole = min(int(blocks), most)
            below = to_date[one, whole]
            worth[piece] += below + (blocks - whole) * (to_date[one, whole + 1] - below)
    return worth
