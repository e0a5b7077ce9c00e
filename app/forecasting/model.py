"""A style's forecast: the numbers that joint sample paths are drawn from."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from math import inf, isinf
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Paths = NDArray[np.int32]
"""Joint sample paths, shape (skus, paths, periods)."""

HORIZON = 104
"""Periods that every forecast covers."""

KEPT_DIGITS = 7
"""Significant digits that what is fitted and what is stored keep. The sums behind a number round
differently beside other styles, and with more digits kept that shows in more of them; a search
for parameters made another forecast of it (by 26% in one of 60 styles)."""

Layer = Literal["prior", "launch", "statsforecast", "fallback"]
"""What spoke: nothing was sold yet; few periods; a StatsForecast model; none of them could."""

Note = Mapping[str, Any]
"""A reason as data: a `code`, and its values beside it. JSON types only."""


@dataclass(frozen=True)
class KnownUnits:
    """Units of a SKU that are known beforehand to be wanted in a period.

    Attributes:
        sku: Index of the SKU in the forecast.
        reference: What it was known by; on a path all lines of one reference come together.
        period: Index of the period they are due in, 0 to HORIZON - 1.
        quantity: Units, > 0.
        probability: That they will be wanted, 0 to 1.
        consumes: Share of them that the forecast without them has in it, 0 to 1: 0 where that
            was learned without such orders, so that they come on top.
    """

    sku: int
    reference: str
    period: int
    quantity: int
    probability: float
    consumes: float = 1.0


@dataclass(frozen=True)
class ColorwaySplit:
    """How the split over colorways and the splits over their SKUs vary, each by itself.

    One Dirichlet over all SKUs would let colorways vary as little as sizes do: drawn so, 80%
    intervals of a colorway's total held 47% before the first sale in a simulated brand, and 78%
    drawn in two levels.

    Attributes:
        of_sku: Index of the colorway of each SKU, shape (skus,).
        units: Dirichlet sum of the split over colorways, > 0.
        within: Dirichlet sum of each colorway's split over its SKUs, > 0, shape (colorways,).
    """

    of_sku: tuple[int, ...]
    units: float
    within: tuple[float, ...]

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ColorwaySplit":
        """Return the split that `asdict` made `stored` of."""
        return cls(tuple(stored["of_sku"]), stored["units"], tuple(stored["within"]))


@dataclass(frozen=True, eq=False)
class StyleForecast:
    """Everything that a draw of a style's demand needs, so that a replay never fits again.

    A path draws whether demand is over, and nothing more comes; else one scale for all periods
    (Gamma with the coefficient of variation `scale_cv`, so that all paths have the mean 1), a
    negative binomial for each period (mean times scale, size `dispersion`), and one split over
    the SKUs (Dirichlet with the concentrations `shares`, or where `colorways` is given one over
    colorways and one within each).

    Attributes:
        style_code: The brand's code of the style.
        origin: Brand-local day that the first period starts.
        period_days: Days in a period, 1 or 7.
        layer: Which step of the ladder the numbers come from.
        model: The model by name, such as "AutoETS".
        mean: Expected units demanded of the style, >= 0, shape (HORIZON,).
        scale_cv: Uncertainty that all periods share, >= 0; 0 when the scale is known.
        gone: Chance that demand is over, at least 0 and below 1.
        dispersion: Size of the negative binomial of a period, > 0; inf is Poisson.
        sku_codes: The SKUs, in the order of `shares`.
        shares: Dirichlet concentrations, > 0, shape (skus,): their proportions are the
            expected split, their sum says how sure of it we are.
        notes: Reasons: fallbacks, censored periods, how much is prior.
        colorways: How the split varies in two levels; None for a style of one colorway.
        known: Known demand to come, in the order that it consumes the forecast.
        facts: What the forecast rests on, for whoever explains it; JSON types only.
        fit_state: What the next fit of the style starts from, JSON types only; None for nothing.
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
    known: tuple[KnownUnits, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    fit_state: Mapping[str, Any] | None = None
    colorways: ColorwaySplit | None = None
    gone: float = 0.0

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
            "gone": self.gone,
            "dispersion": None if isinf(self.dispersion) else self.dispersion,
            "sku_codes": list(self.sku_codes),
            "shares": self.shares.tolist(),
            "notes": [dict(note) for note in self.notes],
            "known": [asdict(line) for line in self.known],
            "facts": dict(self.facts),
            "colorways": None if self.colorways is None else asdict(self.colorways),
            "fit_state": None if self.fit_state is None else dict(self.fit_state),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "StyleForecast":
        """Return the forecast that `to_json` made `stored` of."""
        dispersion = stored["dispersion"]
        split = stored.get("colorways")
        return cls(
            style_code=stored["style_code"],
            origin=date.fromisoformat(stored["origin"]),
            period_days=int(stored["period_days"]),
            layer=cast("Layer", stored["layer"]),
            model=stored["model"],
            mean=np.array(stored["mean"], dtype=np.float64),
            scale_cv=float(stored["scale_cv"]),
            gone=float(stored.get("gone", 0.0)),
            dispersion=inf if dispersion is None else float(dispersion),
            sku_codes=tuple(stored["sku_codes"]),
            shares=np.array(stored["shares"], dtype=np.float64),
            notes=tuple(stored["notes"]),
            known=tuple(KnownUnits(**line) for line in stored.get("known", ())),
            facts=stored.get("facts", {}),
            fit_state=stored.get("fit_state"),
            colorways=ColorwaySplit.from_json(split) if split else None,
        )


def kept(values: Floats) -> Floats:
    """Return finite values >= 0 to the digits that are kept."""
    magnitude = np.floor(np.log10(np.maximum(values, 1e-12)))
    unit = 10.0 ** (KEPT_DIGITS - 1 - magnitude)
    return np.asarray(np.round(values * unit) / unit)
