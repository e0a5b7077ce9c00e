"""What can still be done later, and so what a unit of this run is worth in each period.

A unit not sold before a later run could arrive would otherwise be made then. It is worth the cost
it saves, less holding; without this a style with no end is told to make years of demand at once.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.planning.at_review import Kept, kept_at_review
from app.planning.baseline import Baseline
from app.planning.landing import is_spread, landed_share
from app.planning.margins import steps_down
from app.planning.model import Floats, OfferTerms
from app.planning.renewal import Renewal
from app.planning.terms import largest_run, least_run, useful_units
from app.planning.to_date import weighed


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """The periods ahead as seen by a run whose successor could be released later.

    Attributes:
        worth: What serving a lost unit in a period adds to leaving it to a later run, never
            rising, shape (periods,).
        unserved_share: Share of the units lost in a period that no later run serves, never
            rising, shape (periods,).
        future: Profit of the later runs if this run makes nothing, shape (paths,).
        ending: How far `unserved_share` lies above the next period's, 0 after the last.
        lost_units: Units that no later run serves if this run makes nothing, on average.
        kept: What stock left at the next review saves on top of `worth`, in `future` if this run
            makes nothing; None: `worth` says it all.
    """

    worth: Floats
    unserved_share: Floats
    future: Floats
    ending: Floats
    lost_units: float
    kept: Kept | None = None


def look_ahead(
    baseline: Baseline,
    offers: tuple[OfferTerms, ...],
    costs: Mapping[str, float],
    *,
    period_days: int,
    available_days: tuple[float, ...],
    review_days: float,
    waiting_share: float,
    renewal: Renewal | None = None,
) -> Outlook:
    """Return what units are worth when each offer can serve again from its `available_days` on.

    An ordinary offer then serves every unit the baseline loses, at its full average cost, or the
    share that one run a review period of its largest size can; a made-to-order offer the share
    of the customers who wait. Where the lead time varies, a period is served by as many runs as
    have landed when it begins: who counts on the mean runs out while half of them are late.

    Args:
        costs: Of a later unit, by offer, as `later_costs` gives them. The same in every world of
            a decision: a run's profit is then the same alone and as units on their way.
        renewal: The later runs of one offer, where what is left at a review is worth what it
            saves; None: there are none such.
    """
    mean_lost = baseline.mean_lost_to_date
    periods = mean_lost.size
    served = baseline.served
    worth = served.copy()
    charged = worth if renewal is None else served.copy()
    unserved = np.ones(periods)
    kept: Kept | None = None
    for offer, days in zip(offers, available_days, strict=True):
        first = periods if math.isinf(days) else math.ceil(days / period_days)
        own = renewal if renewal is not None and offer.code == renewal.offer else None
        cost = costs[offer.code] if own is None else own.cost
        if first >= periods or cost >= served[0]:
            continue
        share: float | Floats = _share_served(
            offer, mean_lost, first, review_days / period_days, waiting_share
        )
        if own is not None:
            kept = kept_at_review(own, baseline, (days - offer.lead_time_days) / period_days, first)
        if not offer.made_to_order and is_spread(offer):
            release = days - offer.lead_time_days
            first = min(first, math.ceil(release / period_days))
            begins = np.arange(first, periods, dtype=np.float64) * period_days
            share = share * landed_share(offer, begins - release)
        value = (1 - share) * served[first:] + share * cost
        if renewal is not None:
            np.minimum(charged[first:], value, out=charged[first:])
        if own is not None:
            value = (1 - share) * served[first:] + share * own.unit_cost
        np.minimum(worth[first:], value, out=worth[first:])
        np.minimum(unserved[first:], 1 - share, out=unserved[first:])
    ending = steps_down(unserved)
    future = weighed(steps_down(served - charged), baseline.style_lost_to_date)
    if kept is not None:
        future += kept.alone
    return Outlook(worth, unserved, future, ending, float(ending @ mean_lost), kept)


def _share_served(
    offer: OfferTerms, mean_lost: Floats, first: int, review_periods: float, waiting_share: float
) -> float:
    """Return the share of the units lost from a period on that an offer's later runs serve."""
    rest = float(mean_lost[-1] - (mean_lost[first - 1] if first else 0.0))
    if offer.made_to_order:
        share = waiting_share
    else:
        share = _share_made(offer, rest / (mean_lost.size - first) * review_periods)
    if offer.last_buy and offer.material_limit is not None and rest > 0:
        ever = offer.yield_rate * float(useful_units(offer, np.array(offer.material_limit)))
        share = min(share, ever / rest)
    return share


def _share_made(offer: OfferTerms, wanted: float) -> float:
    """Return the share of the units wanted between two reviews that one run can make."""
    largest = largest_run(offer)
    if largest is None or wanted <= 0:
        return 1.0
    good = offer.yield_rate * float(useful_units(offer, np.array(largest)))
    return min(1.0, good / wanted) if largest >= least_run(offer) else 0.0
