"""An evaluation's figures: as a table for the terminal, and in full as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from math import isfinite
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from app.forecasting.accuracy.baselines import RAW_MODELS
from app.forecasting.accuracy.evaluate import AGES, HORIZONS
from app.forecasting.accuracy.pairs import Evaluation, Pairs
from app.forecasting.accuracy.scoring import Figure, bias, ratio, wape

OURS = "shortrun"

SHOWN = {"run-rate": "run-\nrate", "run-rate x decay": "x\ndecay", "seasonal naive": "last\nyear"}
"""Baselines with a column of their own, and what it is called."""

LAST_YEAR = "seasonal naive"

LEAST_STYLES = 20
"""Styles from which a standard error is shown: resampled from three, one of which sold almost
nothing, a ratio of .286 had one of 45."""

LEGEND = (
    "WAPE: absolute error over units sold, ± its standard error over styles (few: under"
    f" {LEAST_STYLES} styles, too few for one). bias: forecast too much (+) or too little (-). 80%:"
    " totals inside the central 80% interval, ends by lot, as 80% of them should be; with ends:"
    " its ends counted in, which of few units holds more. age: weeks begun since launch, at least."
    " Beside it the run-rate, the run-rate times a learned decay, the same weeks last year (the"
    " run-rate where a style has none, - where all have none), and the best of the StatsForecast"
    " models on their own. --json has the cohort mean, more baselines and the pinball loss too."
)


@dataclass(frozen=True)
class Scores:
    """What a group of forecasts scored; figures are shares of the units sold.

    Attributes:
        horizon_weeks: Weeks whose total was forecast.
        group: What its styles share: nothing ("all"), an age ("age 13"), or a layer by name.
        forecasts: How many were scored.
        styles: How many styles they are of.
        sold_units: Units sold in all of them.
        wape: Absolute error of each method's expected total, by name; NaN for last year's weeks
            where no style has them.
        bias: What each method forecast too much, by name.
        median_wape: Absolute error of our median total.
        pinball: Our pinball loss.
        crps: Our continuous ranked probability score.
        coverage: Share of totals in our central 80% interval, ends by lot.
        coverage_inclusive: The same with both ends included.
    """

    horizon_weeks: int
    group: str
    forecasts: int
    styles: int
    sold_units: float
    wape: Mapping[str, Figure]
    bias: Mapping[str, Figure]
    median_wape: Figure
    pinball: Figure
    crps: Figure
    coverage: Figure
    coverage_inclusive: Figure


def scores_of(pairs: Pairs, horizon: int, group: str) -> Scores:
    """Return the scores of forecasts of one horizon; without errors of fewer than LEAST_STYLES."""
    rows = {OURS: pairs.mean, **pairs.baselines}
    if not pairs.has_year.any():
        rows[LAST_YEAR] = np.full(len(pairs), np.nan)
    ones = np.ones(len(pairs))
    scores = Scores(
        horizon_weeks=horizon,
        group=group,
        forecasts=len(pairs),
        styles=len(np.unique(pairs.style)),
        sold_units=float(pairs.actual.sum()),
        wape={name: wape(pairs.actual, row, pairs.style) for name, row in rows.items()},
        bias={name: bias(pairs.actual, row, pairs.style) for name, row in rows.items()},
        median_wape=wape(pairs.actual, pairs.median, pairs.style),
        pinball=ratio(pairs.pinball, pairs.actual, pairs.style),
        crps=ratio(pairs.crps, pairs.actual, pairs.style),
        coverage=ratio(pairs.covered, ones, pairs.style),
        coverage_inclusive=ratio(pairs.within, ones, pairs.style),
    )
    return scores if scores.styles >= LEAST_STYLES else _without_errors(scores)


def _without_errors(scores: Scores) -> Scores:
    """Return the scores with every standard error NaN."""

    def bare(value: Any) -> Any:
        if isinstance(value, Figure):
            return replace(value, error=np.nan)
        return (
            {name: bare(one) for name, one in value.items()} if isinstance(value, dict) else value
        )

    return Scores(**{name: bare(value) for name, value in vars(scores).items()})


def all_scores(evaluation: Evaluation) -> list[Scores]:
    """Return the scores by horizon: of all forecasts, by age, and by layer."""
    return [
        scores_of(evaluation.pairs.only(chosen), horizon, group)
        for horizon, group, chosen in _groups(evaluation.pairs)
        if chosen.any()
    ]


def _groups(pairs: Pairs) -> Iterator[tuple[int, str, Any]]:
    """Yield each horizon's groups and which forecasts are in them."""
    for horizon in HORIZONS:
        of_horizon = pairs.horizon == horizon
        yield horizon, "all", of_horizon
        for age in AGES:
            yield horizon, f"age {age}", of_horizon & (pairs.age == age)
        for layer in np.unique(pairs.layer[of_horizon]):
            yield horizon, str(layer), of_horizon & (pairs.layer == layer)


