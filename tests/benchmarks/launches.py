"""Launches of the Online Retail data set: units of the next weeks from the first ones.

    uv run python -m tests.benchmarks.launches [--data DIR] [--without PART] [--taught-from DAY]

Tasks: the next 6 weeks from the first 2, the next 8 from the first 4, of every code first sold on
2011-02-01 or later with that much of the file left (`retail.py` has the clean-up rules). Each
code's origin is its first sale's day and 14 or 28 days. Time split: our priors are learned at the
latest Saturday on or before the origin (they lie 7 days apart, back from 2011-12-10), from all
codes sold before it; the baselines' decay and cohort from the codes whose weeks were all over on
the origin itself. `--taught-from`: first sales before that day teach the baselines no decay: in the
file's first weeks most codes are old (2010-12-15 serves the decay best of those tried).

`--without` leaves out a part of our model: sharing (the default priors instead of learned ones),
profile (even demand at every age), joint (each week's draws shuffled on their own). The file has
no stock, so that `simulated` shows what censoring is worth.
"""

import argparse
import time
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.forecasting.accuracy.baselines import RAW_MODELS, decay_of
from app.forecasting.fitted.engine import raw_forecasts
from app.forecasting.past.priors import BrandPriors
from tests.benchmarks.ours import PARTS, Part, Totals, learn, our_totals, print_table
from tests.benchmarks.retail import END, FIRST_DAY, Shop, read

TASKS = ((2, 6), (4, 8))
TAUGHT_FROM = date(2010, 12, 15)
RAW = {**RAW_MODELS, "WindowAverage": "WindowAverage4"}

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def learned(shop: Shop, origin: int, cache: dict[int, BrandPriors]) -> BrandPriors:
    """Return our priors as of the latest weekly cut on or before a day."""
    last = (END - FIRST_DAY).days
    cut = last - 7 * (-(-(last - origin) // 7))
    if cut not in cache:
        cache[cut] = learn(shop.panel(cut), fits=False)
    return cache[cut]


def ours(
    shop: Shop,
    codes: Ints,
    task: tuple[int, int],
    without: Part | None,
    cache: dict[int, BrandPriors],
) -> Totals:
    """Return our forecasts in the order of `codes`, which is that of their origins."""
    seen, ahead = task
    origins = shop.first[codes] + 7 * seen
    parts = [
        our_totals(
            shop.panel(int(day), codes[origins == day]),
            BrandPriors() if without == "sharing" else learned(shop, int(day), cache),
            ahead,
            without,
        )
        for day in np.unique(origins)
    ]
    return Totals.joined(parts)


def taught(
    shop: Shop, codes: Ints, seen: int, ahead: int, since: date
) -> tuple[dict[str, Floats], Floats]:
    """Return the learned baselines, and the run-rate of each code."""
    run_rate = shop.sold(codes, shop.first[codes], seen) / seen
    last = (END - FIRST_DAY).days
    old_enough = shop.first + 7 * (seen + ahead) <= last
    teachers = np.flatnonzero((shop.first >= (since - FIRST_DAY).days) & old_enough)
    start = shop.first[teachers]
    rate = shop.sold(teachers, start, seen) / seen
    sold = shop.sold(teachers, start + 7 * seen, ahead)
    total = run_rate * ahead
    found = {
        "run-rate": total,
        "run-rate x decay, least absolute": total.copy(),
        "run-rate x decay, ratio of sums": total.copy(),
        "cohort mean": total.copy(),
    }
    for index, code in enumerate(codes):
        over = start + 7 * (seen + ahead) <= shop.first[code] + 7 * seen
        if not over.any():
            continue
        found["run-rate x decay, least absolute"][index] *= decay_of(rate[over], sold[over], ahead)
        ratio = sold[over].sum() / max(rate[over].sum() * ahead, 1e-9)
        found["run-rate x decay, ratio of sums"][index] *= ratio
        found["cohort mean"][index] = sold[over].mean()
    return found, run_rate


def raw(shop: Shop, codes: Ints, seen: int, ahead: int, run_rate: Floats) -> dict[str, Floats]:
    """Return single StatsForecast models on weeks and on days; the run-rate where one has none."""
    found = {}
    for length, unit in ((7, "weeks"), (1, "days")):
        days = [shop.units[code, shop.first[code] : shop.first[code] + 7 * seen] for code in codes]
        histories = [
            np.maximum(of_code.reshape(-1, length).sum(axis=1), 0).astype(float) for of_code in days
        ]
        paths = raw_forecasts(histories, list(RAW.values()), ahead * 7 // length)
        for name, model in RAW.items():
            total = np.maximum(paths[model], 0.0).sum(axis=1)
            if np.isfinite(total).any():
                instead = run_rate * ahead
                found[f"{name} on {unit}"] = np.where(np.isfinite(total), total, instead)
    return found


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--without", choices=PARTS)
    options.add_argument("--taught-from", type=date.fromisoformat, default=TAUGHT_FROM)
    chosen = options.parse_args()
    started = time.perf_counter()
    shop = read(chosen.data / "online_retail.parquet")
    print(f"{date.today()}  online_retail, {len(shop.codes):,} codes, without {chosen.without}")
    cache: dict[int, BrandPriors] = {}
    for seen, ahead in TASKS:
        codes = shop.launches(seen, ahead)
        origins = shop.first[codes] + 7 * seen
        actual = shop.sold(codes, origins, ahead).astype(float)
        easy, run_rate = taught(shop, codes, seen, ahead, chosen.taught_from)
        easy |= raw(shop, codes, seen, ahead, run_rate)
        totals = ours(shop, codes, (seen, ahead), chosen.without, cache)
        days = [FIRST_DAY.toordinal() + int(day) for day in (origins[0], origins[-1])]
        first, last = (date.fromordinal(day) for day in days)
        title = f"next {ahead} weeks from the first {seen}, origins {first} to {last}"
        print_table(title, actual, totals, easy, codes.tolist())
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
