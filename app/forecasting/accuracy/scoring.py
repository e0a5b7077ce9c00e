"""How far forecasts were from what happened, and how sure that is.

Ratios of sums over forecasts; their standard errors are over styles, whose forecasts at several
cuts err together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.forecasting.model import Floats, Ints

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Quantiles whose pinball loss is averaged: both ends of the central 80% and what is between."""

CENTRAL = 0.8
"""Share of outcomes that the central interval should cover."""

RESAMPLES = 500
"""Resamples of the styles: the standard error of a standard error is then about 3%."""

SEED = 20
"""Of the resampling: the same forecasts have the same standard errors."""


@dataclass(frozen=True)
class Figure:
    """A figure and its standard error over styles; NaN where nothing was sold or forecast."""

    value: float
    error: float


def ratio(top: Floats, bottom: Floats, styles: Ints) -> Figure:
    """Return sum(top) / sum(bottom) with its bootstrap standard error over styles.

    Args:
        top: One value for each forecast, such as its absolute error, shape (forecasts,).
        bottom: One value for each forecast, such as what was sold, >= 0, shape (forecasts,).
        styles: The style of each forecast, whole numbers, shape (forecasts,).

    Source:
        Efron & Tibshirani (1993), "An Introduction to the Bootstrap", chapter 6; styles are
        drawn with all of their forecasts.
    """
    sums = _by_style(np.stack([top, bottom]), styles)
    if not len(top) or sums[1].sum() <= 0:
        return Figure(np.nan, np.nan)
    drawn = sums @ resamples(sums.shape[1]).T
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = drawn[0] / drawn[1]
    ratios = ratios[np.isfinite(ratios)]
    error = float(ratios.std()) if sums.shape[1] > 1 and len(ratios) else np.nan
    return Figure(float(sums[0].sum() / sums[1].sum()), error)


def resamples(styles: int) -> Floats:
    """Return how often each style is in each resample, shape (RESAMPLES, styles)."""
    random = np.random.default_rng(SEED)
    return random.multinomial(styles, np.full(styles, 1 / styles), RESAMPLES).astype(np.float64)


def _by_style(values: Floats, styles: Ints) -> Floats:
    """Return the sums of values by style, shape (rows, styles)."""
    _, number = np.unique(styles, return_inverse=True)
    count = int(number.max()) + 1 if len(number) else 0
    return np.stack([np.bincount(number, row, minlength=count) for row in values])


def wape(actual: Floats, predicted: Floats, styles: Ints) -> Figure:
    """Return the sum of absolute errors over the sum of what was sold."""
    return ratio(np.abs(predicted - actual), actual, styles)


def bias(actual: Floats, predicted: Floats, styles: Ints) -> Figure:
    """Return what was forecast too much over what was sold; negative: too little."""
    return ratio(predicted - actual, actual, styles)


def pinball(actual: Floats, quantiles: Floats, levels: Sequence[float] = LEVELS) -> Floats:
    """Return each forecast's pinball loss averaged over the levels, units, shape (forecasts,).

    Args:
        actual: Units, shape (forecasts,).
        quantiles: Forecast quantiles in the order of `levels`, shape (levels, forecasts).
        levels: Each between 0 and 1.

    Source:
        Koenker & Bassett (1978), "Regression Quantiles", Econometrica 46(1).
    """
    level = np.array(levels)[:, None]
    over = actual - quantiles
    return np.asarray(np.maximum(level * over, (level - 1) * over).mean(axis=0))


def crps(actual: Floats, samples: Floats) -> Floats:
    """Return each forecast's continuous ranked probability score, units, shape (forecasts,).

    E|X - actual| - E|X - X'| / 2 over all pairs of samples; of a single sample, its absolute
    error.

    Args:
        actual: Units, shape (forecasts,).
        samples: Draws of each forecast, shape (forecasts, samples).

    Source:
        Gneiting & Raftery (2007), "Strictly Proper Scoring Rules, Prediction, and Estimation",
        Journal of the American Statistical Association 102, equation 21.
    """
    ordered = np.sort(samples, axis=1)
    count = ordered.shape[1]
    rank = 2 * np.arange(1, count + 1) - count - 1
    spread = (ordered * rank).sum(axis=1) / count**2
    return np.asarray(np.abs(ordered - actual[:, None]).mean(axis=1) - spread)


def quantiles(samples: Floats, levels: Sequence[float] = LEVELS) -> Floats:
    """Return the least sample that at least each share of samples stays within.

    Shape (levels, forecasts).
    """
    return np.asarray(np.quantile(samples, levels, axis=1, method="inverted_cdf"))


def within(actual: Floats, samples: Floats, central: float = CENTRAL) -> Floats:
    """Return 1 where the central interval holds what happened, its ends included, else 0.

    Counts pile up on the ends: of a slow style this covers more than the interval claims, as
    does everyone who reads it.
    """
    low, high = quantiles(samples, ((1 - central) / 2, (1 + central) / 2))
    return np.asarray((low <= actual) & (actual <= high), dtype=np.float64)


def covered(actual: Floats, samples: Floats, central: float = CENTRAL) -> Floats:
    """Return the probability that the central interval holds what happened, ends by lot.

    What happened lies between the share of samples below it and the share up to it; the part of
    that range inside the central one is the chance that an interval with randomised ends holds
    it. Exactly calibrated counts then average `central`, however few.

    Source:
        Czado, Gneiting & Held (2009), "Predictive Model Assessment for Count Data",
        Biometrics 65(4), the non-randomised probability integral transform.
    """
    below = (samples < actual[:, None]).mean(axis=1)
    up_to = (samples <= actual[:, None]).mean(axis=1)
    low, high = (1 - central) / 2, (1 + central) / 2
    inside = np.clip(np.minimum(up_to, high) - np.maximum(below, low), 0.0, None)
    between = (low < below) & (below < high)
    return np.asarray(np.where(up_to > below, inside / np.maximum(up_to - below, 1e-12), between))
