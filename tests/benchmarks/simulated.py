"""New styles of a simulated brand, forecast at ages of 0 to 13 weeks, the truth being known.

    uv run python -m tests.benchmarks.simulated [--seeds N] [--without PART] [--law LAW]

`world.py` describes the brand and its two laws of how uncertain launches are: both are scored
unless one is named. Total demand (not sales) of the next 8 weeks, all sizes. At each age
our priors and the learned baselines see what was sold before, of past and new styles alike.

The gap is between prior-only, our forecast of the same weeks before the first sale, and full
knowledge: each style's true scale and shape and the level that it has by then. Nobody, so not full
knowledge either, foresees where the level will wander, bursts and promotions: these are at their
average, and drawn from their law in its paths. (It once knew the wandering to come: no sale could
ever have told that.) The gap closed is how far a forecast came from prior-only to full knowledge,
in the WAPE of its mean and in the CRPS of its paths. Beside ours stands what the best observer
closes, who knows the law of the world and what stock-outs hid (`observer.py`): all that so few
weeks of sales can tell. Standard errors are by bootstrap over styles, all seeds together.
"""

import argparse
import time
from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from app.demand.panel_parts import part
from app.forecasting.accuracy.baselines import RAW_MODELS, Past, baselines, raw_ahead
from app.forecasting.accuracy.scoring import Figure, bias, covered, crps, ratio, resamples, wape
from app.forecasting.forecast import forecast_styles
from app.forecasting.paths import draw_paths
from tests.benchmarks.observer import observed
from tests.benchmarks.ours import PARTS, PATHS, Part, learn, our_totals, relative
from tests.benchmarks.world import (
    EXPECTED_LIFT,
    MEASURED,
    PAST_WEEKS,
    PROMOTION_LIFT,
    PROMOTIONS,
    TAME,
    WANDER,
    Law,
    World,
    bursts,
    world,
)

AGES = (0, 1, 2, 3, 5, 8, 13)
NEXT_WEEKS = 8
LAWS: Mapping[str, Law] = {"tame": TAME, "measured": MEASURED}

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
    truth = brand.known(week, NEXT_WEEKS)[brand.new]
    best, best_paths = observed(brand, age, NEXT_WEEKS, PATHS)
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
        "full paths": drawn_from(truth / EXPECTED_LIFT, brand.law.noise),
        "observer": best,
        "observer paths": best_paths,
        **{f"easy {name}": values for name, values in easy.items()},
    }


def drawn_from(truth: Floats, overdispersion: float) -> Floats:
    """Return draws of totals from what is known of weeks, shape (styles, PATHS).

    Args:
        truth: Expected demand at the level as it stands, nothing lifting it, (styles, weeks).
        overdispersion: Of a week.
    """
    random = np.random.default_rng(1)
    styles, weeks = truth.shape
    shape = (styles, PATHS, weeks)
    rate = truth[:, None, :] * bursts(random, styles * PATHS, weeks).reshape(shape)
    rate *= np.where(random.random((PATHS, weeks)) < PROMOTIONS, PROMOTION_LIFT, 1.0)
    wander = np.cumsum(random.normal(0, WANDER, shape), axis=2)
    drift = WANDER**2 * np.arange(1, weeks + 1) / 2
    noise = random.standard_gamma(1 / overdispersion, shape) * overdispersion
    rate *= np.exp(wander - drift) * noise
    return random.poisson(rate).sum(axis=2).astype(np.float64)


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
    closed = {name: _closed(found, name) for name in ("ours", "observer")}
    best_raw = min(RAW_MODELS, key=lambda name: wape(actual, easy[name], styles).value)
    best = min(easy, key=lambda name: wape(actual, easy[name], styles).value)
    to_raw = relative(actual, found["ours"], easy[best_raw], styles)
    cover = ratio(covered(actual, found["ours paths"]), np.ones(len(actual)), styles)
    prior, full = (wape(actual, found[name], styles).value for name in ("prior", "full"))
    mine = wape(actual, found["ours"], styles)
    print(
        f"  {age:3}  {mine.value:.3f} ({mine.error:.3f})"
        f"  {bias(actual, found['ours'], styles).value:+.2f}  {prior:.3f} {full:.3f}"
        f"  {_shares(closed['ours'])}  {_shares(closed['observer'])}"
        f"  {to_raw.value:.3f} ({to_raw.error:.3f}) of {best_raw:16}"
        f"  {wape(actual, easy[best], styles).value:.3f} {best:18}"
        f"  {cover.value:.1%} ({cover.error:.1%})"
    )


def _closed(found: Mapping[str, Floats], name: str) -> list[Figure]:
    """Return the share of the gap that a forecast closes, in WAPE and in CRPS."""
    actual = found["actual"]
    drawn = resamples(len(actual))
    figures = []
    for missed in (
        {of: np.abs(found[of] - actual) for of in ("prior", "full", name)},
        {of: crps(actual, found[f"{of} paths"]) for of in ("prior", "full", name)},
    ):
        gap, closed = missed["prior"] - missed["full"], missed["prior"] - missed[name]
        error = float(((drawn @ closed) / (drawn @ gap)).std())
        figures.append(Figure(float(closed.sum() / gap.sum()), error))
    return figures


def _shares(figures: list[Figure]) -> str:
    return " ".join(f"{figure.value:4.0%} ({figure.error:.0%})" for figure in figures)


def score(name: str, seeds: int, without: Part | None) -> None:
    """Print what is closed at each age in brands of a law."""
    ages: dict[int, list[dict[str, Floats]]] = {age: [] for age in AGES}
    for seed in range(1, seeds + 1):
        brand = world(seed, law=LAWS[name])
        before = before_sale(brand)
        for age in AGES:
            ages[age].append(at_age(brand, age, without, before))
    count = sum(len(found["actual"]) for found in ages[0])
    short = float((brand.in_stock[brand.new, :, PAST_WEEKS:] < 1).mean())
    print(
        f"{date.today()}  simulated, {name}, {seeds} brands, {count} new styles, without"
        f" {without}; lifts {EXPECTED_LIFT:.2f} on average, short of stock {short:.0%}"
    )
    print(
        "  age  ours   (s.e.)    bias  prior full  closed by ours: WAPE, CRPS (s.e.);"
        " closed by the best observer: the same; ours over the best"
        " StatsForecast model (s.e.); best baseline; 80% intervals cover (s.e.)"
    )
    for age, parts in ages.items():
        report(age, {name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seeds", type=int, default=4)
    options.add_argument("--without", choices=PARTS)
    options.add_argument("--law", choices=LAWS)
    chosen = options.parse_args()
    started = time.perf_counter()
    for name in [chosen.law] if chosen.law else LAWS:
        score(name, chosen.seeds, chosen.without)
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
