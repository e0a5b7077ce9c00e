"""How far styles follow a launch profile: to a power of it, which their own sales tell.

To the power of 0 demand is even, to 1 it is the profile itself, above 1 a steeper one.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from app.forecasting.model import Floats
from app.forecasting.past.profiles import LAUNCH_WEEKS, at_ages
from app.forecasting.seen.evidence import Evidence

LEAST_PROFILE = 0.01
"""Least demand of an age over the launch mean: what no power can divide by stays above it."""

POWERS = np.array([0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0])
DEFAULT_LAW = (0.2, 0.1, 0.15, 0.2, 0.25, 0.06, 0.04)
"""Powers that a style may follow the profile to, and how likely each is before any past."""

LAW_STYLES = 3.0
"""Styles at the default law of powers that a brand's own have to outweigh."""

LAW_ROUNDS = 10


def to_powers(profile: Floats) -> Floats:
    """Return the profile to each power, every one a profile again, (powers, PROFILE_WEEKS)."""
    raised = np.maximum(profile, LEAST_PROFILE) ** POWERS[:, None]
    return np.asarray(raised / raised[:, :LAUNCH_WEEKS].mean(axis=1, keepdims=True))


def weights_of_powers(units: Floats, base: Floats, law: Floats, overdispersion: float) -> Floats:
    """Return how likely each power is for each style, from what it sold, (styles, powers).

    Args:
        units: Units counted in stock, shape (styles, periods).
        base: Expected units at a rate of 1 under each power, shape (powers, styles, periods);
            a period with none says nothing.
        law: How likely each power is before, in proportion, shape (styles, powers).
        overdispersion: Variance of a period beyond its mean, over the mean squared, > 0.
    """
    return weights_by(law, likelihoods(units, base, overdispersion))


def likelihoods(units: Floats, base: Iterable[Floats], overdispersion: float) -> Floats:
    """Return the log of how likely what was sold is under each power, (styles, powers).

    Less what all have in common; the arguments are those of `weights_of_powers`.
    """
    size = 1.0 / overdispersion
    found = []
    # Power by power: all at once, a brand of 25,000 styles took 0.6 GB more.
    for at_one in base:
        shown = at_one > 0
        sold = np.where(shown, units, 0.0)
        rate = (sold.sum(axis=1) + 0.5) / np.maximum(at_one.sum(axis=1), 1e-9)
        mean = np.where(shown, rate[:, None] * at_one, 1.0)
        terms = sold * np.log(mean) - (sold + size) * np.log(size + mean)
        found.append(np.where(shown, terms, 0.0).sum(axis=1))
    return np.stack(found, axis=1)


def weights_by(law: Floats, likelihood: Floats) -> Floats:
    """Return how likely each power is after what was sold, (styles, powers).

    Args:
        law: How likely each is before, in proportion, shape (powers,) or (styles, powers).
        likelihood: As `likelihoods` gives it.
    """
    score = np.log(np.maximum(law, 1e-300)) + likelihood
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def law_of_powers(
    evidence: Evidence, profile: Floats, teaches: NDArray[np.bool_], overdispersion: float
) -> tuple[float, ...]:
    """Return how often the brand's styles follow its profile to each power.

    Few styles leave it near the default: their own decay cannot tell that it is the brand's.
    """
    units, share = evidence.seen_units[teaches], evidence.seen_share[teaches]
    age = evidence.age_weeks[teaches]
    base = (at_ages(power, age) * share for power in to_powers(profile))
    likelihood = likelihoods(units, base, overdispersion)
    default = np.array(DEFAULT_LAW)
    law = default
    for _ in range(LAW_ROUNDS):
        weights = weights_by(law, likelihood)
        law = (LAW_STYLES * default + weights.sum(axis=0)) / (LAW_STYLES + len(units))
    return tuple(law.tolist())
