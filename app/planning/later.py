"""What can still be done later, and so what a unit of this run is worth in each period.

A unit not sold before a later run could arrive would otherwise be made then. It is worth the cost
it saves, less holding; without this a style with no end is told to make years of demand at once.
"""

import math
from dataclasses import dataclass

import numpy as np

from app.planning.baseline import Baseline, Margins
from app.planning.model import Floats, Integers, OfferTerms
from app.planning.terms import largest_run, least_run, run_cost


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
    """

    worth: Floats
    unserved_share: Floats
    future: Floats
    ending: Floats
    lost_units: float


def look_ahead(
    baseline: Baseline,
    margins: Margins,
    offers: tuple[OfferTerms, ...],
    *,
    colorways: int,
    period_days: int,
    available_days: tuple[float, ...],
    review_days: float,
    waiting_share: float,
    salvage_value: float,
) -> Outlook:
    """Return what units are worth when each offer can serve again from its `available_days` on.

    An ordinary offer then serves every unit the baseline loses, at its full average cost, or the
    share that one run a review period of its largest size can; a made-to-order offer the share
    of the customers who wait.
    """
    mean_lost = baseline.mean_lost_to_date
    periods = mean_lost.size
    worth = np.full(periods, margins.served)
    unserved = np.ones(periods)
    for offer, days in zip(offers, available_days, strict=True):
        first = math.ceil(days / period_days)
        if first >= periods:
            continue
        rest = float(mean_lost[-1] - (mean_lost[first - 1] if first else 0.0))
        rate = rest / (periods - first) * review_days / period_days
        share = waiting_share if offer.made_to_order else _share_made(offer, rate)
        cost = later_cost(
            offer, rest * share, periods - first, colorways, margins.holding, salvage_value
        )
        if cost < margins.served:
            value = (1 - share) * margins.served + share * cost
            worth[first:] = np.minimum(worth[first:], value)
            unserved[first:] = np.minimum(unserved[first:], 1 - share)
    ending = _steps_down(unserved)
    future = baseline.style_lost_to_date @ _steps_down(margins.served - worth)
    return Outlook(worth, unserved, future, ending, float(ending @ mean_lost))


def _steps_down(values: Floats) -> Floats:
    """Return how far each value lies above the next, the last above 0."""
    steps = values.copy()
    steps[:-1] -= values[1:]
    return steps


def _share_made(offer: OfferTerms, wanted: float) -> float:
    """Return the share of the units wanted between two reviews that one run can make."""
    largest = largest_run(offer)
    if largest is None or wanted <= 0:
        return 1.0
    good = offer.yield_rate * max(0, largest - offer.setup_loss_units)
    return min(1.0, good / wanted) if largest >= least_run(offer) else 0.0


def later_cost(
    offer: OfferTerms,
    units: float,
    periods: int,
    colorways: int,
    holding: float,
    salvage_value: float,
) -> float:
    """Return the least full cost per good unit of making `units` by repeated later runs.

    Set-ups and holding are spread over the best run size: what one more unit now saves is the
    average cost of the later way, which in the limit of a steady rate gives the economic order
    quantity back. A run larger than the units wanted leaves units at salvage value.

    Args:
        offer: Ordinary, or made to order: then a run makes what one period asks for.
        units: Good units wanted over the periods left, on average.
        periods: Periods left, > 0.
        colorways: Colorways of the style: each pays its set-up in each run.
        holding: Per unit and period.
        salvage_value: Of a unit left over.

    Returns:
        Currency per good unit; infinite where nothing is wanted.

    Source:
        Harris (1913), "How many parts to make at once"; Snyder & Shen (2e), section 3.2 and 3.4.
    """
    if units <= 0:
        return math.inf
    sizes = _candidate_sizes(offer, units, periods, colorways, holding)
    good = np.minimum(offer.yield_rate * (sizes - offer.setup_loss_units), units)
    surplus = offer.yield_rate * (sizes - offer.setup_loss_units) - good
    cost = run_cost(offer, sizes, colorways) - salvage_value * surplus
    cycle = good * periods / units
    kept = 0.0 if offer.made_to_order else holding
    average = cost / good + kept * np.maximum(cycle - 1, 0) / 2
    return float(average.min())


def _candidate_sizes(
    offer: OfferTerms, units: float, periods: int, colorways: int, holding: float
) -> Integers:
    """Return run sizes among which the cheapest average lies, in units ordered."""
    least = least_run(offer)
    if offer.made_to_order:
        return np.array([max(least, math.ceil(units / periods))])
    needed = math.ceil(units / offer.yield_rate - 1e-9) + offer.setup_loss_units
    sizes = [least, needed, *(start for start, _ in offer.price_breaks)]
    if holding > 0:
        fixed = float(run_cost(offer, np.array(0), colorways))
        sizes.append(math.ceil(math.sqrt(2 * fixed * units / periods / holding)))
    top = max(needed, least)
    largest = largest_run(offer)
    if largest is not None:
        sizes.append(largest)
        top = max(min(top, largest), least)
    return np.array([size for size in sizes if least <= size <= top])
