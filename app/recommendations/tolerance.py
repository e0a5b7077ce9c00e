"""Which counters a brand takes without looking at them.

What is taken so tells a factory something of the margin, and each taken costs the brand a little.
So both are counted over a review period, whatever number of recommendations they are spread over:
no more counters than one recommendation may have, and no more money than the brand tolerates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from app.parties.refs import BrandRef
from app.planning.choosing import NOISE_ERRORS
from app.recommendations.counter import Counter, counter_of, quantities
from app.recommendations.pricing import COUNTER, MOST_COUNTERS, PricedCounter, cents
from app.recommendations.queries import dealt_with_since
from app.recommendations.tables import Recommendation


@dataclass(frozen=True, slots=True)
class Leeway:
    """What a factory may still get without review for one style.

    Attributes:
        money: Profit that the brand still tolerates to give up.
        counters: How many of its counters may still be judged without the brand.
    """

    money: Decimal
    counters: int


def leeway(session: Session, row: Recommendation, brand: BrandRef, *, at: datetime) -> Leeway:
    """Return what is left of it, after what came up within the last review period."""
    since = at - timedelta(days=brand.review_period_days)
    earlier = dealt_with_since(session, row.style_id, row.factory_id, since=since, besides=row.id)
    asked = row.counters + sum(one.counters for one in earlier)
    return Leeway(brand.counter_tolerance - _given_up_by(earlier), MOST_COUNTERS - asked)


def _given_up_by(rows: Sequence[Recommendation]) -> Decimal:
    """Return the profit given up by the counters of these that were accepted without review."""
    given = Decimal(0)
    for row in rows:
        answer, review = row.answer or {}, row.review or {}
        is_counter = (row.status, answer.get("decision")) == ("accepted", "counter")
        if not is_counter or review.get("decision") == "accept":
            continue
        dearer = given_up(row, counter_of(answer)) or Decimal(0)
        priced = Decimal(row.economics.get(COUNTER, {}).get("profit_given_up", 0))
        given += max(dearer, priced)
    return given


def is_tolerated(
    row: Recommendation,
    terms: Counter,
    brand: BrandRef,
    price: PricedCounter | None,
    left: Leeway,
) -> bool:
    """Say whether a counter needs no review: it gives up no more than the brand still tolerates.

    The same units no later are judged by what they cost more; everything else by what it earns
    less, which must be tolerable beyond the noise of the paths. What costs nothing tells nothing.
    A day before the one asked for is a promise that nobody can check: it pays for nothing here.
    """
    dearer = given_up(row, terms)
    if dearer == 0:
        return True
    if left.counters < 1:
        return False
    if dearer is not None:
        return dearer <= left.money
    if any(day < row.need_by for day in terms.days):
        return False
    if price is None or (price.recommendation_id, price.terms) != (row.id, terms):
        return False
    most = price.given_up + NOISE_ERRORS * price.standard_error
    return cents(most) <= left.money and _may_cost(row, brand, price)


def _may_cost(row: Recommendation, brand: BrandRef, price: PricedCounter) -> bool:
    """Say whether a run of this cost would be let out without a look at it.

    What all work together may tie up is counted where the answer is written.
    """
    if price.total_cost <= row.total_cost + brand.counter_tolerance:
        return True
    if brand.release != "auto" or price.has_budget:
        return False
    return brand.release_limit is None or price.total_cost <= brand.release_limit


def given_up(row: Recommendation, counter: Counter) -> Decimal | None:
    """Return the profit a brand gives up by a counter: what the same units then cost more.

    None where a price alone does not say it: other quantities, or a later day.
    """
    same = {line["sku"]: int(line["quantity"]) for line in row.lines}
    if quantities(counter, row) != same or any(day > row.need_by for day in counter.days):
        return None
    dearer = Decimal(0) if counter.unit_cost is None else counter.unit_cost - row.unit_cost
    return max(dearer * row.quantity, Decimal(0))
