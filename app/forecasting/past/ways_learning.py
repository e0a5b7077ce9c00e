"""Which ways a brand's styles took through their families' profiles, and whether that helps.

Ways are more than a short history can tell apart: they serve only where launches of the brand's
own past, forecast by what its other half taught, would have been missed by less.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel
from app.forecasting.model import Floats
from app.forecasting.past.powers import LAW_ROUNDS, LAW_STYLES, likelihoods, weights_by
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.profiles import at_ages, brand_profile, family_profile, rates_by
from app.forecasting.past.ways import DEFAULT_WAYS, LOG_TEMPOS, OWN, ways_of
from app.forecasting.seen.evidence import Evidence

ALIGNMENTS = 2
"""Times that profiles are built anew from styles brought to the same tempo."""

LEAST_FAMILIES = 2
LEAST_STYLES = 30
"""Families that a brand must have, and styles behind each, for ways to be told from chance."""


def has_families(priors: BrandPriors) -> bool:
    """Say whether enough styles of several families stand behind the priors."""
    return sum(n >= LEAST_STYLES for n in priors.rate_law.counts.values()) >= LEAST_FAMILIES


def with_ways(
    panel: DemandPanel, evidence: Evidence, teaches: NDArray[np.bool_], priors: BrandPriors
) -> BrandPriors:
    """Return the priors with the ways that a brand's styles took, profiles aligned by them.

    Args:
        panel: The brand's past.
        evidence: What it shows, season and theme in its shares.
        teaches: Styles that have lived and whose launch is in the panel, shape (styles,).
        priors: What was learned with powers alone.
    """
    categories = _categories(panel)
    priors = replace(priors, ways=tuple(DEFAULT_WAYS.tolist()))
    for alignment in range(ALIGNMENTS + 1):
        taken = _taken(categories, evidence, teaches, priors)
        priors = replace(priors, ways=taken.law)
        if alignment < ALIGNMENTS:
            priors = _aligned(panel, evidence, teaches, priors, taken)
    return priors


def _categories(panel: DemandPanel) -> NDArray[np.str_]:
    return np.array([style.category or "" for style in panel.styles])


@dataclass(frozen=True, eq=False)
class _Taken:
    """Which ways styles took.

    Attributes:
        law: How likely each kind is.
        tempo: Mean log tempo of each style, shape (styles,).
        own: Chance that it follows its own family, shape (styles,).
    """

    law: tuple[float, ...]
    tempo: Floats
    own: Floats


def _taken(
    categories: NDArray[np.str_],
    evidence: Evidence,
    teaches: NDArray[np.bool_],
    priors: BrandPriors,
) -> _Taken:
    """Return how likely the styles that teach took each kind of way."""
    law = DEFAULT_WAYS
    kinds = np.zeros((len(categories), len(law)))
    names = sorted(set(categories[teaches].tolist()))
    rows = {name: np.flatnonzero(teaches & (categories == name)) for name in names}
    likelihood = {
        name: likelihoods(
            evidence.seen_units[rows[name]],
            _expected(name, evidence, rows[name], priors),
            priors.overdispersion,
        )
        for name in names
    }
    for _ in range(LAW_ROUNDS):
        for name in names:
            ways = ways_of(replace(priors, ways=tuple(law.tolist())), name)
            weight = weights_by(ways.chances, likelihood[name])
            kinds[rows[name]] = weight @ (np.array(ways.kinds)[:, None] == np.arange(len(law)))
        law = (LAW_STYLES * DEFAULT_WAYS + kinds.sum(axis=0)) / (LAW_STYLES + teaches.sum())
    return _Taken(tuple(law.tolist()), kinds @ LOG_TEMPOS, kinds[:, OWN].sum(axis=1))


def _expected(
    name: str, evidence: Evidence, rows: NDArray[np.int64], priors: BrandPriors
) -> Iterator[Floats]:
    """Yield expected units at a rate of 1 by each way, shapes (rows, periods)."""
    ways = ways_of(priors, name)
    age, share = evidence.age_weeks[rows], evidence.seen_share[rows]
    for profile, tempo in zip(ways.profiles, ways.tempos, strict=True):
        yield at_ages(profile, age / tempo) * share


def _aligned(
    panel: DemandPanel,
    evidence: Evidence,
    teaches: NDArray[np.bool_],
    priors: BrandPriors,
    taken: _Taken,
) -> BrandPriors:
    """Return the priors with profiles built from styles brought to their family's mean tempo."""
    categories = _categories(panel)
    tempo = taken.tempo.copy()
    for name in set(categories[teaches].tolist()):
        own = teaches & (categories == name)
        tempo[own] -= tempo[own].mean()
    in_step = replace(evidence, age_weeks=evidence.age_weeks / np.exp(tempo)[:, None])
    rate = np.exp(rates_by(panel, in_step, np.array(priors.profile)))
    brand = brand_profile(in_step, rate, teaches)
    follows = teaches & (taken.own > 0.5)
    profiles = {
        name: tuple(family_profile(in_step, rate, follows & (categories == name), brand).tolist())
        for name in priors.profiles
    }
    return replace(priors, profile=tuple(brand.tolist()), profiles=profiles)
