"""Offers and economics of many styles as arrays, so that every rule is charged at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.planning import OfferTerms
from app.planning.terms import largest_run, least_run, lowest_unit_cost

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_LIMIT = np.iinfo(np.int32).max
"""Units that no run and no price break reaches."""


@dataclass(frozen=True, eq=False)
class Economics:
    """What a unit of each style earns and costs, apart from making it; arrays of shape (styles,).

    Attributes:
        salvage: What a unit left at the end of life fetches.
        holding: Per unit and day.
        goodwill: Lost with a customer, on top of the margin.
        waiting_share: Customers who find no stock and wait.
        return_rate: Share of the units sold that come back.
        resalable_share: Share of those that can be sold again.
        last_day: Last day of life, counted from the world's first; NO_LIMIT: no end.
    """

    price: Floats
    salvage: Floats
    holding: Floats
    goodwill: Floats
    waiting_share: Floats
    return_rate: Floats
    resalable_share: Floats
    last_day: Ints


@dataclass(frozen=True, eq=False)
class Offers:
    """The offers of each style, quickest first, padded to the most that any has.

    Arrays have shape (styles, offers), `break_starts` and `break_prices` one axis more. Where
    `exists` is false nothing else means anything.

    Attributes:
        terms: The same as planning has them, by style.
        least: Smallest run; `largest`: the largest.
        lead_days: Mean days from release to sellable stock; `lead_sd` its standard deviation.
        per_run: Set-up and freight of a run; `tooling` on top for a style's first.
        unit_cost: The least a good unit can cost, set-ups aside.
    """

    terms: tuple[tuple[OfferTerms, ...], ...]
    exists: Flags
    made_to_order: Flags
    lead_days: Floats
    lead_sd: Floats
    yield_rate: Floats
    yield_sd: Floats
    early_units: Ints
    early_yield: Floats
    setup_loss: Ints
    per_run: Floats
    per_colorway: Floats
    tooling: Floats
    freight: Floats
    least: Ints
    largest: Ints
    least_colorway: Ints
    least_sku: Ints
    multiple: Ints
    incremental: Flags
    break_starts: Ints
    break_prices: Floats
    unit_cost: Floats

    @property
    def stocked(self) -> Flags:
        """Return which offers make runs for stock, (styles, offers)."""
        return self.exists & ~self.made_to_order

    def replacement_cost(self) -> Floats:
        """Return the least a further unit of each style costs, set-ups aside, (styles,)."""
        return np.asarray(np.where(self.stocked, self.unit_cost, np.inf).min(axis=1))


def offers_of(terms: Sequence[Sequence[OfferTerms]]) -> Offers:
    """Return the offers of some styles as arrays; styles may have different numbers of them."""
    ordered = tuple(
        tuple(sorted(own, key=lambda offer: (offer.made_to_order, offer.lead_time_days)))
        for own in terms
    )
    steps = max((len(one.price_breaks) for own in ordered for one in own), default=1)
    filled, whole = partial(_filled, ordered), partial(_whole, ordered)
    return Offers(
        terms=ordered,
        exists=filled(lambda _: 1.0) > 0,
        made_to_order=filled(lambda offer: offer.made_to_order) > 0,
        lead_days=filled(lambda offer: offer.lead_time_days),
        lead_sd=filled(lambda offer: offer.lead_time_sd_days),
        yield_rate=filled(lambda offer: offer.yield_rate, 1.0),
        yield_sd=filled(lambda offer: offer.yield_sd),
        early_units=whole(lambda offer: offer.early_run_units),
        early_yield=filled(lambda offer: offer.early_run_yield, 1.0),
        setup_loss=whole(lambda offer: offer.setup_loss_units),
        per_run=filled(lambda offer: offer.setup_cost + offer.freight_per_run),
        per_colorway=filled(lambda offer: offer.colorway_setup_cost),
        tooling=filled(lambda offer: offer.tooling_cost),
        freight=filled(lambda offer: offer.freight_per_unit),
        least=whole(least_run),
        largest=whole(lambda offer: _or_no_limit(largest_run(offer)), NO_LIMIT),
        least_colorway=whole(lambda offer: offer.moq_colorway),
        least_sku=whole(lambda offer: offer.moq_sku),
        multiple=whole(lambda offer: offer.order_multiple, 1),
        incremental=filled(lambda offer: offer.price_break_kind == "incremental") > 0,
        break_starts=np.stack([whole(_start(at), NO_LIMIT) for at in range(steps)], axis=2),
        break_prices=np.stack([filled(_price(at)) for at in range(steps)], axis=2),
        unit_cost=filled(lowest_unit_cost, np.inf),
    )


def _filled(
    ordered: Sequence[Sequence[OfferTerms]],
    value: Callable[[OfferTerms], float],
    empty: float = 0.0,
) -> Floats:
    """Return a value of each offer, `empty` where a style has none, shape (styles, offers)."""
    width = max((len(own) for own in ordered), default=0) or 1
    array = np.full((len(ordered), width), empty)
    for style, own in enumerate(ordered):
        array[style, : len(own)] = [value(offer) for offer in own]
    return array


def _whole(
    ordered: Sequence[Sequence[OfferTerms]], value: Callable[[OfferTerms], float], empty: int = 0
) -> Ints:
    return _filled(ordered, value, empty).astype(np.int64)


def _start(index: int) -> Callable[[OfferTerms], float]:
    """Return what tells the units that a price break begins at; where there is none, no limit."""
    return lambda offer: [
        *(start for start, _ in offer.price_breaks),
        *[NO_LIMIT] * index,
        NO_LIMIT,
    ][index]


def _price(index: int) -> Callable[[OfferTerms], float]:
    """Return what tells the unit cost from a price break on."""
    return lambda offer: [*(cost for _, cost in offer.price_breaks), *[0.0] * index, 0.0][index]


def _or_no_limit(units: int | None) -> int:
    return NO_LIMIT if units is None else units


def units_cost(offers: Offers, chosen: Ints, units: Ints) -> Floats:
    """Return what making `units` > 0 costs at the chosen offers, freight per unit included.

    Args:
        offers: The offers.
        chosen: Index of the offer, >= 0, shape (lanes, styles).
        units: Units ordered, of the same shape.

    Source:
        Snyder & Shen, Fundamentals of Supply Chain Theory (2e), section 3.4 (both kinds).
    """
    style = np.arange(units.shape[1])
    starts, prices = offers.break_starts[style, chosen], offers.break_prices[style, chosen]
    reached = np.maximum((starts <= units[..., None]).sum(axis=2) - 1, 0)
    whole = np.take_along_axis(prices, reached[..., None], axis=2)[..., 0] * units
    below = np.maximum(starts - 1, 0)
    below[..., 0] = 0
    above = np.append(below[..., 1:], np.full((*units.shape, 1), NO_LIMIT), axis=2)
    by_step = np.clip(units[..., None] - below, 0, above - below)
    stepped = (by_step * prices).sum(axis=2)
    cost = np.where(offers.incremental[style, chosen], stepped, whole)
    return np.asarray(cost + offers.freight[style, chosen] * units)


def expected_good(offers: Offers, chosen: Ints, units: Ints) -> Floats:
    """Return the good units expected of runs of `units` > 0, shape (lanes, styles).

    What setting up takes is lost first; the first units after it come out worse.
    """
    style = np.arange(units.shape[1])
    useful = np.maximum(units - offers.setup_loss[style, chosen], 0)
    early = np.minimum(useful, offers.early_units[style, chosen])
    worse = early * (1.0 - offers.early_yield[style, chosen])
    return np.asarray((useful - worse) * offers.yield_rate[style, chosen])
