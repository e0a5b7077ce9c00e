"""What is easy to do instead of our forecast: totals of the next weeks, from the same pasts.

Each baseline has its best chance: rates count only weeks on sale and in stock, the decay is the
one of least absolute error, and where one cannot say anything the run-rate stands in for it. Of a
style that never sold, all say what other styles sold in the weeks after their launch.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.demand.panel import DemandPanel
from app.forecasting.fitted.engine import raw_forecasts
from app.forecasting.model import Floats, Ints

RUN_RATE_WEEKS = 13
"""Latest weeks on sale that a run-rate is the mean of; a younger style's are all it has."""

LEAST_SEEN_WEEKS = 0.5
"""Least time that a rate is taken over: one sale on the first evening is not ten a week."""

WINDOW_WEEKS = 4

OLD_WEEKS = 26
"""Age from which styles teach a decay by their latest weeks, whatever their age."""

YEAR_WEEKS = 52

RAW_MODELS = {
    "HistoricAverage": "HistoricAverage",
    "SES": "SES",
    "AutoETS": "AutoETS as it comes",
    "Theta": "Theta as it comes",
    "CrostonSBA": "CrostonSBA",
}
"""StatsForecast models of their own, by the engine's name."""


@dataclass(frozen=True, eq=False)
class Past:
    """What a weekly panel shows of each style, all SKUs together.

    Attributes:
        units: Units of each week, shape (styles, weeks).
        on_sale: Share of the week and its SKUs on sale, shape (styles, weeks).
        available: Share of them on sale and in stock, shape (styles, weeks).
        started: Index of the first week on sale, the number of weeks where there is none,
            shape (styles,).
    """

    units: Floats
    on_sale: Floats
    available: Floats
    started: Ints

    @classmethod
    def of(cls, panel: DemandPanel) -> "Past":
        """Return the past of a panel's styles, in its order."""
        styles, weeks = len(panel.styles), panel.demand.shape[1]
        skus = np.maximum(np.bincount(panel.style_of, minlength=styles), 1)[:, None]

        def by_style(values: Floats) -> Floats:
            summed = np.zeros((styles, weeks))
            np.add.at(summed, panel.style_of, values)
            return summed

        on_sale = by_style(panel.exposure) / skus
        return cls(
            units=by_style(panel.base_demand.astype(np.float64)),
            on_sale=on_sale,
            available=by_style(panel.exposure * panel.in_stock_share) / skus,
            started=(np.cumsum(on_sale > 0, axis=1) == 0).sum(axis=1).astype(np.int64),
        )

    @property
    def weeks(self) -> int:
        """How many weeks there are."""
        return int(self.units.shape[1])

    @property
    def ages(self) -> Ints:
        """Return the weeks begun since each style's launch, at the end of the past, (styles,)."""
        return self.weeks - self.started


def rates(past: Past, at: Ints, weeks: int) -> Floats:
    """Return units a week in stock over the last weeks before a column, shape (styles,).

    Args:
        past: The styles.
        at: The column of each, shape (styles,).
        weeks: How many weeks before it, > 0.
    """
    first = np.maximum(np.maximum(at - weeks, past.started), 0)
    sold = _between(past.units, first, at)
    seen = _between(past.available, first, at)
    return np.asarray(sold / np.maximum(seen, LEAST_SEEN_WEEKS))


def _between(values: Floats, first: Ints, until: Ints) -> Floats:
    """Return each row's sum from one column to before another, shape (rows,)."""
    running = np.pad(np.cumsum(values, axis=1), ((0, 0), (1, 0)))
    rows = np.arange(len(values))
    return np.asarray(running[rows, np.maximum(until, first)] - running[rows, first])


