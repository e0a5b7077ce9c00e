"""What the best observer of the simulated world would forecast: the bound of every forecast there.

It knows the law that the world is drawn from, which promotions there were and what each style would
have sold without stock-outs; of a style, only its family and its demand so far. A forecast from
sales alone that knows none of this cannot do better on average. By importance sampling: styles of
each family are drawn from the law, and each weighs as much as it is likely to have sold what was
sold.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from tests.benchmarks.world import (
    PAST_WEEKS,
    PROMOTION_LIFT,
    PROMOTIONS,
    WANDER,
    Law,
    World,
    bursts,
    steady_weeks,
)

Floats = NDArray[np.float64]

DRAWS = 12_000
"""Styles drawn of each family."""


def observed(brand: World, age: int, weeks: int, paths: int) -> tuple[Floats, Floats]:
    """Return the mean of the new styles' next weeks' total, (styles,), and draws, (styles, paths).

    Args:
        brand: The world.
        age: Weeks since the launch of the new styles.
        weeks: Weeks ahead.
        paths: Draws of each style.
    """
    random = np.random.default_rng(5)
    seen = brand.demand[brand.new, :, PAST_WEEKS : PAST_WEEKS + age].sum(axis=1)
    promoted = brand.promoted[PAST_WEEKS : PAST_WEEKS + age]
    mean, drawn = np.zeros(len(seen)), np.zeros((len(seen), paths))
    families = brand.families[brand.new]
    for family in np.unique(families):
        rate, total = _styles(random, int(family), promoted, weeks, brand.law)
        for style in np.flatnonzero(families == family):
            weight = _likely(seen[style].astype(np.float64), rate, brand.law.noise)
            mean[style] = weight @ total
            drawn[style] = total[random.choice(DRAWS, paths, p=weight)]
    return mean, drawn


def _styles(
    random: np.random.Generator,
    family: int,
    promoted: NDArray[np.bool_],
    weeks: int,
    law: Law,
) -> tuple[Floats, Floats]:
    """Return rates of the weeks seen, (DRAWS, age), and totals of those ahead, (DRAWS,)."""
    age = len(promoted)
    launch = np.zeros(DRAWS, dtype=np.int64)
    steady = steady_weeks(random, np.full(DRAWS, family), launch, age + weeks, law)
    wander = np.exp(np.cumsum(random.normal(0, WANDER, steady.shape), axis=1))
    lift = bursts(random, *steady.shape)
    promotions = random.random(steady.shape) < PROMOTIONS
    promotions[:, :age] = promoted
    rate = steady * wander / wander[:, :1] * lift * np.where(promotions, PROMOTION_LIFT, 1.0)
    ahead = rate[:, age:]
    noise = random.standard_gamma(1 / law.noise, ahead.shape) * law.noise
    return rate[:, :age], random.poisson(ahead * noise).sum(axis=1).astype(np.float64)


def _likely(sold: Floats, rate: Floats, overdispersion: float) -> Floats:
    """Return how likely each drawn style is the one that sold this, summing to 1, (DRAWS,)."""
    size = 1 / overdispersion
    score = sold * np.log(rate) - (sold + size) * np.log(rate + size) + gammaln(sold + size)
    total = score.sum(axis=1)
    weight = np.exp(total - total.max(initial=-np.inf)) if len(sold) else np.ones(DRAWS)
    return np.asarray(weight / weight.sum())
