"""How far forecasts of launches are corrected, and widened, by the brand's own track record."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from app.forecasting.model import Floats, Ints

AGES = (0, 1, 2, 3, 5, 8, 13, 26)
"""Weeks begun since the launch at which the record is taken; between them it is interpolated."""


LEAST_FORECAST = 1e-3
"""Units from which on forecasts are told apart: a log of nothing there is not."""


@dataclass(frozen=True)
class Calibration:
    """Factors by age, shape (AGES,) each.

    Attributes:
        bias: What was wanted over what was forecast.
        spread: Factor on the shared uncertainty that made 80% intervals hold 80%.
        styles: Styles behind both; 0: no correction.
        levels: Log of the units forecast for the next 8 weeks, of each class of styles by it,
            ascending; no class: all styles have the same spread.
        of_level: What the spread of each class is multiplied by, between them interpolated.
    """

    bias: tuple[float, ...] = (1.0,) * len(AGES)
    spread: tuple[float, ...] = (1.0,) * len(AGES)
    styles: tuple[int, ...] = (0,) * len(AGES)
    levels: tuple[tuple[float, ...], ...] = ((),) * len(AGES)
    of_level: tuple[tuple[float, ...], ...] = ((),) * len(AGES)

    def at(self, age_weeks: Floats, forecast: Floats) -> tuple[Floats, Floats, Ints]:
        """Return factor on the forecast, factor on its uncertainty, and styles behind.

        Args:
            age_weeks: Age of each style, shape (styles,).
            forecast: Units forecast for the next 8 weeks before correction, shape (styles,).
        """
        places = np.log1p(np.array(AGES, dtype=np.float64))
        place = np.log1p(np.maximum(age_weeks, 0.0))
        bias = np.exp(np.interp(place, places, np.log(self.bias)))
        spread = np.exp(
            np.interp(place, places, np.log(self.spread)) + self._wider(place, forecast)
        )
        nearest = np.abs(np.subtract.outer(place, places)).argmin(axis=1)
        return bias, spread, np.array(self.styles, dtype=np.int64)[nearest]

    def _wider(self, place: Floats, forecast: Floats) -> Floats:
        """Return the log of what the units forecast make of the spread, shape (styles,).

        Args:
            place: Log of one more than each style's age in weeks, shape (styles,).
            forecast: Units forecast for the next 8 weeks, shape (styles,).
        """
        level = np.log(np.maximum(forecast, LEAST_FORECAST))
        at_ages = np.zeros((len(AGES), len(level)))
        for age, (levels, factors) in enumerate(zip(self.levels, self.of_level, strict=True)):
            if levels:
                at_ages[age] = np.interp(level, levels, np.log(factors))
        above = np.interp(place, np.log1p(AGES), np.arange(len(AGES)))
        low = np.minimum(above.astype(np.int64), len(AGES) - 2)
        share, style = above - low, np.arange(len(level))
        return np.asarray((1 - share) * at_ages[low, style] + share * at_ages[low + 1, style])

    def to_json(self) -> dict[str, Any]:
        """Return the calibration as JSON types; reading it back gives the same bits."""
        plain = {name: list(values) for name, values in asdict(self).items()}
        by_level = {name: [list(one) for one in plain[name]] for name in ("levels", "of_level")}
        return {**plain, **by_level}

    @classmethod
    def from_json(cls, stored: Mapping[str, Sequence[Any]]) -> "Calibration":
        """Return the calibration that `to_json` made `stored` of, or that an older one did."""
        by_level = {
            name: tuple(tuple(one) for one in stored[name])
            for name in ("levels", "of_level")
            if name in stored
        }
        return cls(**{**{name: tuple(values) for name, values in stored.items()}, **by_level})
