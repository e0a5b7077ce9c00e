"""What a unit of the runs to come costs, set-ups, holding and what is left over included."""

import math

import numpy as np

from app.compiled import compiled
from app.planning.baseline import Baseline
from app.planning.customers import Counts
from app.planning.marginal import MOST_COUNTED
from app.planning.margins import Margins
from app.planning.model import Floats, Integers, OfferTerms
from app.planning.terms import largest_run, least_run, net_cost, ordered_for, useful_units

MOST_SIZES = 512
"""Sizes of a later run that are compared: its cost per unit is flat around the best one."""


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
