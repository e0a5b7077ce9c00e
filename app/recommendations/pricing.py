"""Price a counter before it is answered: read what was kept, draw the paths again, compare.

Reading takes one short transaction, pricing none, and the answer is written in another: what a
recommendation asks for never changes, so that its price still holds there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from app.clock.time import local_day
from app.errors import Invalid
from app.parties.refs import BrandRef
from app.planning import OfferTerms, Situation
from app.planning.counter import Against, CounterPrice, Making, Part, price_counter
from app.recommendations.counter import Counter, Delivery, check, quantities
from app.recommendations.kept import (
    CENT,
    Kept,
    Rebuilt,
    ReplayUnavailable,
    kept_decision,
    offer_code,
    rebuild,
)
from app.recommendations.queries import beside_of, brand_of, of_factory
from app.recommendations.tables import DecisionRow, Recommendation
from app.recommendations.terms import rates_of, total_cost

ANSWERABLE = ("open", "countered")
MOST_COUNTERS = 3

MOST_DRAWN = 2_000_000
"""Counts in the paths of a style that is still priced while its factory waits: 150 SKUs over 26
weeks on 512 paths. 370 took 3.1 s on a core shared with three others' work, and 140 MB."""

COUNTER = "counter"
"""Under this name a counter's economics are kept beside the recommendation's: only its brand
ever sees these."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything a counter is priced from, as read in one snapshot.

    Attributes:
        beside: Other recommendations of the decision that stand or were accepted.
    """

    row: Recommendation
    brand: BrandRef
    kept: Kept
    beside: Sequence[Recommendation]


@dataclass(frozen=True, slots=True)
class PricedCounter:
    """What a counter is worth to its brand.

    Attributes:
        terms: The counter priced.
        given_up: Profit the brand gives up by it; below 0: it earns more.
        standard_error: Of that, from the paths it is estimated on.
        total_cost: What its run would cost.
        has_budget: The style is on trial: money is short by itself.
        shown: JSON-ready, for the brand alone.
    """

    recommendation_id: str
    terms: Counter
    given_up: float
    standard_error: float
    total_cost: Decimal
    has_budget: bool
    shown: Mapping[str, Any]


def basis_of(
    session: Session, recommendation_id: str, factory_id: int, terms: Counter, *, at: datetime
) -> Basis | None:
    """Read what a counter is priced from; None where it will be refused, or was given before.

    Raises:
        NotFound: If the recommendation is not this factory's.
    """
    row = of_factory(session, factory_id, recommendation_id)
    if row.status not in ANSWERABLE or row.expires_at <= at or row.answer == terms.stored():
        return None
    if row.counters >= MOST_COUNTERS:
        return None
    brand = brand_of(session, row)
    try:
        check(terms, row, today=local_day(at, brand.timezone))
    except Invalid:
        return None
    kept = kept_decision(session, session.get_one(DecisionRow, row.decision_id))
    return Basis(row, brand, kept, beside_of(session, row))


def priced(basis: Basis | None, terms: Counter) -> PricedCounter | None:
    """Return what the counter is worth; None where the decision can no longer be made again.

    Nor is a style priced whose paths are too many to be drawn while a factory waits.
    """
    if basis is None or _drawn(basis.kept) > MOST_DRAWN:
        return None
    try:
        rebuilt = rebuild(basis.kept)
        return _priced(basis, rebuilt, terms)
    except (ReplayUnavailable, ArithmeticError, LookupError, TypeError, ValueError):
        return None


def _drawn(kept: Kept) -> int:
    skus = len((kept.numbers or {}).get("sku_codes", ()))
    return skus * int(kept.inputs.get("paths", 0)) * int(kept.inputs.get("periods", 0))


