"""A stored forecast made into joint sample paths, the same ones every time.

Per path one scale for all periods and one split over the SKUs; per period a negative binomial
of the style. A negative binomial is a Poisson count at a Gamma rate, and a Poisson count split
at random over SKUs is an independent Poisson count of each: so the SKUs are drawn directly, and
their sum is the style's draw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from math import ceil, isinf

import numpy as np
from numpy.typing import NDArray

from app.forecasting.chance.draws import counts, stream, vary
from app.forecasting.chance.quantiles import gamma_quantiles
from app.forecasting.consume import consume, needed
from app.forecasting.model import HORIZON, Floats, Ints, Paths, StyleForecast

KNOWN_BELOW_CV = 1e-6
"""A scale this sure is taken as known: the shape of its Gamma leaves floating point."""


def seed_of(brand_code: str, style_code: str, origin: date) -> int:
    """Return the seed of a style's draw: of the style and the day, never of batch or process.

    Between 0 and 2**63 - 1, so that every database stores it.
    """
    named = f"{brand_code}\x1f{style_code}\x1f{origin.isoformat()}"
    return int.from_bytes(sha256(named.encode()).digest()[:8], "big") >> 1


def draw_paths(forecast: StyleForecast, *, periods: int, paths: int = 512, seed: int) -> Paths:
    """Return joint sample paths of the style's SKUs, shape (skus, paths, periods).

    Known demand is in them. More periods add to the same paths and change none of the first.

    Args:
        forecast: What to draw from.
        periods: Periods from the origin, 1 to HORIZON.
        paths: Paths, > 0.
        seed: As `seed_of` gives it: the same seed, forecast and paths give the same draw.

    Raises:
        ValueError: If there are no such periods or paths.
    """
    if not 1 <= periods <= HORIZON or paths < 1:
        raise ValueError(f"cannot draw {paths} paths of {periods} periods, at most {HORIZON}")
    if not forecast.known:
        return _base(forecast, periods, paths, seed)
    length = forecast.period_days
    drawn = _base(forecast, needed(periods, length), paths, seed)
    return consume(drawn, forecast.known, period_days=length, seed=seed)[:, :, :periods]


def _base(forecast: StyleForecast, periods: int, paths: int, seed: int) -> Paths:
    """Draw the paths without what is known beforehand, period by period."""
    common, noise, sales = np.random.SeedSequence(seed).spawn(3)
    shared = np.random.Generator(np.random.SFC64(common))
    scales = _scales(forecast.scale_cv, forecast.gone, paths, shared)
    split = _splits(forecast, paths, shared)
    rates = forecast.mean[:periods, None] * scales
    if not isinf(forecast.dispersion):
        vary(rates, forecast.dispersion, stream(noise))
    # Whole periods lie side by side in memory, as planning reads them.
    return counts(rates, split, stream(sales)).transpose(1, 2, 0)


def _scales(cv: float, gone: float, paths: int, random: np.random.Generator) -> Floats:
    """Return a scale for each path, with mean 1: 0 where demand is over, else Gamma, (paths,).

    One from each of as many equal slices of the law, shuffled: 512 paths of a wide law then
    have its mean within a percent, which independent draws miss by six.
    """
    if cv < KNOWN_BELOW_CV and not gone:
        return np.ones(paths)
    slices = (random.permutation(paths) + random.random(paths)) / paths
    alive = slices >= gone
    if cv < KNOWN_BELOW_CV:
        return alive / (1 - gone)
    shape = cv**-2
    left = np.where(alive, (slices - gone) / (1 - gone), 0.0)
    return np.asarray(gamma_quantiles(shape, left) / shape / (1 - gone))


def _splits(forecast: StyleForecast, paths: int, random: np.random.Generator) -> Floats:
    """Return a split over the SKUs for each path, shape (skus, paths)."""
    split = forecast.colorways
    every = np.zeros(len(forecast.shares), dtype=np.int64)
    if split is None:
        return _dirichlet(forecast.shares, every, paths, random)
    of_sku = np.array(split.of_sku)
    total = np.bincount(of_sku, forecast.shares)
    colorways = _dirichlet(split.units * total / total.sum(), every[: len(total)], paths, random)
    within = np.array(split.within)[of_sku] * forecast.shares / total[of_sku]
    return np.asarray(colorways[of_sku] * _dirichlet(within, of_sku, paths, random))


def _dirichlet(
    concentration: Floats, group_of: Ints, paths: int, random: np.random.Generator
) -> Floats:
    """Return a Dirichlet split within each group for each path, (concentrations, paths)."""
    weight = random.standard_gamma(concentration[:, None], (len(concentration), paths)) + 1e-300
    total = np.zeros((int(group_of.max(initial=-1)) + 1, paths))
    np.add.at(total, group_of, weight)
    return np.asarray(weight / total[group_of])


@dataclass(frozen=True, eq=False)
class PathSummary:
    """What a set of paths says of each period, and of the time from the origin to its end.

    Attributes:
        levels: The quantiles' levels.
        mean: Shape (skus, periods).
        quantiles: The least count that at least this share of paths stays within, shape
            (levels, skus, periods).
        cumulative_mean: Mean demand from the origin to the period's end, shape (skus, periods).
        cumulative_quantiles: Quantiles of it, which are not sums of the periods'.
    """

    levels: tuple[float, ...]
    mean: Floats
    quantiles: NDArray[np.int64]
    cumulative_mean: Floats
    cumulative_quantiles: NDArray[np.int64]


def summarise(
    paths: NDArray[np.integer], levels: Sequence[float] = (0.1, 0.5, 0.7, 0.8, 0.9)
) -> PathSummary:
    """Return means and quantiles of each period and of each time from the origin.

    Args:
        paths: Shape (skus, paths, periods); for the whole style, summed over the first axis
            with `keepdims=True`.
        levels: Each above 0 and at most 1.
    """
    cumulative = paths.cumsum(axis=2, dtype=np.int64)
    return PathSummary(
        levels=tuple(levels),
        mean=paths.mean(axis=1),
        quantiles=_quantiles(paths, levels),
        cumulative_mean=cumulative.mean(axis=1),
        cumulative_quantiles=_quantiles(cumulative, levels),
    )


def _quantiles(paths: NDArray[np.integer], levels: Sequence[float]) -> NDArray[np.int64]:
    """Return the inverted distribution function of the paths, (levels, skus, periods)."""
    count = paths.shape[1]
    ranks = [max(ceil(level * count - 1e-9), 1) - 1 for level in levels]
    ordered = np.sort(np.moveaxis(paths, 1, 2), axis=2)
    return np.asarray(np.moveaxis(ordered[:, :, ranks], 2, 0), dtype=np.int64)
