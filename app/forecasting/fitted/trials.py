"""Models tried at earlier origins of a history, and what their errors would have cost."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from app.forecasting.fitted.lengths import LengthClass
from app.forecasting.model import Floats, Ints

NOISE = 0.4
SCALE_CV = 0.3
"""Overdispersion of a period and uncertainty of the level behind the quantile that a trial
orders to: a brand's before it has a past."""

STRETCH_ORIGINS = 2.0
"""Origins at the usual spread that a model's own errors have to outweigh."""


@dataclass(frozen=True, eq=False)
class Trial:
    """What models said at earlier origins of a history, beside what happened.

    Attributes:
        actual: Demand of the periods after each origin, shape (origins, horizon).
        predicted: What each model said of it, seeing only what lay before, >= 0 or NaN, shape
            (models, origins, horizon).
    """

    actual: Floats
    predicted: Floats


def cuts(periods: int, length: LengthClass) -> Ints:
    """Return how many periods each earlier origin sees, ascending, shape (origins,)."""
    last = periods - length.horizon
    return last - length.step * np.arange(length.origins)[::-1]


def actuals(history: Floats, length: LengthClass) -> Floats:
    """Return the demand after each earlier origin, shape (origins, horizon)."""
    return np.asarray(history[cuts(len(history), length)[:, None] + np.arange(length.horizon)])


def losses(trial: Trial, ratio: float, independent: float) -> Floats:
    """Return what each model's errors cost over the models' mean, >= 0, shape (models,).

    Half is the root of the squared errors, half the pinball loss of totals. Infinite for a model
    that gave no number.

    Args:
        trial: The models' forecasts of one history.
        ratio: Critical ratio of the style, strictly between 0 and 1.
        independent: Origins that the overlapping ones are worth, at least 1.
    """
    total, variance = law_of_totals(trial.predicted)
    missed = ((trial.actual.sum(axis=1) - total) ** 2 / np.maximum(variance, 1e-9)).mean(axis=1)
    stretch = np.sqrt((independent * missed + STRETCH_ORIGINS) / (independent + STRETCH_ORIGINS))
    squared = squared_loss(trial.actual, trial.predicted)
    pinball = pinball_loss(trial.actual, trial.predicted, ratio, stretch[:, None])
    return np.asarray((_relative(squared) + _relative(pinball)) / 2)


def squared_loss(actual: Floats, predicted: Floats) -> Floats:
    """Return the root of the squared errors, of periods and of totals alike, shape (...,).

    Runs are decided on totals, and an absolute error would favour forecasting nothing where
    most periods sell nothing.

    Args:
        actual: Demand, shape (..., origins, horizon).
        predicted: What was said of it, the same shape.
    """
    errors = predicted - actual
    horizon = errors.shape[-1]
    periods = (errors**2).mean(axis=(-2, -1))
    totals = (errors.sum(axis=-1) ** 2).mean(axis=-1) / horizon
    return np.asarray(np.sqrt(periods + totals))


def pinball_loss(actual: Floats, predicted: Floats, ratio: float, stretch: Floats) -> Floats:
    """Return what too much and too little would have cost, shape (...,).

    Args:
        actual: Demand, shape (..., origins, horizon).
        predicted: What was said of it, the same shape.
        ratio: Critical ratio: the quantile of the total that would have been ordered.
        stretch: How much wider than usual the errors of this forecast are. At a spread that
            is not its own, a forecast would be paid for its bias.
    """
    total, variance = law_of_totals(predicted)
    bought = np.maximum(total + ndtri(ratio) * stretch * np.sqrt(variance), 0.0)
    short = actual.sum(axis=-1) - bought
    return np.asarray(np.maximum(ratio * short, (ratio - 1) * short).mean(axis=-1))


def law_of_totals(predicted: Floats) -> tuple[Floats, Floats]:
    """Return the mean of each total over the last axis, and its variance at a usual spread."""
    total = predicted.sum(axis=-1)
    variance = total + NOISE * (predicted**2).sum(axis=-1) + (SCALE_CV * total) ** 2
    return np.asarray(total), np.asarray(variance)


def _relative(loss: Floats) -> Floats:
    """Return losses over their mean; 1 where none of the models lost anything."""
    known = np.isfinite(loss)
    mean = float(loss[known].mean()) if known.any() else 0.0
    return np.where(known, loss / mean if mean > 0 else 1.0, np.inf)