def _priced(basis: Basis, rebuilt: Rebuilt, terms: Counter) -> PricedCounter:
    row, situation = basis.row, rebuilt.situation
    offer = offer_of(row, situation)
    days = _Days(basis, offer)
    cost = total_cost(row, terms, rates_of(basis.kept.inputs, row))
    countered = Making(offer.code, _parts(terms, row, rebuilt.skus, days), float(cost))
    price = price_counter(
        situation,
        _as_asked(row, offer, rebuilt.skus),
        countered,
        [_as_asked(one, offer_of(one, situation), rebuilt.skus) for one in basis.beside],
    )
    return PricedCounter(
        recommendation_id=row.id,
        terms=terms,
        given_up=price.original.given_up,
        standard_error=price.original.standard_error,
        total_cost=cost,
        has_budget=situation.trial is not None,
        shown=shown_price(price),
    )


def offer_of(row: Recommendation, situation: Situation) -> OfferTerms:
    """Return the offer that a recommendation is by, as it was priced.

    Raises:
        LookupError: If the situation has no such offer.
    """
    same = [
        offer
        for offer in situation.offers
        if (offer.factory, offer_code(offer.code)) == (row.factory, row.offer)
    ]
    lead = [offer for offer in same if ceil(offer.lead_time_days) == row.lead_time_days]
    return [*lead, *same][0]


class _Days:
    """Days from the origin, as the decision counts them, of the days that a factory names.

    The decision prices a run as if accepted at once; a recommendation leaves its factory time to
    answer. A run on the day that this leads to counts as what was decided.
    """

    def __init__(self, basis: Basis, offer: OfferTerms) -> None:
        numbers = basis.kept.numbers or {}
        self.origin = date.fromisoformat(numbers["origin"])
        self.as_asked = offer.lead_time_days
        lead = basis.row.lead_time_days
        spare = (basis.row.need_by - self.origin).days - lead
        answer = ceil(basis.brand.respond_within_hours / 24)
        self.least = lead + max(0, min(spare, answer))

    def of(self, named: date | None) -> float:
        """Return when a run can be sold from, or as asked where no day was named."""
        if named is None:
            return self.as_asked
        return max(0.0, self.as_asked + (named - self.origin).days - self.least)


def _parts(
    terms: Counter, row: Recommendation, skus: Sequence[str], days: _Days
) -> tuple[Part, ...]:
    def units(lines: Mapping[str, int]) -> Any:
        return np.array([lines.get(sku, 0) for sku in skus], dtype=np.int64)

    if terms.deliveries:
        return tuple(Part(units(_units_of(one)), days.of(one.need_by)) for one in terms.deliveries)
    return (Part(units(quantities(terms, row)), days.of(terms.need_by)),)


def _units_of(delivery: Delivery) -> dict[str, int]:
    return {line.sku: line.quantity for line in delivery.lines}


def _as_asked(row: Recommendation, offer: OfferTerms, skus: Sequence[str]) -> Making:
    units = {line["sku"]: int(line["quantity"]) for line in row.lines}
    asked = np.array([units.get(sku, 0) for sku in skus], dtype=np.int64)
    return Making(offer.code, (Part(asked, offer.lead_time_days),), float(row.total_cost))


def with_counter(economics: Mapping[str, Any], price: PricedCounter | None) -> dict[str, Any]:
    """Return a recommendation's economics with those of a counter to it, or of none."""
    own = {name: value for name, value in economics.items() if name != COUNTER}
    return own if price is None else {**own, COUNTER: dict(price.shown)}


def shown_price(price: CounterPrice) -> dict[str, Any]:
    """Return what a counter is worth as its brand sees it."""
    return {
        "expected_profit": _money(price.expected_profit),
        "profit_given_up": _money(price.original.given_up),
        "standard_error": _money(price.original.standard_error),
        "alternatives": [_shown(one) for one in price.alternatives],
    }


def _shown(other: Against) -> dict[str, Any]:
    return {
        "action": other.action,
        "mode": other.mode,
        "offer": None if other.offer is None else offer_code(other.offer),
        "factory": other.factory,
        "quantity": other.quantity,
        "expected_profit": _money(other.expected_profit),
        "profit_given_up": _money(other.given_up),
        "standard_error": _money(other.standard_error),
    }


def _money(amount: float) -> str:
    return str(cents(amount))


def cents(amount: float) -> Decimal:
    """Return an amount in whole cents; what rounds to 0 has no sign."""
    return Decimal(repr(amount)).quantize(CENT, ROUND_HALF_UP) + 0
