"""Forecasting and drawing a fleet, against the bare model calls and one numpy draw of its size.

    uv run python -m tests.benchmarks.forecasting [--styles N] [--skus N]

Styles of 4 sizes in 8 families, 0 to 104 weeks old, in one panel; priors are learned before, as
once a day. Ours: `forecast_styles`, then `draw_paths` at 512 paths x 26 periods of each style. The
floor: `fit_histories` on the arrays that ours hands it, ready made, and for each style Gamma
rates and one `Generator.poisson` of the same (4, 512, 26) numbers. Both once on a day of full
fits and once, warm, on the day after it. Rounds alternate and the best of each counts.

`--skus` forecasts, draws and summarises that many SKUs in chunks of 500 styles instead, and says
how much memory the process and its child took at most.
"""

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from app.demand.panel import DemandPanel, PanelStyle
from app.forecasting import layers
from app.forecasting.forecast import forecast_styles
from app.forecasting.layers import NO_WISHES, FitWishes
from app.forecasting.model import StyleForecast
from app.forecasting.past.priors import BrandPriors
from app.forecasting.paths import draw_paths, seed_of, summarise
from tests.benchmarks.ours import learn

ORIGIN = date(2026, 6, 1)
WEEKS = 104
SKUS_A_STYLE = 4
PATHS, PERIODS = 512, 26
ROUNDS = 2
CHUNK_STYLES = 500


def fleet(styles: int, seed: int) -> DemandPanel:
    """Return styles of mixed ages whose demand fades over half a year."""
    random = np.random.default_rng(seed)
    ages = random.integers(0, WEEKS + 1, styles)
    age = np.arange(WEEKS) - (WEEKS - ages[:, None]) + 0.5
    on_sale = np.repeat(age > 0, SKUS_A_STYLE, axis=0).astype(np.float64)
    rate = random.lognormal(1.0, 0.8, (styles, 1)) * (0.3 + np.exp(-np.maximum(age, 0) / 26))
    demand = random.poisson(np.repeat(rate, SKUS_A_STYLE, axis=0)) * on_sale.astype(np.int64)
    skus = styles * SKUS_A_STYLE
    return DemandPanel(
        origin=ORIGIN,
        period_days=7,
        styles=tuple(
            PanelStyle(
                index,
                f"S{seed}-{index}",
                f"family {index % 8}",
                40.0,
                {},
                (),
                ORIGIN - timedelta(weeks=int(ages[index])),
                None,
            )
            for index in range(styles)
        ),
        sku_ids=tuple(range(skus)),
        sku_codes=tuple(f"S{seed}-{index}" for index in range(skus)),
        style_of=np.repeat(np.arange(styles), SKUS_A_STYLE),
        colorways=np.repeat(np.arange(styles), SKUS_A_STYLE),
        demand=demand,
        in_stock_share=np.where(random.random(demand.shape) < 0.05, 0.5, 1.0),
        exposure=on_sale,
        returned=np.zeros_like(demand),
        sizes=("S", "M", "L", "XL") * styles,
    )


def drawn(forecast: StyleForecast) -> np.ndarray:
    seed = seed_of("acme", forecast.style_code, forecast.origin)
    return draw_paths(forecast, periods=PERIODS, paths=PATHS, seed=seed)


def ours(panel: DemandPanel, priors: BrandPriors, wishes: FitWishes) -> list[StyleForecast]:
    forecasts = forecast_styles(panel, priors, wishes)
    for forecast in forecasts:
        drawn(forecast)
    return forecasts


def floor(calls: list[tuple[Any, Any]], forecasts: list[StyleForecast]) -> None:
    for args, kwargs in calls:
        layers.fit_histories(*args, **kwargs)
    random = np.random.default_rng(1)
    for forecast in forecasts:
        rates = random.standard_gamma(2.0, (PATHS, PERIODS)) / 2.0 * forecast.mean[:PERIODS]
        share = np.array(forecast.shares) / sum(forecast.shares)
        random.poisson(rates * share[:, None, None])


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def compare(panel: DemandPanel, priors: BrandPriors, wishes: FitWishes, name: str) -> None:
    """Print styles a second of ours and of the floor, and their ratio."""
    calls: list[tuple[Any, Any]] = []
    plain = layers.fit_histories

    def recorded(*args: Any, **kwargs: Any) -> Any:
        calls.append((args, kwargs))
        return plain(*args, **kwargs)

    with patch.object(layers, "fit_histories", recorded):
        forecasts = ours(panel, priors, wishes)
    seconds = [
        (
            timed(lambda: ours(panel, priors, wishes)),
            timed(lambda: floor(calls, forecasts)),
            timed(lambda: floor(calls, [])),
        )
        for _ in range(ROUNDS)
    ]
    mine, bare, fits = (min(part) for part in zip(*seconds, strict=True))
    count = len(panel.styles)
    print(
        f"  {name:9} ours {count / mine:6,.0f} styles/s ({mine:.1f} s)  floor {count / bare:6,.0f}"
        f" ({bare:.1f} s, of it models {fits:.1f} s)  ratio {bare / mine:.2f}"
    )


def in_chunks(skus: int) -> None:
    """Forecast a fleet chunk by chunk, keeping nothing but forecasts as a worker stores them."""
    priors = learn(fleet(2_000, 1))
    started = time.perf_counter()
    styles = skus // SKUS_A_STYLE
    for chunk in range(-(-styles // CHUNK_STYLES)):
        for forecast in forecast_styles(fleet(CHUNK_STYLES, 100 + chunk), priors):
            summarise(drawn(forecast))
    seconds = time.perf_counter() - started
    own, child = (sum(kilobytes) / 2**20 for kilobytes in (_peaks("self"), _peaks(*_children())))
    print(f"  {skus:,} SKUs in {seconds:.0f} s; at most {own:.2f} GB, its child {child:.2f} GB")


def _peaks(*processes: str) -> list[int]:
    """Return the most memory that each process held at once, in kilobytes; Linux only."""
    lines = [
        line
        for process in processes
        for line in Path(f"/proc/{process}/status").read_text().splitlines()
    ]
    return [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]


def _children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--styles", type=int, default=2_000)
    options.add_argument("--skus", type=int)
    chosen = options.parse_args()
    print(f"{date.today()}  forecasting, {PATHS} paths x {PERIODS} periods")
    if chosen.skus:
        in_chunks(chosen.skus)
        return
    panel = fleet(chosen.styles, 1)
    priors = learn(panel)
    compare(panel, priors, NO_WISHES, "full fits")
    forecasts = forecast_styles(panel, priors)
    states = {made.style_code: made.fit_state for made in forecasts if made.fit_state is not None}
    tomorrow = replace(panel, origin=ORIGIN + timedelta(days=1))
    compare(tomorrow, priors, FitWishes(warm=states, ratios={}), "warm")


if __name__ == "__main__":
    main()
