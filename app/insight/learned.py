"""What offers will really take and yield: their statements, corrected by the runs that were made.

An offer's own runs are drawn towards all of its factory's runs for the brand, and those towards
what the offers say. Other brands' runs with the factory teach nothing here: what one decides
would tell of another's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import fsum, sqrt

from sqlalchemy.orm import Session

from app.insight.made import Made, made_runs
from app.recommendations.records import MOST_RUNS_READ, RECORD_DAYS
from app.sourcing.learned_terms import LearnedTerms
from app.sourcing.queries import Offered, offers_for
from app.sourcing.tables import Offer
from app.sourcing.terms import useful_units

ENOUGH_RUNS = 5
"""Fewer say too little of a mean: the statement stays as it is."""

PRIOR_RUNS = 5.0
"""The statement counts as much as five runs; so do all of a factory's runs for one offer of it."""

LEAST_RATIO, MOST_RATIO = 0.5, 2.0
"""One run beyond that was something else: material that came late, a date that was agreed on."""


@dataclass(frozen=True, slots=True)
class _Learned:
    """A mean and a variance in units of the statement."""

    mean: float
    variance: float


def with_learned(
    session: Session,
    brand_id: int,
    offers: Mapping[str, Sequence[Offered]],
    *,
    day: date,
    at: datetime,
) -> dict[str, list[Offered]]:
    """Return the offers of each style with what their factories' runs for the brand taught.

    Args:
        session: In a read transaction.
        brand_id: Whose decisions.
        offers: By style, as `offers_by_style` returns them.
        day: The brand-local day of the decisions.
        at: What happened later is not known.
    """
    known = learned_terms(session, brand_id, day=day, at=at) if any(offers.values()) else {}
    return {
        style: [replace(one, learned=known.get(one.offer.id)) for one in ways]
        for style, ways in offers.items()
    }


def learned_terms(
    session: Session, brand_id: int, *, day: date, at: datetime
) -> dict[int, LearnedTerms]:
    """Return what a brand's runs of the year before `at` taught of each of its offers, by id.

    Every offer of the day and the newest runs count, whatever styles are being decided: in
    another batch a style would otherwise be decided differently.
    """
    offers = [one.offer for one in offers_for(session, brand_id, day=day)]
    since = at - timedelta(days=RECORD_DAYS)
    made = made_runs(session, brand_id=brand_id, since=since, until=at, limit=MOST_RUNS_READ)
    return learn(made, offers)


def learn(made: Sequence[Made], offers: Iterable[Offer]) -> dict[int, LearnedTerms]:
    """Return what a brand's runs taught of each of its offers, by id.

    Offers of factories with fewer than `ENOUGH_RUNS` runs of these offers are left out.
    """
    offers = sorted(offers, key=lambda offer: offer.id)
    by_code = {(offer.factory_id, offer.code): offer for offer in offers}
    runs: dict[int, list[tuple[Offer, Made]]] = {}
    for one in made:
        offer = by_code.get((one.factory_id, one.offer))
        if offer is not None and offer.lead_time_days_mean > 0:
            runs.setdefault(one.factory_id, []).append((offer, one))
    return {
        offer.id: _terms(offer, runs[offer.factory_id])
        for offer in offers
        if offer.lead_time_days_mean > 0 and len(runs.get(offer.factory_id, ())) >= ENOUGH_RUNS
    }


def _terms(offer: Offer, runs: Sequence[tuple[Offer, Made]]) -> LearnedTerms:
    own = [index for index, (by, _) in enumerate(runs) if by.id == offer.id]
    leads = [_lead_ratio(by, one) for by, one in runs]
    yields = [_yield_ratio(by, one) for by, one in runs]
    stated_lead = offer.lead_time_days_sd / offer.lead_time_days_mean
    lead = _shrunk(leads, own, stated_lead)
    good = _shrunk(yields, own, (offer.yield_sd or 0.0) / offer.yield_rate)
    return LearnedTerms(
        runs=len(runs),
        lead_time_ratio=lead.mean,
        lead_time_spread=sqrt(lead.variance),
        yield_ratio=good.mean,
        yield_spread=sqrt(good.variance),
    )


def _shrunk(ratios: Sequence[float], own: Sequence[int], stated_spread: float) -> _Learned:
    """Return the offer's ratio drawn towards its factory's, which is drawn towards 1."""
    factory = _towards(_Learned(1.0, stated_spread**2), ratios)
    return _towards(factory, [ratios[index] for index in own])


def _towards(prior: _Learned, seen: Sequence[float]) -> _Learned:
    """Return mean and variance of what was seen, the prior counting as `PRIOR_RUNS` of them.

    Source:
        Gelman et al., Bayesian Data Analysis (3e), section 3.3: the normal model with its
        conjugate prior, both of prior weight `PRIOR_RUNS`.
    """
    weight = PRIOR_RUNS + len(seen)
    mean = (PRIOR_RUNS * prior.mean + fsum(seen)) / weight
    around = fsum((one - mean) ** 2 for one in seen)
    moved = PRIOR_RUNS * (prior.mean - mean) ** 2 if seen else 0.0
    return _Learned(mean, (PRIOR_RUNS * prior.variance + around + moved) / weight)


def _lead_ratio(offer: Offer, made: Made) -> float:
    """Return how long a run took in lead times of the way it was made, as near as can be told.

    Where the material was at hand the shorter lead time was promised: the statement nearer to
    what it took counts.
    """
    stated = [offer.lead_time_days_mean]
    if offer.material_lead_time_days_mean:
        stated.append(offer.material_lead_time_days_mean)
    nearest = min(stated, key=lambda days: abs(days - made.lead_days))
    return min(max(made.lead_days / nearest, LEAST_RATIO), MOST_RATIO)


def _yield_ratio(offer: Offer, made: Made) -> float:
    """Return a run's yield, at most 1, in yields stated."""
    useful = useful_units(offer, made.ordered_units)
    good = min(made.received_units / useful, 1.0) if useful > 0 else offer.yield_rate
    return max(good / offer.yield_rate, LEAST_RATIO)