def lessons(taught: Past, age: int, horizon: int) -> tuple[Floats, Floats]:
    """Return the run-rates that styles had at an age, and what they sold in the weeks after.

    Only styles whose launch was seen, unless the age is that of an old style; only weeks at
    least half in stock, scaled up to all of it.
    """
    old = age >= OLD_WEEKS
    at = np.full_like(taught.started, taught.weeks - horizon) if old else taught.started + age
    complete = (at + horizon <= taught.weeks) & (at - taught.started >= age)
    chosen = np.flatnonzero(complete & (old | (taught.started > 0)))
    some = Past(
        taught.units[chosen],
        taught.on_sale[chosen],
        taught.available[chosen],
        taught.started[chosen],
    )
    at = at[chosen]
    sold = _between(some.units, at, at + horizon)
    on_sale = _between(some.on_sale, at, at + horizon)
    seen = _between(some.available, at, at + horizon)
    shown = (on_sale > 0) & (seen >= on_sale / 2)
    scaled = sold[shown] * on_sale[shown] / seen[shown]
    return rates(some, at, RUN_RATE_WEEKS)[shown], scaled


def decay_of(rate: Floats, sold: Floats, horizon: int) -> float:
    """Return the factor of the run-rate that would have erred least; 1 without lessons.

    The weighted median of what was sold over the run-rate's total: it minimises the sum of
    absolute errors.
    """
    expected = rate * horizon
    some = expected > 0
    if not some.any():
        return 1.0
    factors, weights = sold[some] / expected[some], expected[some]
    order = np.argsort(factors)
    reached = np.cumsum(weights[order]) >= weights.sum() / 2
    return float(factors[order][reached.argmax()])


def seasonal(past: Past, horizon: int, instead: Floats) -> Floats:
    """Return what was sold in the same weeks a year before; `instead` where not on sale then."""
    first = past.weeks - YEAR_WEEKS
    if first < 0:
        return instead
    was_on_sale = (past.started <= first) & (past.started < past.weeks)
    sold = past.units[:, first : first + horizon].sum(axis=1)
    return np.where(was_on_sale, sold, instead)


def baselines(
    past: Past, taught: Past, horizon: int, raw: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Return each baseline's total of the next weeks for each style, by name, (styles,) each.

    Args:
        past: The styles forecast, as they stood.
        taught: The styles that decay and cohort are learned from, no later than `past`.
        horizon: Weeks to come, 1 to 52.
        raw: What `raw_ahead` gave for `past`, at least so many weeks.
    """
    now = np.full_like(past.started, past.weeks)
    run_rate = rates(past, now, RUN_RATE_WEEKS) * horizon
    decayed, cohort = run_rate.copy(), run_rate.copy()
    ages = np.minimum(past.ages, OLD_WEEKS)
    for age in np.unique(ages):
        chosen = ages == age
        rate, sold = lessons(taught, int(age), horizon)
        decayed[chosen] *= decay_of(rate, sold, horizon)
        if len(sold):
            cohort[chosen] = sold.mean()
        elif age == 0:
            cohort[chosen] = _mean_rate(taught) * horizon
    totals = {name: ahead[:, :horizon].sum(axis=1) for name, ahead in raw.items()}
    found = {
        "run-rate": run_rate,
        "run-rate x decay": decayed,
        "cohort mean": cohort,
        "naive": rates(past, now, 1) * horizon,
        "window average": rates(past, now, WINDOW_WEEKS) * horizon,
        "seasonal naive": seasonal(past, horizon, run_rate),
        **{name: np.where(np.isfinite(total), total, run_rate) for name, total in totals.items()},
    }
    return {name: np.where(past.ages > 0, total, cohort) for name, total in found.items()}


def raw_ahead(past: Past, weeks: int) -> dict[str, Floats]:
    """Return what single StatsForecast models say of the weeks since launch, NaN where nothing.

    By name, each >= 0 and of shape (styles, weeks).
    """
    sold = np.flatnonzero(past.ages > 0)
    histories = [past.units[style, past.started[style] :] for style in sold]
    ahead = raw_forecasts(histories, list(RAW_MODELS.values()), weeks)
    found = {}
    for name, model in RAW_MODELS.items():
        found[name] = np.full((len(past.units), weeks), np.nan)
        found[name][sold] = np.maximum(ahead[model], 0.0)
    return found


def _mean_rate(taught: Past) -> float:
    """Return units a week of an average style in stock; 0 without any."""
    seen = float(taught.available.sum())
    return float(taught.units.sum()) / seen if seen > 0 else 0.0
