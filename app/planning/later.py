"""What can still be done later, and so what a unit of this run is worth in each period.

A unit not sold before a later run could arrive would otherwise be made then. It is worth the cost
it saves, less holding; without this a style with no end is told to make years of demand at once.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.compiled import compiled
from app.planning.baseline import Baseline
from app.planning.customers import Counts
from app.planning.landing import is_spread, landed_share
from app.planning.marginal import MOST_COUNTED
from app.planning.margins import Margins, steps_down
from app.planning.model import Floats, Integers, OfferTerms
from app.planning.terms import largest_run, least_run, net_cost, ordered_for, useful_units
from app.planning.weighing import weighed

MOST_SIZES = 512
"""Sizes of a later run that are compared: its cost per unit is flat around the best one."""


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
    offers: tuple[OfferTerms, ...],
    costs: Mapping[str, float],
    *,
    period_days: int,
    available_days: tuple[float, ...],
    review_days: float,
    waiting_share: float,
) -> Outlook:
    """Return what units are worth when each offer can serve again from its `available_days` on.

    An ordinary offer then serves every unit the baseline loses, at its full average cost, or the
    share that one run a review period of its largest size can; a made-to-order offer the share
    of the customers who wait. Where the lead time varies, a period is served by as many runs as
    have landed when it begins: who counts on the mean runs out while half of them are late.

    Args:
        costs: Of a later unit, by offer, as `later_costs` gives them. The same in every world of
            a decision: a run's profit is then the same alone and as units on their way.
    """
    mean_lost = baseline.mean_lost_to_date
    periods = mean_lost.size
    served = baseline.served
    worth = served.copy()
    unserved = np.ones(periods)
    for offer, days in zip(offers, available_days, strict=True):
        first = periods if math.isinf(days) else math.ceil(days / period_days)
        cost = costs[offer.code]
        if first >= periods or cost >= served[0]:
            continue
        share: float | Floats = _share_served(
            offer, mean_lost, first, review_days / period_days, waiting_share
        )
        if not offer.made_to_order and is_spread(offer):
            release = days - offer.lead_time_days
            first = min(first, math.ceil(release / period_days))
            begins = np.arange(first, periods, dtype=np.float64) * period_days
            share = share * landed_share(offer, begins - release)
        value = (1 - share) * served[first:] + share * cost
        np.minimum(worth[first:], value, out=worth[first:])
        np.minimum(unserved[first:], 1 - share, out=unserved[first:])
    ending = steps_down(unserved)
    future = weighed(steps_down(served - worth), baseline.style_lost_to_date)
    return Outlook(worth, unserved, future, ending, float(ending @ mean_lost))


def later_costs(
    baseline: Baseline,
    margins: Margins,
    offers: tuple[OfferTerms, ...],
    *,
    colorways: int,
    period_days: int,
    available_days: tuple[float, ...],
    review_days: float,
    waiting_share: float,
    end_value: float,
) -> dict[str, float]:
    """Return what a unit of each offer's later runs costs, by code; infinite: none comes.

    Made to order none comes where a review period's orders do not reach the minimum.
    """
    periods = baseline.mean_lost_to_date.size
    costs = {}
    for offer, days in zip(offers, available_days, strict=True):
        costs[offer.code] = math.inf
        if math.isinf(days):
            continue
        first = 0 if offer.made_to_order else math.ceil(days / period_days)
        if first >= periods:
            continue
        lost = _lost_from(baseline, first)
        if offer.made_to_order:
            units = float(lost[-1].mean()) * waiting_share
            reviews = max(1.0, (periods - first) * period_days / review_days)
            if units / offer.yield_rate / reviews >= least_run(offer) or least_run(offer) == 1:
                costs[offer.code] = made_to_order_cost(offer, units, periods - first, colorways)
        else:
            costs[offer.code] = cost_per_unit_sold(
                offer, lost, colorways=colorways, holding=margins.holding, end_value=end_value
            )
    return costs


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


def _lost_from(baseline: Baseline, first: int) -> Counts:
    """Return the style's units lost from a period on, shape (periods - first, paths)."""
    lost = baseline.style_lost_to_date
    return np.asarray(lost[first:] - lost[first - 1] if first else lost)


