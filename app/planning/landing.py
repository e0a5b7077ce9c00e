"""When a run lands, and how much of it is good: the same for every path, or path by path."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.special import betaincinv, gammainc, gammaincinv

from app.planning.model import Floats, OfferTerms, Situation
from app.planning.spread import spread_over_paths

SURE = 1e-4
"""Standard deviations below this, of a yield or of a lead time's mean, are none: the laws' shapes
would leave floating point."""

LEAST_SIGNAL = 0.2
"""Of a lead time's mean to its standard deviation: below it nearly all quantiles are 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Landing:
    """A run on its way.

    Attributes:
        days: From the origin until its units can be sold, shape (paths,), or (1,) where it is
            sure.
        yield_factor: Good units of it over their mean, shape (paths,); None: sure.
    """

    days: Floats
    yield_factor: Floats | None


def landing_of(offer: OfferTerms, release_days: float, paths: int) -> Landing:
    """Return how a run released on a day lands: lead time and yield as the offer states them.

    The lead time is a Gamma, the yield a Beta, with the offer's mean and standard deviation. Each
    path has one quantile of each, evenly spread and unrelated to each other: lead times and
    yields do not depend on demand.
    """
    days = np.array([release_days + offer.lead_time_days])
    if is_spread(offer):
        lead = _gamma(offer.lead_time_days, offer.lead_time_sd_days, paths)
        days = release_days + lead
    factor = None
    if offer.yield_sd > SURE and offer.yield_rate < 1:
        factor = _beta(offer.yield_rate, offer.yield_sd, paths) / offer.yield_rate
    return Landing(days, factor)


def is_spread(offer: OfferTerms) -> bool:
    """Say whether the lead time varies from run to run."""
    return offer.lead_time_sd_days > SURE * offer.lead_time_days > 0


def landed_share(offer: OfferTerms, days: Floats) -> Floats:
    """Return the share of an offer's runs that have landed so many days after their release.

    Args:
        offer: Its lead time `is_spread`.
        days: Shape (days,); before the release nothing has landed.
    """
    shape = _shape(offer.lead_time_days, offer.lead_time_sd_days)
    return np.asarray(gammainc(shape, np.maximum(days, 0.0) / offer.lead_time_days * shape))


def before_the_end(landing: Landing, situation: Situation) -> Landing:
    """Return a landing by a clock on which the last period of a life is as long as the others.

    Where life ends within a period its demand lies in the first days of it: what lands in them
    meets the share of them that is left, and what lands after them comes too late.
    """
    last, end = situation.last_period_days, situation.end_period
    if last is None or end is None:
        return landing
    into = np.maximum(landing.days - (end - 1) * situation.period_days, 0.0)
    return replace(landing, days=landing.days + into * (situation.period_days / last - 1))


@lru_cache(maxsize=256)
def _gamma(mean: float, sd: float, paths: int) -> Floats:
    """Return quantiles of a Gamma, their mean made exact, shape (paths,)."""
    shape = _shape(mean, sd)
    return _exact(gammaincinv(shape, spread_over_paths(paths, 1)) / shape, mean)


def _shape(mean: float, sd: float) -> float:
    """Return the shape of a Gamma with this mean and standard deviation."""
    return max(mean / sd, LEAST_SIGNAL) ** 2


@lru_cache(maxsize=256)
def _beta(mean: float, sd: float, paths: int) -> Floats:
    """Return quantiles of a Beta, their mean made exact, shape (paths,).

    A standard deviation that no Beta with this mean reaches counts as all or nothing does, less
    a hair.
    """
    concentration = max(mean * (1 - mean) / sd**2 - 1, 1e-3)
    quantiles = betaincinv(
        mean * concentration, (1 - mean) * concentration, spread_over_paths(paths, 2)
    )
    return _exact(quantiles, mean)


def _exact(quantiles: Floats, mean: float) -> Floats:
    values: Floats = quantiles * (mean / quantiles.mean())
    values.flags.writeable = False
    return values