def cut_days(evaluation: Evaluation, origin: date) -> list[date]:
    """Return the days that forecasts were made as of, earliest first."""
    return [origin - timedelta(weeks=cut) for cut in evaluation.cuts]


def to_json(evaluation: Evaluation, brand: str, origin: date) -> dict[str, Any]:
    """Return everything as JSON types; a figure that does not exist is null."""
    return {
        "brand": brand,
        "as_of": origin.isoformat(),
        "cuts": [day.isoformat() for day in cut_days(evaluation, origin)],
        "forecasts": len(evaluation.pairs),
        "left_out_short_of_stock": evaluation.short_of_stock,
        "scores": [_as_json(asdict(scores)) for scores in all_scores(evaluation)],
    }


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(inside) for key, inside in value.items()}
    return None if isinstance(value, float) and not isfinite(value) else value


def print_report(evaluation: Evaluation, brand: str, origin: date, console: Console) -> None:
    """Print a table for each horizon, and what the columns mean."""
    days = ", ".join(day.isoformat() for day in cut_days(evaluation, origin))
    if not evaluation.pairs.actual.any():
        hidden = f" ({evaluation.short_of_stock:,} totals short of stock)"
        console.print(
            f"{brand}: there is nothing to look at yet: no style sold anything in the weeks after"
            f" {days}{hidden if evaluation.short_of_stock else ''}",
            highlight=False,
        )
        return
    console.print(f"{brand}: forecasts made as of {days}", highlight=False)
    scores = all_scores(evaluation)
    for horizon in HORIZONS:
        rows = [row for row in scores if row.horizon_weeks == horizon]
        if rows:
            console.print(_table(horizon, rows))
    left_out = f" {evaluation.short_of_stock:,} totals left out: short of stock."
    console.print(LEGEND + left_out, highlight=False)


def _table(horizon: int, rows: list[Scores]) -> Table:
    """Return a table of one horizon that fits into 80 columns."""
    title = f"WAPE of the units of the next {horizon} weeks"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("styles of", no_wrap=True)
    for name in ("totals", OURS, "bias", "80%", "with\nends", "CRPS", *SHOWN.values(), "best\nraw"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        ours = row.wape[OURS]
        table.add_row(
            row.group,
            f"{row.forecasts:,}",
            _with_error(ours),
            _shown(row.bias[OURS].value, "+z.2f"),
            _shown(row.coverage.value, ".0%"),
            _shown(row.coverage_inclusive.value, ".0%"),
            _shown(row.crps.value),
            *(_shown(row.wape[name].value) for name in SHOWN),
            _shown(min(row.wape[name].value for name in RAW_MODELS)),
        )
    return table


def _with_error(figure: Figure) -> str:
    if not isfinite(figure.value):
        return "-"
    error = f"± {figure.error:.3f}" if isfinite(figure.error) else "(few)"
    return f"{figure.value:.3f} {error}"


def _shown(value: float, form: str = ".3f") -> str:
    return format(value, form) if isfinite(value) else "-"