def cost_per_unit_sold(
    offer: OfferTerms, lost: Counts, *, colorways: int, holding: float, end_value: float
) -> float:
    """Return the least full cost, per unit it sells, of a later run that arrives when needed.

    Where each run is followed by another like it, this is what one more unit now saves: a later
    run pays set-up and holding as well, and bears the risk that units are left over. Without
    that risk a run now, which bears its own, is put off for good; at a steady rate it is the
    economic order quantity's cost. It arrives with the first unit lost, and not on paths that
    lose none: by then it is seen whether stock lasts.

    Args:
        offer: Not made to order.
        lost: Units lost from the later run's arrival on, shape (periods, paths), periods > 0.
        colorways: Colorways of the style: each pays its set-up.
        holding: Per unit and period.
        end_value: Of a unit in stock at the end.

    Returns:
        Currency per unit sold; infinite where nothing is lost.

    Source:
        Harris (1913), "How many parts to make at once", for the limit.
    """
    most = int(lost[-1].max(initial=0))
    if most == 0:
        return math.inf
    block = -(-most // MOST_COUNTED)
    if block > 1:
        lost, most = lost // block, most // block
    sizes = _sizes(offer, most * block)
    arriving = offer.yield_rate * useful_units(offer, sizes) / block
    spent = net_cost(offer, sizes, colorways)
    return _least_per_unit(lost, most, spent, arriving, block, holding, end_value)


@compiled
def _least_per_unit(
    lost: Counts,
    most: int,
    spent: Floats,
    arriving: Floats,
    block: int,
    holding: float,
    end_value: float,
) -> float:
    """Return the least cost per unit sold of runs that arrive with the first unit lost.

    Args:
        lost: To date, in blocks, never above `most`, shape (periods, paths), as of a path that
            loses none.
        spent: On each run, shape (sizes,).
        arriving: Blocks of it, parts of one in proportion, shape (sizes,), ascending.
        block: Units in one.
        holding: Per unit and period.
        end_value: Of a unit in stock at the end.
    """
    periods, paths = lost.shape
    needing, gone = np.zeros(most + 2), np.zeros(most + 2)
    for period in range(periods):
        until = lost[period]
        for path in range(paths):
            gone[until[path]] += 1
    for path in range(paths):
        needing[lost[periods - 1, path]] += 1
    for unit in range(most, 0, -1):
        needing[unit] += needing[unit + 1]
        gone[unit] += gone[unit + 1]
    needed, first_gone = needing[1], gone[1]
    least, unit, good, burden = np.inf, 0, 0.0, 0.0
    for size in range(arriving.size):
        whole = min(int(arriving[size]), most)
        while unit < whole:
            unit += 1
            sells = needing[unit] / needed
            good += sells
            burden += holding * (first_gone - gone[unit]) / needed - end_value * (1 - sells)
        part = min(arriving[size], float(most)) - whole
        sells = needing[whole + 1] / needed
        kept = holding * (first_gone - gone[whole + 1]) / needed - end_value * (1 - sells)
        over = max(arriving[size] - most, 0.0) * (holding * first_gone / needed - end_value)
        cost = spent[size] + block * (burden + part * kept + over)
        least = min(least, cost / max(block * (good + part * sells), 1e-9))
    return least


def _sizes(offer: OfferTerms, most: int) -> Integers:
    """Return the run sizes worth comparing, up to one that serves the most any path wants."""
    least = least_run(offer)
    largest = largest_run(offer)
    top = max(least, ordered_for(offer, most))
    if largest is not None:
        top = max(least, min(top, largest))
    step = max(1, -(-(top - least) // MOST_SIZES))
    return np.arange(least, top + 1, -(-step // offer.order_multiple) * offer.order_multiple)


def made_to_order_cost(offer: OfferTerms, units: float, periods: int, colorways: int) -> float:
    """Return the full cost per good unit of making in each period what it asks for.

    Args:
        offer: Made to order.
        units: Good units wanted over the periods, on average.
        periods: > 0.
        colorways: Each pays its set-up in each run.

    Returns:
        Currency per good unit; infinite where nothing is wanted.
    """
    if units <= 0:
        return math.inf
    size = max(least_run(offer), math.ceil(units / periods))
    good = min(offer.yield_rate * float(useful_units(offer, np.array(size))), units)
    return float(net_cost(offer, np.array(size), colorways)) / good
