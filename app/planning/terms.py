"""What a run costs under an offer, and which sizes it allows."""

import math
from dataclasses import replace
from typing import Literal

import numpy as np

from app.planning.model import Floats, Integers, OfferTerms

DAYS_PER_WEEK = 7

ROUNDING_GUARD = 1e-9
"""90 good units at a yield of .9 are 100 ordered, and a hair more in binary."""


def units_cost(offer: OfferTerms, quantity: Integers) -> Floats:
    """Return what `quantity` units cost to make, without set-ups, shape as given.

    Below the first price break the first price holds: `least_run` keeps runs from being that
    small.

    Source:
        Snyder & Shen, Fundamentals of Supply Chain Theory (2e), section 3.4 (both kinds).
    """
    if len(offer.price_breaks) == 1:
        return np.asarray(offer.price_breaks[0][1] * quantity, dtype=np.float64)
    if offer.price_break_kind == "all_units":
        cost = np.asarray(offer.price_breaks[0][1] * quantity, dtype=np.float64)
        for start, price in offer.price_breaks[1:]:
            cost = np.where(quantity >= start, price * quantity, cost)
        return cost
    starts = np.array([least for least, _ in offer.price_breaks])
    prices = np.array([price for _, price in offer.price_breaks])
    below = np.maximum(starts - 1, 0)
    below[0] = 0
    widths = np.diff(below, append=np.iinfo(np.int64).max)
    units = np.clip(np.asarray(quantity)[..., None] - below, 0, widths)
    return np.asarray((units * prices).sum(axis=-1), dtype=np.float64)


def run_cost(offer: OfferTerms, quantity: Integers, colorways: int) -> Floats:
    """Return the whole cost of runs of `quantity` > 0 units in `colorways` colorways."""
    cost = units_cost(offer, quantity)
    if offer.freight_per_unit:
        cost = cost + offer.freight_per_unit * quantity
    return cost + _cost_per_run(offer, colorways)


def run_cost_of(offer: OfferTerms, quantity: int, colorways: int) -> float:
    """Return the whole cost of one run, to the bit as `run_cost` does; 0 units cost nothing."""
    if not quantity:
        return 0.0
    if len(offer.price_breaks) > 1 and offer.price_break_kind == "incremental":
        return float(run_cost(offer, np.array([quantity]), colorways)[0])
    # Numbers one by one: an array of one costs ten times as much, and decisions ask for many.
    price = offer.price_breaks[0][1]
    for start, reached in offer.price_breaks[1:]:
        if start <= quantity:
            price = reached
    return price * quantity + offer.freight_per_unit * quantity + _cost_per_run(offer, colorways)


def _cost_per_run(offer: OfferTerms, colorways: int) -> float:
    return setup_cost(offer, colorways) + offer.freight_per_run + offer.tooling_cost


def net_cost(offer: OfferTerms, quantity: Integers, colorways: int) -> Floats:
    """Return what runs take from profit: their cost, less what using the brand's material saves.

    Reserved material is paid for whether or not it is used. What making a unit of it gives up is
    its scrap value, not its price: the salvage value of an input, as a newsvendor's is of units.
    """
    cost = run_cost(offer, quantity, colorways)
    if not offer.kept_units:
        return cost
    return np.asarray(cost - offer.kept_value * np.minimum(quantity, offer.kept_units))


def net_cost_of(offer: OfferTerms, quantity: int, colorways: int) -> float:
    """Return what one run takes from profit, as `net_cost` does; 0 units take nothing."""
    cost = run_cost_of(offer, quantity, colorways)
    return cost - offer.kept_value * min(quantity, offer.kept_units) if offer.kept_units else cost


def setup_cost(offer: OfferTerms, colorways: int) -> float:
    """Return the set-ups of one run, style and colorways together."""
    return offer.setup_cost + offer.colorway_setup_cost * colorways


def least_run(offer: OfferTerms) -> int:
    """Return the smallest run the offer takes: MOQs, first price break, set-up losses, packs."""
    least = max(offer.moq_run, offer.moq_colorway, offer.moq_sku, offer.price_breaks[0][0])
    return in_packs(max(least, offer.setup_loss_units + 1), offer.order_multiple)


def largest_run(offer: OfferTerms) -> int | None:
    """Return the largest run: the maximum, the material, and what is made within the lead time.

    A lead time under a week counts as a week.
    """
    limits = [most for most in (offer.max_quantity, offer.material_limit) if most is not None]
    if offer.capacity_per_week is not None:
        weeks = max(1.0, offer.lead_time_days / DAYS_PER_WEEK)
        limits.append(math.floor(offer.capacity_per_week * weeks))
    return min(limits) // offer.order_multiple * offer.order_multiple if limits else None


def for_now(offer: OfferTerms) -> OfferTerms:
    """Return the offer as a run released now can have it: no larger than its ration."""
    if offer.ration is None:
        return offer
    most = offer.ration.most
    if offer.max_quantity is not None:
        most = min(most, offer.max_quantity)
    return replace(offer, max_quantity=most)


def limit_of(
    offer: OfferTerms,
) -> Literal["maximum", "capacity", "material", "budget", "test_budget"]:
    """Return what keeps a run released now from being larger than `largest_run(for_now(offer))`."""
    largest = largest_run(for_now(offer))
    if offer.ration is not None and largest != largest_run(offer):
        return offer.ration.limit
    if largest != largest_run(replace(offer, max_quantity=None)):
        return "maximum"
    return "material" if largest != largest_run(replace(offer, material_limit=None)) else "capacity"


def useful_units(offer: OfferTerms, ordered: Integers) -> Floats:
    """Return the units of runs that come out at the usual yield, shape as given.

    Setting up loses the first, and of those made while the line settles a part is lost as well:
    what is left counts in whole units of the usual yield.
    """
    made = np.maximum(np.asarray(ordered, dtype=np.float64) - offer.setup_loss_units, 0.0)
    if offer.early_run_units:
        made -= (1 - offer.early_run_yield) * np.minimum(made, offer.early_run_units)
    return np.asarray(made)


def ordered_for(offer: OfferTerms, good_units: float) -> int:
    """Return the least whole units to order so that `good_units` > 0 arrive good on average."""
    useful = good_units / offer.yield_rate
    early = offer.early_run_units * offer.early_run_yield
    if useful <= early:
        made = useful / offer.early_run_yield
    else:
        made = useful + offer.early_run_units - early
    return math.ceil(made - ROUNDING_GUARD) + offer.setup_loss_units


def loses_units(offer: OfferTerms) -> bool:
    """Say whether the first units of a run are lost, or in part."""
    return offer.setup_loss_units > 0 or (offer.early_run_units > 0 and offer.early_run_yield < 1)


def in_packs(units: int, pack: int) -> int:
    """Return `units` rounded up to whole packs."""
    return -(-units // pack) * pack


def lowest_unit_cost(offer: OfferTerms) -> float:
    """Return the least a good unit can take from profit, set-ups aside."""
    cheapest = min(price for _, price in offer.price_breaks) + offer.freight_per_unit
    if offer.kept_units:
        cheapest -= offer.kept_value
    return cheapest / offer.yield_rate
