"""Histories made regular for a model, and what the models' past errors say about the next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.forecasting.model import HORIZON, Floats, Ints
from app.forecasting.past.priors import BrandPriors
from app.forecasting.seen.evidence import Evidence, strayed

WEEKDAY_PRIOR_WEEKS = 3.0
"""Weeks without a rhythm that a week's rhythm starts from."""

RELATIVE_FLOOR = 0.05
"""Least demand of a weekday over the mean: a shop closed on Sundays divides by it."""

NOISE_PERIODS = 10.0
"""Periods at the brand's overdispersion that a style's own have to outweigh."""

SCALE_WINDOWS = 6.0
"""Rolling origins at the brand's drift that a style's own have to outweigh: on online_retail the
pinball loss of totals was least between 3 and 10, and 0.5% more at 1 or with none of its own."""

MOST_SCALE_CV = 2.0
"""Largest shared uncertainty believed of a style with a history: above it the median path is
next to nothing."""


@dataclass(frozen=True, eq=False)
class Rolling:
    """A model's forecasts from earlier origins beside what happened, shape (origins, periods).

    Attributes:
        actual: Demand of the periods after each origin.
        predicted: What the model said of them, seeing only what lay before, >= 0.
        periods: Where each period is in the history, counted from its end: -1 is the last one.
        independent: Origins that the overlapping ones are worth, at least 1.
    """

    actual: Floats
    predicted: Floats
    periods: Ints
    independent: float

    def earlier(self, by: int) -> "Rolling":
        """Return the same as of so many periods later: everything lies further back."""
        return replace(self, periods=self.periods - by)

    @property
    def reach(self) -> int:
        """Return how many periods back the first one lies."""
        return int(-self.periods.min())

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON types; reading it back gives the same bits."""
        return {
            "actual": self.actual.tolist(),
            "predicted": self.predicted.tolist(),
            "periods": self.periods.tolist(),
            "independent": self.independent,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Rolling":
        """Return what `to_json` made `stored` of."""
        return cls(
            actual=np.array(stored["actual"], dtype=np.float64),
            predicted=np.array(stored["predicted"], dtype=np.float64),
            periods=np.array(stored["periods"], dtype=np.int64),
            independent=float(stored["independent"]),
        )

    def times(self, pattern: Floats) -> "Rolling":
        """Return the same in units of demand, where the history was divided by a pattern."""
        factor = pattern[self.periods]
        return replace(self, actual=self.actual * factor, predicted=self.predicted * factor)


def weekday_rhythm(history: Floats, period_days: int) -> Floats:
    """Return demand of each day of the week over the mean, the day before the origin first.

    Shape (7,), mean 1; weeks have no rhythm, shape (1,).
    """
    if period_days != 1:
        return np.ones(1)
    weeks = len(history) // 7
    days = history[len(history) - 7 * weeks :].reshape(weeks, 7)[:, ::-1]
    mean = float(days.mean()) if weeks else 0.0
    if mean <= 0:
        return np.ones(7)
    rhythm = (days.sum(axis=0) / mean + WEEKDAY_PRIOR_WEEKS) / (weeks + WEEKDAY_PRIOR_WEEKS)
    rhythm = np.maximum(rhythm, RELATIVE_FLOOR)
    return np.asarray(rhythm / rhythm.mean())


def pattern_of(history: Floats, profile: Floats, period_days: int) -> tuple[Floats, Floats]:
    """Return what makes periods of a style unlike each other: its launch profile, its weekdays.

    Divided by it, a history is left with what a model without seasons can follow.

    Args:
        history: Demand, shape (periods,).
        profile: What its age lets expect of each of its periods, > 0, shape (periods,).
        period_days: Days in a period, 1 or 7.

    Returns:
        Demand of each period of the history over an ordinary one, > 0, shape (periods,); and
        the weekdays' part of it for the periods to come, shape (HORIZON,).
    """
    rhythm = weekday_rhythm(history / profile, period_days)
    back = np.arange(len(history))[::-1]
    ahead = np.arange(1, HORIZON + 1)
    return profile * rhythm[back % len(rhythm)], rhythm[-ahead % len(rhythm)]


def overdispersions(evidence: Evidence, priors: BrandPriors, period_days: int) -> Floats:
    """Return each style's overdispersion around its local level, shrunk to the brand's.

    Shape (styles,), > 0.
    """
    base = priors.period_noise(period_days)
    mean, excess = strayed(evidence, evidence.counted_units)
    squares = (mean**2).sum(axis=1)
    periods = (evidence.seen_share > 0).sum(axis=1)
    own = np.clip(excess / np.maximum(squares, 1e-9), 0.0, 20.0)
    # A style that sells one unit a month cannot show its noise: its squares weigh next to nothing.
    weight = periods * squares / (squares + mean.sum(axis=1) / np.maximum(base, 1e-3) + 1e-9)
    return np.asarray((weight * own + NOISE_PERIODS * base) / (weight + NOISE_PERIODS))


def scale_cv(rolling: Rolling, overdispersion: float, drift_cv: float) -> float:
    """Return the uncertainty that all periods share, from the errors of cumulated forecasts.

    What an origin's total missed by, beyond the noise of its periods, is the scale's; shrunk
    to the brand's drift, as a handful of origins says little.
    """
    total = rolling.predicted.sum(axis=1)
    noise = total + overdispersion * (rolling.predicted**2).sum(axis=1)
    excess = ((rolling.actual.sum(axis=1) - total) ** 2 - noise).sum()
    own = np.clip(excess / max((total**2).sum(), 1e-9), 0.0, MOST_SCALE_CV**2)
    weight = rolling.independent
    variance = (weight * own + SCALE_WINDOWS * drift_cv**2) / (weight + SCALE_WINDOWS)
    return float(np.sqrt(variance))
