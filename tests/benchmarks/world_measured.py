"""Whether launches of the simulated world are as uncertain as real ones: the same measures of both.

    uv run python -m tests.benchmarks.world_measured [--data DIR] [--seeds N]

Real: codes of Online Retail first sold on 2011-02-01 or later with 18 weeks left (`retail.py`).
Simulated: what was wanted of the past styles of `world.py` in their first 18 weeks, stock-outs
left out, as the real file knows none. Of each, with standard errors by bootstrap over styles:

* scale: standard deviation of the log of the first 10 weeks' units around what family and price
  let expect (each half by the other), which is what no forecast knows before the first sale;
* wander: standard deviation of the change of a style's log units from one four weeks to the next,
  less the median change of all, over styles with 20 units in both; of these, what weeks drawn anew
  with the style's own scatter would give is taken off;
* scatter: squared misses of weeks around their four weeks' mean beyond a Poisson count's, over
  the mean squared;
* bursts: share of weeks of three times their four other weeks' mean and more, of styles with 40
  units in 18 weeks.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import PanelStyle
from app.forecasting.past.rates import learn_rates
from tests.benchmarks.retail import read
from tests.benchmarks.world import MEASURED, PAST_WEEKS, TAME, Law, world

WEEKS = 18
SCALE_WEEKS = 10
BLOCK = 4
RESAMPLES = 200

Floats = NDArray[np.float64]


def unforeseen(styles: list[PanelStyle], units: Floats) -> Floats:
    """Return how far each style's log units of its first weeks lie from what it is, (styles,)."""
    logs = np.log(units[:, :SCALE_WEEKS].sum(axis=1) + 0.5)
    half = np.arange(len(logs)) % 2 == 0
    away = np.zeros(len(logs))
    for taught in (half, ~half):
        law = learn_rates(
            [one for one, own in zip(styles, taught, strict=True) if own], logs[taught]
        )
        told = [law.of(one).log_mean for one, own in zip(styles, ~taught, strict=True) if own]
        away[~taught] = logs[~taught] - told
    return away


def _blocks(units: Floats) -> Floats:
    """Return units by four weeks and week within, (styles, blocks, BLOCK)."""
    whole = WEEKS // BLOCK * BLOCK
    return units[:, :whole].reshape(len(units), -1, BLOCK)


def scatter(units: Floats) -> float:
    """Return the overdispersion of weeks around the mean of their four weeks."""
    blocks = _blocks(units)
    mean = blocks.mean(axis=2)
    kept = mean >= 1
    excess = blocks.var(axis=2, ddof=1) - mean
    return float((excess[kept] / mean[kept] ** 2).mean())


def wander(units: Floats) -> float:
    """Return the standard deviation of log steps from four weeks to the next, chance taken off."""
    blocks = _blocks(units)
    total = blocks.sum(axis=2)
    kept = (total[:, 1:] >= 20) & (total[:, :-1] >= 20)
    step = np.log(np.maximum(total[:, 1:], 1)) - np.log(np.maximum(total[:, :-1], 1))
    noise = blocks.var(axis=2, ddof=1) * BLOCK / np.maximum(total, 1) ** 2
    squares, chance = [], []
    for block in range(step.shape[1]):
        own = kept[:, block]
        away = step[own, block] - np.median(step[own, block])
        squares.append(away**2)
        chance.append(noise[own, block] + noise[own, block + 1])
    variance = np.concatenate(squares).mean() - np.concatenate(chance).mean()
    return float(np.sqrt(max(variance, 0.0)))


def bursts(units: Floats) -> float:
    """Return the share of weeks of three times their neighbours' mean and more."""
    sold = units[units.sum(axis=1) >= 40]
    near = sum(sold[:, shift : WEEKS - 4 + shift] for shift in (0, 1, 3, 4)) / 4
    return float((sold[:, 2 : WEEKS - 2] >= 3 * np.maximum(near, 1)).mean())


def report(name: str, styles: list[PanelStyle], units: Floats) -> None:
    """Print the measures of a set of launches."""
    random = np.random.default_rng(3)
    away = unforeseen(styles, units)
    print(f"{name}: {len(units):,} launches, median {np.median(units.sum(axis=1)):.0f} units")
    measures: dict[str, tuple[Callable[[Floats], float], Floats]] = {
        "scale": (lambda values: float(values.std()), away),
        "scale, robust": (
            lambda values: float(np.subtract(*np.percentile(values, (75, 25))) / 1.349),
            away,
        ),
        "wander in four weeks": (wander, units),
        "scatter": (scatter, units),
        "bursts": (bursts, units),
    }
    for what, (measure, values) in measures.items():
        drawn = [
            measure(values[random.integers(0, len(values), len(values))]) for _ in range(RESAMPLES)
        ]
        print(f"  {what:22} {measure(values):.3f} (s.e. {np.std(drawn):.3f})")


def real(data: Path) -> tuple[list[PanelStyle], Floats]:
    """Return the real launches and their units of each week of age."""
    shop = read(data / "online_retail.parquet")
    codes = shop.launches(0, WEEKS)
    weeks = [shop.sold(codes, shop.first[codes] + 7 * week, 1) for week in range(WEEKS)]
    panel = shop.panel(shop.units.shape[1], codes)
    return list(panel.styles), np.stack(weeks, axis=1).astype(np.float64)


def simulated(seeds: int, law: Law) -> tuple[list[PanelStyle], Floats]:
    """Return simulated launches and what was wanted of each in each week of age."""
    styles: list[PanelStyle] = []
    units = []
    for seed in range(1, seeds + 1):
        brand = world(seed, law=law)
        panel = brand.panel(PAST_WEEKS)
        for style in np.flatnonzero(~brand.new):
            start = brand.launch[style]
            units.append(brand.demand[style, :, start : start + WEEKS].sum(axis=0))
            styles.append(panel.styles[style])
    return styles, np.array(units, dtype=np.float64)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--seeds", type=int, default=4)
    chosen = options.parse_args()
    report("online_retail", *real(chosen.data))
    report("simulated, tame", *simulated(chosen.seeds, TAME))
    report("simulated, measured", *simulated(chosen.seeds, MEASURED))


if __name__ == "__main__":
    main()
