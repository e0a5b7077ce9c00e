"""How else than to a power of its profile a style may live: faster, slower, or as another family.

A brand's families have a profile each; a style may run through it in other weeks than its family
does, and some follow another family's. Each of these ways has a chance, which the brand's styles
teach; profiles are then built anew from styles of the same tempo.

Source:
    Lawton, Sylvestre & Maggio (1972), "Self Modeling Nonlinear Regression", Technometrics 14(3),
    for one shape in each individual's own time; Ramsay & Silverman (2005), "Functional Data
    Analysis", chapter 7, for building the shape anew from what is aligned.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.forecasting.model import Floats
from app.forecasting.past.powers import DEFAULT_LAW, POWERS, to_powers
from app.forecasting.past.priors import BrandPriors

TEMPOS = np.array([0.64, 0.74, 0.86, 1.16, 1.35, 1.57])
"""Times that a style takes for what its family does in one."""

OTHER_TEMPOS = np.array([0.74, 1.0, 1.35])
"""The same of styles that follow another family's profile."""

MOST_OTHERS = 4
"""Other families whose profiles a style may follow, those of the most styles."""

LOG_TEMPOS = np.r_[np.zeros(len(POWERS)), np.log(TEMPOS), np.log(OTHER_TEMPOS)]
"""Log of the tempo of each kind of way: powers of the own profile, its tempos, others' tempos."""

OWN = np.arange(len(LOG_TEMPOS)) < len(POWERS) + len(TEMPOS)
"""Which kinds of way follow the style's own family."""

DEFAULT_WAYS = np.r_[
    0.5 * np.array(DEFAULT_LAW),
    0.4 * np.array([0.1, 0.15, 0.25, 0.25, 0.15, 0.1]),
    0.1 * np.array([0.3, 0.4, 0.3]),
]
"""How likely each kind of way is before any past, summing to 1."""


@dataclass(frozen=True, eq=False)
class Ways:
    """The ways in which styles of one family may live.

    Attributes:
        profiles: Demand by week of age over the launch mean, shape (ways, PROFILE_WEEKS).
        tempos: Times that a style takes for a week of it, > 0, shape (ways,).
        kinds: Kind of each way, shape (ways,).
        chances: How likely each is before a style's own history, summing to 1, shape (ways,).
    """

    profiles: Floats
    tempos: Floats
    kinds: Sequence[int]
    chances: Floats


def ways_of(priors: BrandPriors, category: str) -> Ways:
    """Return the ways of a category's styles; powers of its profile alone where none is learned."""
    own = priors.profile_of(category)
    powers = to_powers(own)
    first = list(range(len(POWERS)))
    if not priors.ways:
        return Ways(powers, np.ones(len(powers)), first, np.array(priors.powers))
    others = _others(priors, category)
    kinds = [*first, *range(len(POWERS), int(OWN.sum()))]
    kinds += [kind for _ in others for kind in np.flatnonzero(~OWN).tolist()]
    profiles = [*powers, *[own] * len(TEMPOS)]
    profiles += [profile for profile in others for _ in OTHER_TEMPOS]
    chances = np.array(priors.ways)[kinds]
    chances[~OWN[kinds]] /= max(len(others), 1)
    return Ways(
        np.maximum(np.stack(profiles), 0.01),
        np.exp(LOG_TEMPOS[kinds]),
        kinds,
        chances / chances.sum(),
    )


def _others(priors: BrandPriors, category: str) -> list[Floats]:
    counts = priors.rate_law.counts
    names = sorted(set(priors.profiles) - {category}, key=lambda name: (-counts.get(name, 0), name))
    return [priors.profile_of(name) for name in names[:MOST_OTHERS]]
