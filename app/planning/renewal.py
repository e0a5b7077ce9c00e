"""What stock left at a review is worth where a set-up is worth a review or two of holding.

`later` values a unit left at its share of a later run. Where a run lasts for two reviews only,
stock that is nearly enough for one saves no set-up, and stock that is just enough saves a whole
one. There what the units left are worth together is taken from the cycle that each run renews
(`cycles`): their unit cost, and what putting the next run off saves.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.planning.baseline import Baseline
from app.planning.customers import Counts
from app.planning.cycles import cheapest_cycle, reviews_ahead
from app.planning.margins import Margins
from app.planning.model import Floats, OfferTerms
from app.planning.terms import largest_run, least_run, net_cost_of, ordered_for, useful_units

LEAST_REVIEWS, MOST_REVIEWS = 0.4, 3.0
"""That the economic order quantity lasts for. Below, a set-up is next to nothing beside holding;
above, one more or less is spread over many reviews, and `later` costs 1% more at most."""

WINDOWS = 4
"""Reviews ahead that stand for all to come."""

MOST_TOGETHER = 2.0
"""Variance of what these reviews sell together, over the sum of theirs: 1 where each is independent
of the others. Above, paths differ for good more than reviews do: which a style is on will be known,
and a cycle that takes it for chance at each review would ask for stock against it for ever."""


@dataclass(frozen=True, slots=True, eq=False)
class Renewal:
    """The later runs of the offer that a style is made by for good.

    Attributes:
        offer: Its code.
        cost: Of a unit demanded: set-ups, holding and what is lost between two runs included.
        unit_cost: Of one good unit more in a run.
        holding: Of a unit and period.
        saves: What blocks of units left at a review, those on their way included, save by putting
            the next run off, shape (states,).
        block: Units in a block.
    """

    offer: str
    cost: float
    unit_cost: float
    holding: float
    saves: Floats
    block: float

    @property
    def most_saved(self) -> float:
        """Return the most that one unit more left may save."""
        return float(np.diff(self.saves).max()) / self.block


def renewal_of(
    baseline: Baseline,
    margins: Margins,
    offers: tuple[OfferTerms, ...],
    costs: Mapping[str, float],
    *,
    colorways: int,
    period_days: int,
    review_days: float,
) -> Renewal | None:
    """Return what stock left at a review saves, by the offer whose later runs cost the least.

    Args:
        baseline: The paths of a style without an end, without a run.
        margins: What a unit earns and holding it costs.
        offers: Every way of making it.
        costs: Of a unit of each offer's later runs.
        colorways: Each pays its set-up.
        period_days: Length of a period.
        review_days: Until the next review, and from each to the one after it.

    Returns:
        None where its set-up is not worth a review or two of holding, where its price falls with
        size, material or its limits say how large a run is, another offer's later runs cost less
        than they do so, too few periods are foretold, reviews are not independent of each other,
        or the best stock lies beyond what is looked at.
    """
    offer = min(offers, key=lambda one: costs[one.code], default=None)
    if offer is None or margins.holding <= 0 or not _is_plain(offer):
        return None
    review = max(1, round(review_days / period_days))
    lead = math.ceil(offer.lead_time_days / period_days)
    foretold = _reviews_foretold(baseline.style_demand_to_date, review, lead)
    if foretold is None:
        return None
    windows, mean = foretold
    terms = _costs_of_run(offer, mean, colorways, margins.holding * review)
    if terms is None or terms[1] >= baseline.served[0]:
        return None
    setup, unit_cost = terms
    ahead = reviews_ahead(baseline.demand_to_date, review, lead, windows)
    if ahead is None:
        return None
    short = float(baseline.served[0]) - unit_cost
    spent = margins.holding * ahead.left + short * ahead.short
    rate, saves, full = cheapest_cycle(ahead.chances, spent, setup)
    cost = unit_cost + rate / mean
    elsewhere = [costs[one.code] for one in offers if one is not offer]
    is_cut_off = full >= saves.size - 1
    if is_cut_off or cost >= min([float(baseline.served[0]), *elsewhere]):
        return None
    if not _can_fill(offer, full * ahead.block):
        return None
    return Renewal(offer.code, cost, unit_cost, margins.holding, saves, ahead.block)


def _reviews_foretold(demanded: Counts, review: int, lead: int) -> tuple[int, float] | None:
    """Return how many reviews stand for all to come, and what one sells on average.

    Args:
        demanded: To date, shape (periods, paths).
        review: Periods from one to the next.
        lead: Periods until a run released at one has arrived.

    Returns:
        None where none is foretold, or they are not independent of each other.
    """
    windows = min(WINDOWS, (len(demanded) - lead) // review - 1)
    if windows < 1:
        return None
    ends = review * np.arange(1, windows + 2) + lead - 1
    wanted = np.diff(demanded[ends].astype(np.int64), axis=0)
    if windows > 1 and wanted.sum(axis=0).var() > MOST_TOGETHER * wanted.var(axis=1).sum():
        return None
    return windows, float(wanted.mean())


def _is_plain(offer: OfferTerms) -> bool:
    """Say whether a run costs a set-up and as much for each unit, now and later."""
    is_by_size = len(offer.price_breaks) > 1 or offer.kept_units > 0 or offer.last_buy
    return not is_by_size and not offer.made_to_order


def _costs_of_run(
    offer: OfferTerms, mean: float, colorways: int, holding: float
) -> tuple[float, float] | None:
    """Return what a run costs whatever its size, and each good unit; None: not to be followed.

    Args:
        offer: `_is_plain`.
        mean: Units demanded from review to review.
        colorways: Each pays its set-up.
        holding: Of a unit from review to review.
    """
    if mean <= 0:
        return None
    size = max(least_run(offer), ordered_for(offer, mean))
    good = offer.yield_rate * float(useful_units(offer, np.array(size)))
    unit_cost = (offer.price_breaks[0][1] + offer.freight_per_unit) / offer.yield_rate
    setup = net_cost_of(offer, size, colorways) - unit_cost * good
    reviews = math.sqrt(max(2 * setup / (holding * mean), 0.0))
    return (setup, unit_cost) if LEAST_REVIEWS <= reviews <= MOST_REVIEWS else None


def _can_fill(offer: OfferTerms, good_units: float) -> bool:
    """Say whether a run may be as large as a cycle wants, and need not be larger."""
    if good_units <= 0 or least_run(offer) > ordered_for(offer, good_units):
        return False
    largest = largest_run(offer)
    return largest is None or largest >= ordered_for(offer, good_units)
