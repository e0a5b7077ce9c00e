"""A style's forecast: the numbers that joint sample paths are drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import inf, isinf
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HORIZON = 104
"""Periods that every forecast covers."""

Layer = Literal["prior", "launch", "statsforecast", "fallback"]
"""What spoke: nothing was sold yet; few periods; a StatsForecast model; none of them could."""

Note = Mapping[str, Any]
"""A reason as data: a `code`, and its values beside it. JSON types only."""


@dataclass(frozen=True, eq=False)
class StyleForecast:
    """Everything that a draw of a style's demand needs, so that a replay never fits again.

    A path draws one scale for all periods (Gamma with mean 1 and the coefficient of variation
    `scale_cv`), a negative binomial for each period (mean times scale, size `dispersion`), and
    one split over the SKUs (Dirichlet with the concentrations `shares`).

    Attributes:
        style_code: The brand's code of the style.
        origin: Brand-local day that the first period starts.
        period_days: Days in a period, 1 or 7.
        layer: Which step of the ladder the numbers come from.
        model: The model by name, such as "AutoETS".
        mean: Expected units demanded of the style, >= 0, shape (HORIZON,).
        scale_cv: Uncertainty that all periods share, >= 0; 0 when the scale is known.
        dispersion: Size of the negative binomial of a period, > 0; inf is Poisson.
        sku_codes: The SKUs, in the order of `shares`.
        shares: Dirichlet concentrations, > 0, shape (skus,): their proportions are the
            expected split, their sum says how sure of it we are.
        notes: Reasons: fallbacks, censored periods, how much is prior.
    """

    style_code: str
    origin: date
    period_days: int
    layer: Layer
    model: str
    mean: Floats
    scale_cv: float
    dispersion: float
    sku_codes: tuple[str, ...]
    shares: Floats
    notes: tuple[Note, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the forecast as JSON types; reading it back gives the same bits."""
        return {
            "style_code": self.style_code,
            "origin": self.origin.isoformat(),
            "period_days": self.period_days,
            "layer": self.layer,
            "model": self.model,
            "mean": self.mean.tolist(),
            "scale_cv": self.scale_cv,
            "dispersion": None if isinf(self.dispersion) else self.dispersion,
            "sku_codes": list(self.sku_codes),
            "shares": self.shares.tolist(),
            "notes": [dict(note) for note in self.notes],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "StyleForecast":
        """Return the forecast that `to_json` made `stored` of."""
        dispersion = stored["dispersion"]
        return cls(
            style_code=stored["style_code"],
            origin=date.fromisoformat(stored["origin"]),
            period_days=int(stored["period_days"]),
            layer=cast("Layer", stored["layer"]),
            model=stored["model"],
            mean=np.array(stored["mean"], dtype=np.float64),
            scale_cv=float(stored["scale_cv"]),
            dispersion=inf if dispersion is None else float(dispersion),
            sku_codes=tuple(stored["sku_codes"]),
            shares=np.array(stored["shares"], dtype=np.float64),
            notes=tuple(stored["notes"]),
        )
