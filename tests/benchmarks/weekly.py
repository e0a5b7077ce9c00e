"""The VN1 data set with its 13 weeks alone: phase 1 to learn from, phase 2 to forecast.

    uv run python -m tests.benchmarks.weekly [--data DIR] [--series N] [--tune] [--dated]

Score: (sum of absolute errors + absolute sum of errors) over what was sold, by series and week, in
percent, as the challenge had it; standard errors by bootstrap over series. Clean-up: none; negative
weeks, of which there is none in phase 1, would count as 0 in what we learn from. A series is a
style of one SKU, its family the client; it was on sale in all weeks and its launch is not known.
With `--dated`, one first sold after the first week was launched then, as the service has it of a
brand that states no launch. Everyone sees the same weeks; a model that gives no forecast for a
series is replaced by the mean of its weeks.

Ours is scored twice: the mean, which plans are made from, and the best single number for this
score. Absolute errors are least at a median, the error of the sum at a mean; with both, at one
quantile of every series and week alike, the one at which all of them together are the mean's total.
That number is the one held against the others: cut after 8, 9, 10, 11, 12 weeks of phase 1 it
scores 62.6, 60.9, 60.9, 57.4, 35.8, the mean 63.5, 60.8, 59.9, 57.2, 38.2.

`--tune N` forecasts the last N weeks of phase 1 from those before and never opens phase 2: settings
are chosen there. `--series` takes that many series at random.

Source:
    Gneiting (2011), "Making and Evaluating Point Forecasts", JASA 106(494): a score says which
    functional of a forecast it asks for.
"""

import argparse
import gzip
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel, PanelStyle
from app.forecasting.accuracy.scoring import resamples
from app.forecasting.fitted.engine import raw_forecasts
from app.forecasting.forecast import forecast_styles
from app.forecasting.model import StyleForecast
from app.forecasting.paths import draw_paths, seed_of, summarise
from tests.benchmarks.ours import learn

Floats = NDArray[np.float64]

ORIGIN = date(2024, 1, 8)
LEVELS = tuple(np.arange(0.4, 0.75, 0.01).round(2).tolist())
"""Quantiles one of which has the mean's total."""

RAW = {
    "naive": "Naive",
    "HistoricAverage": "HistoricAverage",
    "WindowAverage 4": "WindowAverage4",
    "WindowAverage 8": "WindowAverage8",
    "SES": "SES",
    "AutoETS": "AutoETS as it comes",
    "Theta": "Theta as it comes",
    "CrostonSBA": "CrostonSBA",
}


def read(path: Path) -> tuple[list[list[str]], Floats]:
    """Return what a phase's series are of: client, warehouse, product; and their weeks.

    The second of shape (series, weeks).
    """
    with gzip.open(path, "rt") as file:
        rows = [line.strip().split(",") for line in file][1:]
    return [row[:3] for row in rows], np.array([row[3:] for row in rows], dtype=np.float64)


def panel_of(series: list[list[str]], units: Floats, origin: date, *, dated: bool) -> DemandPanel:
    """Return the series as styles of one brand, under the same codes in whatever order."""
    count, weeks = units.shape
    sold = units > 0
    first = np.where(sold.any(axis=1) & dated, sold.argmax(axis=1), 0)
    exposure = np.arange(weeks) >= first[:, None]
    launched = [origin - timedelta(weeks=int(weeks - week)) if week else None for week in first]
    return DemandPanel(
        origin=origin,
        period_days=7,
        styles=tuple(
            PanelStyle(index, "-".join(of), f"client {of[0]}", 0.0, {}, (), day, None)
            for index, (of, day) in enumerate(zip(series, launched, strict=True))
        ),
        sku_ids=tuple(range(count)),
        sku_codes=tuple("-".join(of) for of in series),
        style_of=np.arange(count),
        colorways=np.zeros(count, dtype=np.int64),
        demand=np.maximum(units, 0).round().astype(np.int64),
        in_stock_share=np.ones(units.shape),
        exposure=exposure.astype(np.float64),
        returned=np.zeros(units.shape, dtype=np.int64),
        sizes=("ONE",) * count,
    )


def score(actual: Floats, predicted: Floats) -> tuple[float, float, float]:
    """Return the challenge's score in percent, its standard error, and the bias in percent."""
    error = predicted - actual
    sums = np.stack([np.abs(error).sum(axis=1), error.sum(axis=1), actual.sum(axis=1)])
    drawn = sums @ resamples(len(actual)).T
    found = (drawn[0] + np.abs(drawn[1])) / drawn[2]
    total = sums.sum(axis=1)
    value = (total[0] + abs(total[1])) / total[2]
    return 100 * value, 100 * float(found.std()), 100 * total[1] / total[2]


def of_equal_total(forecasts: list[StyleForecast], horizon: int) -> tuple[Floats, float]:
    """Return the quantile of each series and week at the level whose total is the mean's.

    And the level; the first of shape (series, horizon).
    """
    drawn = np.empty((len(LEVELS), len(forecasts), horizon))
    for index, forecast in enumerate(forecasts):
        seed = seed_of("vn1", forecast.style_code, forecast.origin)
        paths = draw_paths(forecast, periods=horizon, seed=seed)
        drawn[:, index] = summarise(paths, LEVELS).quantiles[:, 0]
    mean = sum(forecast.mean[:horizon].sum() for forecast in forecasts)
    nearest = int(np.abs(drawn.sum(axis=(1, 2)) - mean).argmin())
    return drawn[nearest], LEVELS[nearest]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--series", type=int)
    options.add_argument("--tune", type=int, metavar="N", default=0)
    options.add_argument("--dated", action="store_true")
    chosen = options.parse_args()
    series, past = read(chosen.data / "vn1_phase1_sales.csv.gz")
    if chosen.tune:
        past, actual = past[:, : -chosen.tune], past[:, -chosen.tune :]
    else:
        actual = read(chosen.data / "vn1_phase2_sales.csv.gz")[1]
    keep = np.random.default_rng(1).permutation(len(past))[: chosen.series]
    past, actual = past[keep], actual[keep]
    horizon = actual.shape[1]
    origin = ORIGIN - timedelta(weeks=chosen.tune)
    print(f"{date.today()}  vn1, {len(past):,} series, {past.shape[1]} weeks -> {horizon}")

    started = time.perf_counter()
    panel = panel_of([series[index] for index in keep], past, origin, dated=chosen.dated)
    forecasts = forecast_styles(panel, learn(panel))
    seconds = time.perf_counter() - started
    rows = {"ours, mean": np.array([forecast.mean[:horizon] for forecast in forecasts])}
    rows["ours, quantile"], level = of_equal_total(forecasts, horizon)
    mean = np.broadcast_to(past.mean(axis=1, keepdims=True), actual.shape)
    for name, model in RAW.items():
        ahead = raw_forecasts(list(past), [model], horizon)[model]
        rows[name] = np.where(np.isfinite(ahead), np.maximum(ahead, 0.0), mean)
    print(f"  {'':18} {'score':>7} {'s.e.':>6} {'bias':>7}")
    for name, predicted in rows.items():
        value, error, leaning = score(actual, predicted)
        print(f"  {name:18} {value:7.2f} {error:6.2f} {leaning:7.2f}")
    layers = np.unique([forecast.layer for forecast in forecasts], return_counts=True)
    print(f"  ours, quantile: at {level:.2f}")
    print(f"  layers {dict(zip(*(part.tolist() for part in layers), strict=True))}")
    print(f"  ours took {seconds:.0f} s, all {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
