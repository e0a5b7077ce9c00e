"""From when, and how far, fitted models speak for a style instead of the launch model.

Measured on the brand's own past: styles are forecast again as they stood some weeks ago, by both,
and held against what was then wanted. The weight that would have erred least grows with a style's
history, so that no style jumps on the day it is old enough.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.forecasting.model import Floats

WEEKS = (8, 13, 20, 30, 52)
"""Weeks of history at which weights are measured; between them they are interpolated."""

DEFAULT_SHARE = (0.3, 0.5, 0.75, 1.0, 1.0)
"""What fitted models count for before a brand's past says so."""

OWN_CV_SHARE = (0.0, 0.25, 0.5, 1.0, 1.0)
"""How far a style's uncertainty is that of its fit's own errors, which a handful of origins
understates: simulated launches eight weeks old strayed by .7, their fits said .3, the launch
model .5."""

AGELESS_SHARE = (0.3, 1.0, 1.0, 1.0, 1.0)
"""The same of a style whose launch day is not known: all from 13 weeks on, as the launch model has
no age to go by. All at once at 8 weeks, the next weeks' total moved by 25% on that day, three
times as much as from week to week before; in simulated brands it erred 0 to 18% more besides."""

MOST_AT_FIRST = 0.5
"""Most that fits ever count for on the first day that they can: a style must not jump on it."""

STEP_IN_WEEKS = 4.0
"""Weeks over which fits step in, a part of their share a week. On the first day that a fit spoke
for 42 real launches, it moved the next 8 weeks' total by 4%, of a tenth of them by 14% and more,
when all of it came at once; so it moves them by 1% and 4%."""

SHARE_STYLES = 20.0
"""Styles at the default share, and at no correction, that a brand's own have to outweigh."""

NOISE = 0.3
"""Variance of a total beyond its mean, over the mean squared: what a miss is held against, so
that a bestseller does not choose for everyone."""

BIAS_CUTS = 6.0
SPREAD_CUTS = 1.5
"""Days in the past at no correction that the brand's own have to outweigh."""

BIAS_SD = 0.1
"""How far off fitted forecasts of a usual brand are as a whole: their scatter over styles is held
against it. On two samples of VN1 the same forecasts were corrected by -1% and by 5%."""

MOST_BIAS = 1.5
"""Most that fitted forecasts are ever corrected by, up or down."""


@dataclass(frozen=True)
class Handover:
    """What fitted models count for, and how they are corrected, at each of `WEEKS`.

    Attributes:
        share: Weight of the fitted models, 0 to 1; the launch model has the rest.
        bias: Factor on the forecast.
        spread: Factor on the shared uncertainty by which 80% intervals held 80%.
        styles: Forecasts of the past behind all three; 0: a default.
        learned: The day they were learned; None: the default.
    """

    share: tuple[float, ...] = DEFAULT_SHARE
    bias: tuple[float, ...] = (1.0,) * len(WEEKS)
    spread: tuple[float, ...] = (1.0,) * len(WEEKS)
    styles: tuple[int, ...] = (0,) * len(WEEKS)
    learned: date | None = None

    def at(self, weeks: float, *, is_ageless: bool = False) -> tuple[float, float, float, int]:
        """Return share, bias, spread and the styles behind, at so many weeks of history.

        A style whose launch day is not known has AGELESS_SHARE. In its first weeks with fits a
        style has only part of the share and of both corrections.
        """
        place, places = np.log(max(weeks, 1.0)), np.log(WEEKS)
        stepped = np.clip((weeks - WEEKS[0] + 1) / STEP_IN_WEEKS, 1 / STEP_IN_WEEKS, 1.0)
        share = np.interp(place, places, AGELESS_SHARE if is_ageless else self.share)
        return (
            float(stepped * share),
            float(np.exp(stepped * np.interp(place, places, np.log(self.bias)))),
            float(np.exp(stepped * np.interp(place, places, np.log(self.spread)))),
            self.styles[int(np.abs(places - place).argmin())],
        )

    @staticmethod
    def own_cv_share(weeks: Floats) -> Floats:
        """Return how far the uncertainty is that of a fit's own errors, 0 to 1."""
        return np.interp(np.log(np.maximum(weeks, 1.0)), np.log(WEEKS), OWN_CV_SHARE)

    def to_json(self) -> dict[str, Any]:
        """Return the weights as JSON types; reading them back gives the same bits."""
        numbers = {name: list(values) for name, values in asdict(self).items() if name != "learned"}
        return {**numbers, "learned": None if self.learned is None else self.learned.isoformat()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Handover":
        """Return the weights that `to_json` made `stored` of."""
        numbers = {name: tuple(stored[name]) for name in ("share", "bias", "spread", "styles")}
        learned = stored["learned"]
        return cls(**numbers, learned=None if learned is None else date.fromisoformat(learned))


@dataclass(frozen=True, eq=False)
class Past:
    """Forecasts of totals from days in the past, and what was wanted; arrays of shape (rows,).

    Attributes:
        weeks: Weeks of history at the day.
        is_ageless: 1 where the launch was not known, else 0.
        fitted: What fitted models said.
        launch: What the launch model said.
        fitted_cv: Shared uncertainty by the fit's own errors.
        launch_cv: Shared uncertainty of the launch model.
        gone: Chance that demand was over.
        noise: Variance of the periods beyond Poisson.
        wanted: What came.
        cut: The day, as a number.
    """

    weeks: Floats
    is_ageless: Floats
    fitted: Floats
    launch: Floats
    fitted_cv: Floats
    launch_cv: Floats
    gone: Floats
    noise: Floats
    wanted: Floats
    cut: Floats

    def near(self, weeks: float) -> "Past":
        """Return the rows whose history is nearest to this one of `WEEKS`."""
        nearest = np.abs(np.subtract.outer(np.log(np.maximum(self.weeks, 1.0)), np.log(WEEKS)))
        return self.only(nearest.argmin(axis=1) == WEEKS.index(int(weeks)))

    def only(self, chosen: NDArray[np.bool_]) -> "Past":
        """Return the chosen rows."""
        return Past(**{name: values[chosen] for name, values in vars(self).items()})


def share_of(past: Past, default: float) -> float:
    """Return the weight of the fitted models that would have erred least, shrunk to a default."""
    past = past.only(past.is_ageless == 0)
    if not len(past.weeks):
        return default
    middle = (past.fitted + past.launch) / 2
    scale = np.sqrt(middle + NOISE * middle**2) + 1e-9
    apart = (past.fitted - past.launch) / scale
    missed = np.clip((past.wanted - past.launch) / scale, -3.0, 3.0)
    apart = np.clip(apart, -3.0, 3.0)
    prior = SHARE_STYLES * max(float((apart**2).mean()), 1e-9)
    share = (float((apart * missed).sum()) + prior * default) / (float((apart**2).sum()) + prior)
    return float(np.clip(share, 0.0, 1.0))


def joined(parts: Sequence[Past]) -> Past:
    """Return the rows of several days together."""
    return Past(
        **{name: np.concatenate([getattr(one, name) for one in parts]) for name in vars(parts[0])}
    )
