"""Rolling-origin evaluation: what the forecasts of a brand's past days would have said.

At each cut the brand's priors are learned from what lay before it, every style is forecast from
what lay before it, and the total of the next weeks is compared with what was sold. A style that
was to launch in the week of a cut is forecast before its first sale. Weeks in which a style was
short of stock do not show its demand: a total with such a week is left out, which spares every
method the same styles, often the ones that sold more than anyone thought.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel
from app.forecasting.accuracy.baselines import YEAR_WEEKS, Past, baselines, raw_ahead
from app.forecasting.accuracy.pairs import Evaluation, Pairs, joined
from app.forecasting.accuracy.scoring import covered, crps, pinball, quantiles, within
from app.forecasting.forecast import forecast_styles
from app.forecasting.model import Floats, Ints, StyleForecast
from app.forecasting.past.learning import learn_priors
from app.forecasting.past.learning_fits import learn_fits
from app.forecasting.past.priors import BrandPriors
from app.forecasting.paths import draw_paths, seed_of
from app.forecasting.seen.cuts import before

AGES = (0, 1, 2, 3, 5, 8, 13, 26)
"""Weeks begun since a style's launch that are reported; ages between belong to the lower one."""

HORIZONS = (4, 8, 13)
"""Weeks whose total demand is forecast."""

LEAST_WEEKS = 8
"""Weeks of a brand's past before the first cut: with less there is nothing to learn from."""

IN_STOCK_FROM = 0.95
"""Share of the time in stock from which a week shows a style's demand."""

PATHS = 512

Learn = Callable[[DemandPanel], BrandPriors]
"""Learns a brand's priors from its weekly past."""


def cuts_of(panel: DemandPanel, count: int) -> tuple[int, ...]:
    """Return cuts evenly spaced over the panel's past, in weeks back from its origin.

    The earliest leaves weeks to learn from, the latest the shortest horizon to look at; none
    where the past is too short for both.
    """
    earliest = panel.demand.shape[1] - LEAST_WEEKS
    latest = min(HORIZONS)
    if earliest < latest or count < 1:
        return ()
    spaced = np.linspace(earliest, latest, count) if count > 1 else np.array([latest])
    return tuple(sorted({round(float(cut)) for cut in spaced}, reverse=True))


def learn_all(history: DemandPanel) -> BrandPriors:
    """Return all that a refresh learns from a brand's weekly past, what it keeps for days too."""
    return learn_fits(history, learn_priors(history))


def evaluate(panel: DemandPanel, cuts: Iterable[int], *, learn: Learn = learn_all) -> Evaluation:
    """Forecast every style of a brand at every cut, and score the totals of the next weeks.

    Args:
        panel: The brand's whole past in weeks.
        cuts: Weeks back from the panel's origin, each at least 1.
        learn: What learns the priors that the forecasts rest on.
    """
    parts: list[Pairs] = []
    looked_at = []
    hidden = 0
    for cut in cuts:
        looked_at.append(cut)
        horizons = [weeks for weeks in HORIZONS if weeks <= cut]
        known = before(panel, cut, announced_weeks=1)
        if not known.styles or not horizons:
            continue
        said = _Said.of(known, before(panel, cut), learn, horizons)
        for weeks in horizons:
            actual, shown = _sold_next(panel, known, cut, weeks)
            parts.append(said.pairs(weeks, actual, _numbers(panel, known), cut).only(shown))
            hidden += int((~shown).sum())
    return Evaluation(tuple(looked_at), joined(parts), hidden)


@dataclass(frozen=True, eq=False)
class _Said:
    """What was said at a cut: by our forecasts, and what the baselines are made of.

    Attributes:
        forecasts: Our forecast of each style known.
        totals: Paths of its total demand by horizon, shape (styles, PATHS) each.
        past: What was known of each style.
        taught: What was known of all styles that others learn from.
        raw: What single StatsForecast models say.
    """

    forecasts: Sequence[StyleForecast]
    totals: Mapping[int, Floats]
    past: Past
    taught: Past
    raw: Mapping[str, Floats]

    @classmethod
    def of(
        cls, known: DemandPanel, taught: DemandPanel, learn: Learn, horizons: Sequence[int]
    ) -> "_Said":
        """Return what is said of the styles known, learned from those that taught."""
        forecasts = forecast_styles(known, learn(taught))
        drawn = np.stack([totals_of(forecast, horizons) for forecast in forecasts])
        past = Past.of(known)
        return cls(
            forecasts=forecasts,
            totals={weeks: drawn[:, index] for index, weeks in enumerate(horizons)},
            past=past,
            taught=Past.of(taught),
            raw=raw_ahead(past, max(horizons)),
        )

    def pairs(self, weeks: int, actual: Floats, styles: Ints, cut: int) -> Pairs:
        """Return the forecasts of one horizon beside what was sold."""
        totals = self.totals[weeks]
        count = len(self.forecasts)
        return Pairs(
            style=styles,
            cut=np.full(count, cut),
            age=groups_of(self.past.ages),
            layer=np.array([forecast.layer for forecast in self.forecasts]),
            horizon=np.full(count, weeks),
            actual=actual,
            mean=np.array([forecast.mean[:weeks].sum() for forecast in self.forecasts]),
            median=quantiles(totals, (0.5,))[0],
            crps=crps(actual, totals),
            pinball=pinball(actual, quantiles(totals)),
            covered=covered(actual, totals),
            within=within(actual, totals),
            has_year=self.past.ages >= YEAR_WEEKS,
            baselines=baselines(self.past, self.taught, weeks, self.raw),
        )


def _numbers(panel: DemandPanel, known: DemandPanel) -> Ints:
    """Return the index in the whole panel of each style known at a cut."""
    index = {style.code: number for number, style in enumerate(panel.styles)}
    return np.array([index[style.code] for style in known.styles], dtype=np.int64)


def groups_of(ages: Ints) -> Ints:
    """Return the group of `AGES` that each age belongs to."""
    return np.array(AGES)[np.searchsorted(AGES, ages, side="right") - 1]


def totals_of(forecast: StyleForecast, horizons: Sequence[int]) -> Floats:
    """Return paths of a style's total demand of the next weeks, shape (horizons, PATHS)."""
    seed = seed_of("accuracy", forecast.style_code, forecast.origin)
    paths = draw_paths(forecast, periods=max(horizons), paths=PATHS, seed=seed).sum(axis=0)
    return np.stack([paths[:, :weeks].sum(axis=1) for weeks in horizons]).astype(np.float64)


def _sold_next(
    panel: DemandPanel, known: DemandPanel, cut: int, weeks: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return what the styles known at a cut sold next, and whether stock let it show, (styles,)."""
    row = {sku: index for index, sku in enumerate(panel.sku_ids)}
    rows = np.array([row[sku] for sku in known.sku_ids], dtype=np.int64)
    start = panel.demand.shape[1] - cut
    ahead = slice(start, start + weeks)
    styles = len(known.styles)
    units = panel.base_demand[rows, ahead].sum(axis=1)
    sold = np.bincount(known.style_of, units, minlength=styles).astype(np.float64)
    exposure = panel.exposure[rows, ahead]
    in_stock = np.zeros((styles, weeks))
    on_sale = np.zeros((styles, weeks))
    np.add.at(in_stock, known.style_of, exposure * panel.in_stock_share[rows, ahead])
    np.add.at(on_sale, known.style_of, exposure)
    shown = (in_stock >= IN_STOCK_FROM * on_sale).all(axis=1) & (on_sale.sum(axis=1) > 0)
    return sold, shown
