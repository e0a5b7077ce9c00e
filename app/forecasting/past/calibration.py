"""How far forecasts of launches are corrected, and widened, by the brand's own track record."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from app.forecasting.model import Floats, Ints

AGES = (0, 1, 2, 3, 5, 8, 13, 26)
"""Weeks begun since the launch at which the record is taken; between them it is interpolated."""


@dataclass(frozen=True)
class Calibration:
    """Factors by age, shape (AGES,) each.

    Attributes:
        bias: What was wanted over what was forecast.
        spread: Factor on the shared uncertainty that made 80% intervals hold 80%.
        styles: Styles behind both; 0: no correction.
    """

    bias: tuple[float, ...] = (1.0,) * len(AGES)
    spread: tuple[float, ...] = (1.0,) * len(AGES)
    styles: tuple[int, ...] = (0,) * len(AGES)

    def at(self, age_weeks: Floats) -> tuple[Floats, Floats, Ints]:
        """Return factor on the forecast, factor on its uncertainty, and styles behind, by age."""
        places = np.log1p(np.array(AGES, dtype=np.float64))
        place = np.log1p(np.maximum(age_weeks, 0.0))
        bias = np.exp(np.interp(place, places, np.log(self.bias)))
        spread = np.exp(np.interp(place, places, np.log(self.spread)))
        nearest = np.abs(np.subtract.outer(place, places)).argmin(axis=1)
        return bias, spread, np.array(self.styles, dtype=np.int64)[nearest]

    def to_json(self) -> dict[str, Any]:
        """Return the calibration as JSON types; reading it back gives the same bits."""
        return {name: list(values) for name, values in asdict(self).items()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Sequence[Any]]) -> "Calibration":
        """Return the calibration that `to_json` made `stored` of."""
        return cls(**{name: tuple(values) for name, values in stored.items()})
