"""How far each family strays from its brand's season: factors of its own, shrunk to the brand's.

Coats and swimwear share a brand, and no season. A family's factor of a week is believed as far as
its styles agree on it: what they sold over what the brand's factors let expect, against how far
they scatter around that, family by family and week by week.

Source:
    Dalhart (1974), "Class Seasonality: A New Approach", APICS Conference Proceedings: the factors
    of a class of items err less than an item's own. Morris (1983), "Parametric Empirical Bayes
    Inference", JASA 78(381): the shrinkage, its variance learned from all families.
"""

import numpy as np

from app.demand.panel import DemandPanel
from app.forecasting.model import Floats, Ints
from app.forecasting.past.season import ROUNDS
from app.forecasting.past.steady import (
    LEAST_FACTOR,
    MOST_FACTOR,
    SEASON_WEEKS,
    Bools,
    Shown,
    shown_to_season,
)
from app.forecasting.seen.evidence import Evidence

FAMILY_STYLES = 5
"""Steady styles from which a family can stray: fewer cannot show that they agree."""

MOST_STRAYING = 0.5
"""Largest standard deviation believed of families around their brand's factors."""


def learn_family_seasons(
    panel: DemandPanel, evidence: Evidence, season: tuple[float, ...]
) -> dict[str, tuple[float, ...]]:
    """Return the factor of each week of the year of each family that has its own, mean 1.

    Args:
        panel: The brand's styles.
        evidence: What the panel shows, without the weeks after a style's end.
        season: The brand's own factors.
    """
    shown = shown_to_season(panel, evidence)
    if shown is None:
        return {}
    categories = np.array([panel.styles[style].category or "" for style in shown.styles])
    names, family, styles = np.unique(categories, return_inverse=True, return_counts=True)
    straying = (names != "") & (styles >= FAMILY_STYLES)
    if not straying.any() or len(names) < 2:
        return {}
    brand = np.array(season)
    factors = np.tile(brand, (len(names), 1))
    for _ in range(ROUNDS):
        factors = _strayed(shown, family, straying, brand, factors)
    factors = shown.carried(factors)
    factors = factors / factors.mean(axis=1, keepdims=True)
    return {
        str(name): tuple(factors[index].tolist())
        for index, name in enumerate(names)
        if straying[index]
    }


def _strayed(shown: Shown, family: Ints, straying: Bools, brand: Floats, factors: Floats) -> Floats:
    """Return each family's factors against levels from which its last ones were taken out.

    Shape (families, SEASON_WEEKS).
    """
    told, plain = shown.told(factors[family])
    expected = plain * brand[shown.weeks]
    sold, let_expect = (
        _by_family_and_week(values, family, shown.weeks, len(factors))
        for values in (told, expected)
    )
    known = (let_expect > 0) & straying[:, None]
    let_expect = np.where(known, let_expect, 1.0)
    ratio = np.where(known, sold / let_expect, np.nan)
    missed = told - np.nan_to_num(ratio)[family[:, None], shown.weeks] * expected
    scatter = _by_family_and_week(missed**2, family, shown.weeks, len(factors))
    usual = np.nanmedian(ratio[straying], axis=1, keepdims=True)
    apart = np.zeros_like(ratio)
    apart[straying] = np.nan_to_num(ratio[straying] - usual)
    # A weighted unit has a variance of one: styles that scatter less than counts do so by chance.
    noise = np.maximum(scatter, let_expect) / let_expect**2
    variance = _straying(apart[known], 1.0 / noise[known])
    relative = 1 + apart * variance / (variance + noise)
    return np.clip(brand * relative, LEAST_FACTOR, MOST_FACTOR)


def _straying(apart: Floats, precision: Floats) -> float:
    """Return the variance of families around their brand's factors beyond their styles' scatter.

    By moments, the weeks weighted by how well each is known, as every week has its own noise.
    """
    excess = (precision * apart**2 - 1.0).sum() / precision.sum()
    return float(np.clip(excess, 0.0, MOST_STRAYING**2))


def _by_family_and_week(values: Floats, family: Ints, weeks: Ints, families: int) -> Floats:
    """Return sums of values by their style's family and week of the year."""
    place = family[:, None] * SEASON_WEEKS + weeks
    total = np.bincount(place.ravel(), values.ravel(), families * SEASON_WEEKS)
    return np.asarray(total.reshape(families, SEASON_WEEKS))
