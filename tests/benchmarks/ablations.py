"""What each part of the launch model is worth: our forecasts with it left out, beside all of it.

    uv run python -m tests.benchmarks.ablations [--data DIR] [--seeds N]

The launches of `launches.py` (real, without stock) and those of `simulated.py` (with stock-outs),
as split and scored there, for the same priors. Left out are: censoring (units sold while out of
stock count as all that was wanted), sharing (the default priors instead of the brand's), profile
(even demand at every age), joint (each week drawn on its own: the mean is the same, and what it
costs shows in paths alone). WAPE of means, CRPS of paths over all of ours, paired by style, with
standard errors by bootstrap over styles; above 1 the part was worth having.

Where a part seems worth less than nothing: the simulated brands buy by what a style will sell in
its life, so that one which runs out early sells less afterwards than its sales so far let expect.
Of three brands' styles short of stock by an age of 3 weeks, forecasts were 36% too high, and as
much when all that was wanted was told: who takes a sold-out week for a slow one is right there by
accident. The real launches are forecast too low as a whole (by 15%, before an autumn that nobody
had seen): what widens or raises paths there costs CRPS.
"""

import argparse
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.demand.panel_parts import part
from app.forecasting.accuracy.scoring import covered, crps, ratio, resamples
from app.forecasting.past.priors import BrandPriors
from tests.benchmarks.launches import TASKS, ours
from tests.benchmarks.ours import PARTS, Part, Totals, learn, our_totals
from tests.benchmarks.retail import read
from tests.benchmarks.simulated import NEXT_WEEKS
from tests.benchmarks.world import PAST_WEEKS, world

AGES = (1, 3, 5)
"""Weeks since launch at which simulated launches are forecast."""

Floats = NDArray[np.float64]
Variants = Mapping[Part | None, Totals]


def print_worth(title: str, actual: Floats, found: Variants) -> None:
    """Print the scores of all variants, over those of the whole model."""
    print(f"\n{title}: {len(actual):,} forecasts")
    styles, drawn = np.arange(len(actual)), resamples(len(actual))

    def missed(totals: Totals) -> tuple[Floats, Floats]:
        return np.abs(totals.mean - actual), crps(actual, totals.paths)

    whole = missed(found[None])
    for left_out, totals in found.items():
        over = [
            f"{one.sum() / of_all.sum():.3f} ({((drawn @ one) / (drawn @ of_all)).std():.3f})"
            for one, of_all in zip(missed(totals), whole, strict=True)
        ]
        cover = ratio(covered(actual, totals.paths), np.ones(len(actual)), styles)
        print(
            f"  {'all of it' if left_out is None else f'without {left_out}':18}"
            f"  WAPE x {over[0]}  CRPS x {over[1]}"
            f"  80% intervals cover {cover.value:.1%} ({cover.error:.1%})"
        )


def real(data: Path) -> None:
    """Print what each part is worth on the real launches; they have no stock-outs."""
    shop = read(data / "online_retail.parquet")
    cache: dict[int, BrandPriors] = {}
    for seen, ahead in TASKS:
        codes = shop.launches(seen, ahead)
        actual = shop.sold(codes, shop.first[codes] + 7 * seen, ahead).astype(float)
        variants = [None, *(one for one in PARTS if one != "censoring")]
        found = {one: ours(shop, codes, (seen, ahead), one, cache) for one in variants}
        print_worth(f"online_retail, next {ahead} weeks from the first {seen}", actual, found)


def simulated(seeds: int) -> None:
    """Print what each part is worth on the simulated brands."""
    for age in AGES:
        actual: list[Floats] = []
        found: dict[Part | None, list[Totals]] = {one: [] for one in (None, *PARTS)}
        for seed in range(1, seeds + 1):
            brand = world(seed)
            week = PAST_WEEKS + age
            history = brand.panel(week)
            known, priors = part(history, brand.new), learn(history)
            for left_out, totals in found.items():
                totals.append(our_totals(known, priors, NEXT_WEEKS, left_out))
            wanted = brand.demand[brand.new, :, week : week + NEXT_WEEKS]
            actual.append(wanted.sum(axis=(1, 2)).astype(np.float64))
        together: dict[Part | None, Totals] = {one: Totals.joined(of) for one, of in found.items()}
        title = f"simulated, next {NEXT_WEEKS} weeks at an age of {age}"
        print_worth(title, np.concatenate(actual), together)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--seeds", type=int, default=4)
    chosen = options.parse_args()
    started = time.perf_counter()
    print(f"{date.today()}  what is worth how much, {chosen.seeds} simulated brands")
    simulated(chosen.seeds)
    real(chosen.data)
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
