"""Our forecasts of totals, with parts of the model left out on demand, and tables of scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel
from app.forecasting.accuracy.evaluate import learn_all
from app.forecasting.accuracy.scoring import (
    Figure,
    bias,
    covered,
    crps,
    quantiles,
    ratio,
    resamples,
    wape,
    within,
)
from app.forecasting.forecast import forecast_styles
from app.forecasting.past.learning import learn_priors
from app.forecasting.past.powers import POWERS
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.profiles import PROFILE_WEEKS
from app.forecasting.paths import draw_paths, seed_of

Floats = NDArray[np.float64]

Part = Literal["censoring", "sharing", "profile", "joint"]
PARTS: tuple[Part, ...] = get_args(Part)

PATHS = 512


def learn(history: DemandPanel, *, fits: bool = True) -> BrandPriors:
    """Return all that the service learns from a brand's weekly past.

    `fits` leaves out, where no style forecast is old enough for it, what fitted models learn.
    """
    return learn_all(history) if fits else learn_priors(history)


@dataclass(frozen=True, eq=False)
class Totals:
    """Forecasts of a total.

    Attributes:
        mean: Expected units, shape (styles,).
        paths: Draws of it, shape (styles, PATHS).
    """

    mean: Floats
    paths: Floats

    @property
    def median(self) -> Floats:
        return quantiles(self.paths, (0.5,))[0]

    @classmethod
    def joined(cls, parts: Sequence["Totals"]) -> "Totals":
        return cls(
            np.concatenate([part.mean for part in parts]),
            np.concatenate([part.paths for part in parts]),
        )


def our_totals(
    panel: DemandPanel, priors: BrandPriors, weeks: int, without: Part | None = None
) -> Totals:
    """Return our forecast of the next weeks' total of each style of a panel."""
    if without == "sharing":
        priors = BrandPriors()
    if without == "profile":
        even = tuple(float(power == 0) for power in POWERS)
        flat = (1.0,) * PROFILE_WEEKS
        priors = replace(priors, profile=flat, profiles={}, powers=even, ways=())
    if without == "censoring":
        panel = replace(panel, in_stock_share=np.ones_like(panel.in_stock_share))
    forecasts = forecast_styles(panel, priors)
    paths = np.empty((len(forecasts), PATHS))
    for row, forecast in zip(paths, forecasts, strict=True):
        seed = seed_of("benchmark", forecast.style_code, forecast.origin)
        drawn = draw_paths(forecast, periods=weeks, paths=PATHS, seed=seed).sum(axis=0)
        if without == "joint":
            random = np.random.default_rng(seed)
            drawn = random.permuted(drawn, axis=0)
        row[:] = drawn.sum(axis=1)
    mean = np.array([forecast.mean[:weeks].sum() for forecast in forecasts])
    return Totals(mean, paths)


def print_table(
    title: str, actual: Floats, ours: Totals, easy: Mapping[str, Floats], styles: Sequence[int]
) -> None:
    """Print everyone's WAPE and bias, and how well our paths cover what happened."""
    groups = np.array(styles)
    print(f"\n{title}: {len(actual):,} forecasts, {actual.sum():,.0f} units")
    print(f"  {'':38} {'WAPE':>7} {'s.e.':>6}   {'bias':>7} {'s.e.':>6}")
    rows = {"ours, mean": ours.mean, "ours, median": ours.median, **easy}
    found = {name: wape(actual, predicted, groups) for name, predicted in rows.items()}
    for name, predicted in rows.items():
        print(f"  {name:38} {_plain(found[name])}   {_plain(bias(actual, predicted, groups))}")
    best = min(easy, key=lambda name: found[name].value)
    for name in ("ours, mean", "ours, median"):
        less = relative(actual, rows[name], easy[best], groups)
        print(f"  {name} over {best}: {less.value:.3f} (s.e. {less.error:.3f})")
    ones = np.ones(len(actual))
    print(
        f"  80% intervals cover {_share(ratio(covered(actual, ours.paths), ones, groups))}"
        f" (ends included {_share(ratio(within(actual, ours.paths), ones, groups))});"
        f" CRPS over units {_plain(ratio(crps(actual, ours.paths), actual, groups))}"
    )


def relative(actual: Floats, one: Floats, other: Floats, styles: NDArray[np.int64]) -> Figure:
    """Return one forecast's WAPE over another's, with its bootstrap standard error over styles."""
    _, number = np.unique(styles, return_inverse=True)
    count = int(number.max()) + 1
    top = np.bincount(number, np.abs(one - actual), minlength=count)
    bottom = np.bincount(number, np.abs(other - actual), minlength=count)
    drawn = resamples(count)
    error = float(((drawn @ top) / (drawn @ bottom)).std())
    return Figure(float(top.sum() / bottom.sum()), error)


def _plain(figure: Figure) -> str:
    return f"{figure.value:7.3f} {figure.error:6.3f}"


def _share(figure: Figure) -> str:
    return f"{figure.value:.1%} (s.e. {figure.error:.1%})"
