"""What a run costs under an offer, and which sizes it allows."""

import math

import numpy as np

from app.planning.model import Floats, Integers, OfferTerms

DAYS_PER_WEEK = 7


def units_cost(offer: OfferTerms, quantity: Integers) -> Floats:
    """Return what `quantity` units cost to make, without set-ups, shape as given.

    Below the first price break the first price holds: `least_run` keeps runs from being that
    small.

    Source:
        Snyder & Shen, Fundamentals of Supply Chain Theory (2e), section 3.4 (both kinds).
    """
    if len(offer.price_breaks) == 1:
        return np.asarray(offer.price_breaks[0][1] * quantity, dtype=np.float64)
    starts = np.array([least for least, _ in offer.price_breaks])
    prices = np.array([price for _, price in offer.price_breaks])
    if offer.price_break_kind == "all_units":
        reached = np.maximum(np.searchsorted(starts, quantity, side="right") - 1, 0)
        return np.asarray(prices[reached] * quantity, dtype=np.float64)
    below = np.maximum(starts - 1, 0)
    below[0] = 0
    widths = np.diff(below, append=np.iinfo(np.int64).max)
    units = np.clip(np.asarray(quantity)[..., None] - below, 0, widths)
    return np.asarray((units * prices).sum(axis=-1), dtype=np.float64)


def run_cost(offer: OfferTerms, quantity: Integers, colorways: int) -> Floats:
    """Return the whole cost of runs of `quantity` > 0 units in `colorways` colorways."""
    per_run = setup_cost(offer, colorways) + offer.freight_per_run + offer.tooling_cost
    return units_cost(offer, quantity) + offer.freight_per_unit * quantity + per_run


def run_cost_of(offer: OfferTerms, quantity: int, colorways: int) -> float:
    """Return the whole cost of one run, as `run_cost` does; 0 units cost nothing."""
    return float(run_cost(offer, np.array([quantity]), colorways)[0]) if quantity else 0.0


def setup_cost(offer: OfferTerms, colorways: int) -> float:
    """Return the set-ups of one run, style and colorways together."""
    return offer.setup_cost + offer.colorway_setup_cost * colorways


def least_run(offer: OfferTerms) -> int:
    """Return the smallest run the offer takes: MOQs, first price break, set-up losses, packs."""
    least = max(offer.moq_run, offer.moq_colorway, offer.moq_sku, offer.price_breaks[0][0])
    return in_packs(max(least, offer.setup_loss_units + 1), offer.order_multiple)


def largest_run(offer: OfferTerms) -> int | None:
    """Return the largest run: the maximum, and what the factory makes within its lead time.

    A lead time under a week counts as a week.
    """
    limits = [] if offer.max_quantity is None else [offer.max_quantity]
    if offer.capacity_per_week is not None:
        weeks = max(1.0, offer.lead_time_days / DAYS_PER_WEEK)
        limits.append(math.floor(offer.capacity_per_week * weeks))
    return min(limits) // offer.order_multiple * offer.order_multiple if limits else None


def in_packs(units: int, pack: int) -> int:
    """Return `units` rounded up to whole packs."""
    return -(-units // pack) * pack


def lowest_unit_cost(offer: OfferTerms) -> float:
    """Return the least a good unit can cost, set-ups aside."""
    cheapest = min(price for _, price in offer.price_breaks)
    return (cheapest + offer.freight_per_unit) / offer.yield_rate
