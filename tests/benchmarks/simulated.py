"""New styles of a simulated brand, forecast at ages of 0 to 13 weeks, the truth being known.

    uv run python -m tests.benchmarks.simulated [--seeds N] [--without PART]

`world.py` describes the brand. Total demand (not sales) of the next 8 weeks, all sizes. At each age
our priors and the learned baselines see what was sold before, of past and new styles alike. Full
knowledge is the true intensity of those weeks (bursts and promotions, which nobody foresees, at
their average) and its own draws; prior-only is our forecast of the same weeks before the first
sale. The gap closed is how far ours came from prior-only to full knowledge. Standard errors are by
bootstrap over styles, all seeds together.
"""

import argparse
import time
from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import part
from app.forecasting.accuracy.baselines import RAW_MODELS, Past, baselines, raw_ahead
from app.forecasting.accuracy.scoring import bias, covered, crps, ratio, wape
from app.forecasting.forecast import forecast_styles
from app.forecasting.paths import draw_paths
from tests.benchmarks.ours import PARTS, PATHS, Part, learn, our_totals, relative
from tests.benchmarks.world import EXPECTED_LIFT, NOISE, PAST_WEEKS, World, world

AGES = (0, 1, 2, 3, 5, 8, 13)
NEXT_WEEKS = 8

Floats = NDArray[np.float64]


def at_age(brand: World, age: int, without: Part | None, before: Floats) -> dict[str, Floats]:
    """Return what was wanted of each new style, and everyone's forecast of it.

    Args:
        brand: The world.
        age: Weeks since the launch of the new styles.
        without: Part of our model left out.
        before: Paths of our forecast before the first sale, shape (styles, PATHS, weeks).
    """
    week = PAST_WEEKS + age
    history = brand.panel(week)
    known = part(history, brand.new)
    ours = our_totals(known, learn(history), NEXT_WEEKS, without)
    ahead = slice(week, week + NEXT_WEEKS)
    truth = brand.intensity[brand.new, ahead]
    past = Past.of(known)
    easy = baselines(past, Past.of(history), NEXT_WEEKS, raw_ahead(past, NEXT_WEEKS))
    prior = before[:, :, age : age + NEXT_WEEKS].sum(axis=2)
    return {
        "actual": brand.demand[brand.new, :, ahead].sum(axis=(1, 2)).astype(np.float64),
        "ours": ours.mean,
        "ours paths": ours.paths,
        "prior": prior.mean(axis=1),
        "prior paths": prior,
        "full": truth.sum(axis=1),
        "full paths": drawn_from(truth),
        **{f"easy {name}": values for name, values in easy.items()},
    }


def drawn_from(truth: Floats) -> Floats:
    """Return draws of totals from the truth, without bursts, shape (styles, PATHS)."""
    random = np.random.default_rng(1)
    shape = (len(truth), PATHS, truth.shape[1])
    noise = random.standard_gamma(1 / NOISE, shape) * NOISE
    return random.poisson(truth[:, None, :] * noise).sum(axis=2).astype(np.float64)


def before_sale(brand: World) -> Floats:
    """Return paths of the new styles' weeks as forecast on the day of their launch."""
    history = brand.panel(PAST_WEEKS)
    forecasts = forecast_styles(part(history, brand.new), learn(history))
    weeks = max(AGES) + NEXT_WEEKS
    paths = [
        draw_paths(forecast, periods=weeks, paths=PATHS, seed=seed).sum(axis=0)
        for seed, forecast in enumerate(forecasts)
    ]
    return np.stack(paths).astype(np.float64)


def report(age: int, found: Mapping[str, Floats]) -> None:
    actual = found["actual"]
    styles = np.arange(len(actual))
    easy = {key[5:]: values for key, values in found.items() if key.startswith("easy ")}
    scores = {name: wape(actual, found[name], styles) for name in ("ours", "prior", "full")}
    sharp = {
        name: ratio(crps(actual, found[f"{name} paths"]), actual, styles).value
        for name in ("ours", "prior", "full")
    }
    closed = [
        (of["prior"] - of["ours"]) / (of["prior"] - of["full"])
        for of in ({name: figure.value for name, figure in scores.items()}, sharp)
    ]
    best_raw = min(RAW_MODELS, key=lambda name: wape(actual, easy[name], styles).value)
    best = min(easy, key=lambda name: wape(actual, easy[name], styles).value)
    to_raw = relative(actual, found["ours"], easy[best_raw], styles)
    cover = ratio(covered(actual, found["ours paths"]), np.ones(len(actual)), styles)
    print(
        f"  {age:3}  {scores['ours'].value:.3f} ({scores['ours'].error:.3f})"
        f"  {bias(actual, found['ours'], styles).value:+.2f}"
        f"  {scores['prior'].value:.3f} {scores['full'].value:.3f}"
        f"  {closed[0]:5.0%} {closed[1]:5.0%}"
        f"  {to_raw.value:.3f} ({to_raw.error:.3f}) of {best_raw:16}"
        f"  {wape(actual, easy[best], styles).value:.3f} {best:18}"
        f"  {cover.value:.1%} ({cover.error:.1%})"
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seeds", type=int, default=4)
    options.add_argument("--without", choices=PARTS)
    chosen = options.parse_args()
    started = time.perf_counter()
    ages: dict[int, list[dict[str, Floats]]] = {age: [] for age in AGES}
    for seed in range(1, chosen.seeds + 1):
        brand = world(seed)
        before = before_sale(brand)
        for age in AGES:
            ages[age].append(at_age(brand, age, chosen.without, before))
    count = sum(len(found["actual"]) for found in ages[0])
    short = float((brand.in_stock[brand.new, :, PAST_WEEKS:] < 1).mean())
    print(
        f"{date.today()}  simulated, {chosen.seeds} brands, {count} new styles, without"
        f" {chosen.without}; lifts {EXPECTED_LIFT:.2f} on average, short of stock {short:.0%}"
    )
    print(
        "  age  ours   (s.e.)    bias  prior full  closed: WAPE, CRPS; ours over the best"
        " StatsForecast model (s.e.); best baseline; 80% intervals cover (s.e.)"
    )
    for age, parts in ages.items():
        report(age, {name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
