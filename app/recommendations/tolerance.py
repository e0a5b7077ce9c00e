"""Which counters a brand takes without looking at them."""

from app.parties.refs import BrandRef
from app.planning.choosing import NOISE_ERRORS
from app.recommendations.pricing import PricedCounter, cents
from app.recommendations.tables import Recommendation
from app.recommendations.terms import Counter, given_up


def is_tolerated(
    row: Recommendation, terms: Counter, brand: BrandRef, price: PricedCounter | None
) -> bool:
    """Say whether a counter needs no review: it gives up no more than the brand tolerates.

    The same units no later are judged by what they cost more; everything else by what it earns
    less, which must be tolerable beyond the noise of the paths.
    """
    dearer = given_up(row, terms)
    if dearer is not None and dearer <= brand.counter_tolerance:
        return True
    if price is None or (price.recommendation_id, price.terms) != (row.id, terms):
        return False
    most = price.given_up + NOISE_ERRORS * price.standard_error
    return cents(most) <= brand.counter_tolerance and _may_cost(row, brand, price)


def _may_cost(row: Recommendation, brand: BrandRef, price: PricedCounter) -> bool:
    """Say whether a run of this cost would be let out without a look at it.

    What all work together may tie up is counted where the answer is written.
    """
    if price.total_cost <= row.total_cost + brand.counter_tolerance:
        return True
    if brand.release != "auto" or price.has_budget:
        return False
    return brand.release_limit is None or price.total_cost <= brand.release_limit
