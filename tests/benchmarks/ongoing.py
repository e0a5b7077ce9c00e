"""Replenishing items without an end, by what holding and lost sales cost.

    uv run python -m tests.benchmarks.ongoing [--items N] [--weeks N] [--paths N]

Weekly demand: 40% of the items smooth (a level that wanders, negative binomial), 20% seasonal
(the same, times a wave over the year), 40% intermittent (most weeks nothing, else a few). Two
years are known, then every week is reviewed; a run takes three weeks. Holding .2 a unit and week,
a lost sale 1.0 (price 2, unit cost 1, no set-up): all policies order in weeks and units only.

Ours decides by `app.planning.decide` on paths of a plain forecaster, not the forecasting room:
per item a Gamma-Poisson level that forgets (half its weight in 17 weeks), week-of-year indices
where last year repeated the year before, an overdispersion by moments, and for intermittent
items draws from their own last year. The newsvendor quantile and (s, S) use the very same paths.
Cost is over that of the four-week level: up to four times the average of the last eight weeks.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from app.planning import OfferTerms, Situation, StyleEconomics, decide

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PAST = 104
LEAD = 3
HOLDING, LOST = 0.2, 1.0
PERIODS = 26
MEMORY = 0.96
"""A week's weight one week later: half of it after 17."""

SEASON_CORRELATION = 0.3
"""Last year repeats the year before from this correlation of four-week averages on."""

INTERMITTENT_SHARE = 0.5
"""From this share of weeks without demand on an item is intermittent."""

SETUP = 3.0
"""The order cost that the classical (s, S) takes for granted; nobody pays it."""

OFFER = OfferTerms(
    "only",
    "factory",
    "small_batch",
    made_to_order=False,
    price_break_kind="all_units",
    price_breaks=((1, 1.0),),
    lead_time_days=7 * LEAD,
)
ECONOMICS = StyleEconomics(price=1.0 + LOST, holding_cost_per_unit_week=HOLDING)


def items(count: int, weeks: int, seed: int) -> Ints:
    """Return weekly demand of smooth, seasonal and intermittent items, (count, PAST + weeks)."""
    random = np.random.default_rng(seed)
    total = PAST + weeks
    smooth, seasonal = int(0.4 * count), int(0.2 * count)
    level = np.exp(random.normal(np.log(8), 0.8, (count, 1)))
    level = level * np.exp(np.cumsum(random.normal(0, 0.03, (count, total)), axis=1))
    phase = random.uniform(0, 52, (count, 1))
    wave = 1 + 0.6 * np.sin(2 * np.pi * (np.arange(total) - phase) / 52)
    level[smooth : smooth + seasonal] *= wave[smooth : smooth + seasonal]
    noise = random.uniform(0.05, 0.3, (count, 1))
    demand = random.poisson(level * random.standard_gamma(1 / noise, level.shape) * noise)
    rare = slice(smooth + seasonal, count)
    chance = random.uniform(0.1, 0.4, (count, 1))
    size = random.uniform(1.5, 5.0, (count, 1))
    bought = random.geometric(np.broadcast_to(1 / size, level.shape))
    demand[rare] = np.where(random.random(level.shape) < chance, bought, 0)[rare]
    return demand


def paths_of(past: Ints, paths: int, seed: int) -> Ints:
    """Return joint paths of an item's next weeks from its past, shape (paths, PERIODS)."""
    random = np.random.default_rng(seed)
    recent = past[-52:]
    if np.mean(recent == 0) >= INTERMITTENT_SHARE:
        return random.choice(recent, (paths, PERIODS))
    index = _season(past)
    weight = MEMORY ** np.arange(past.size - 1, -1, -1)
    week = np.arange(past.size)
    plain = past / index[week % 52]
    size = float(weight @ plain)
    scale = random.gamma(size, 1 / weight.sum(), paths)
    fitted = float(np.average(plain, weights=weight))
    excess = np.average((plain - fitted) ** 2 - plain, weights=weight) / max(fitted, 0.1) ** 2
    spread = float(np.clip(excess, 0.02, 2.0))
    ahead = index[(past.size + np.arange(PERIODS)) % 52]
    noise = random.standard_gamma(1 / spread, (paths, PERIODS)) * spread
    return random.poisson(scale[:, None] * ahead * noise)


def _season(past: Ints) -> Floats:
    """Return week-of-year indices; ones where last year does not repeat the year before."""
    years = past[-104:].reshape(2, 52).astype(np.float64)
    kernel = np.ones(5) / 5
    smooth = np.array([np.convolve(np.r_[y[-2:], y, y[:2]], kernel, "valid") for y in years])
    smooth /= np.maximum(smooth.mean(axis=1, keepdims=True), 1e-9)
    if smooth.std(axis=1).min() == 0 or np.corrcoef(smooth)[0, 1] < SEASON_CORRELATION:
        return np.ones(52)
    index = np.maximum(smooth.mean(axis=0), 0.2)
    return np.roll(index, past.size % 52)


@dataclass(frozen=True, eq=False)
class Seen:
    """What a policy decides an item's week on.

    Attributes:
        past: Demand of all weeks before, shape (weeks,).
        paths: Of the weeks to come, shape (paths, PERIODS).
        inbound: Units arriving now, in one and in two weeks, shape (LEAD,).
    """

    past: Ints
    paths: Ints
    on_hand: int
    inbound: Ints

    @property
    def position(self) -> int:
        return self.on_hand + int(self.inbound.sum())


def four_weeks(seen: Seen) -> int:
    return round(4 * float(seen.past[-8:].mean())) - seen.position


def normal_level(seen: Seen) -> int:
    """Order up to mean and safety stock of a normal law over lead time and review."""
    recent = seen.past[-26:]
    span = LEAD + 1
    level = span * recent.mean() + 0.967 * recent.std() * np.sqrt(span)
    return round(float(level)) - seen.position


def newsvendor(seen: Seen) -> int:
    """Order up to the quantile LOST / (LOST + HOLDING) of demand until the next can arrive."""
    wanted = seen.paths[:, : LEAD + 1].sum(axis=1)
    return int(np.quantile(wanted, LOST / (LOST + HOLDING), method="higher")) - seen.position


def s_and_s(seen: Seen) -> int:
    """Below the newsvendor's level order an economic quantity above it."""
    short = newsvendor(seen)
    rate = max(float(seen.past[-8:].mean()), 0.1)
    return short + round(np.sqrt(2 * SETUP * rate / HOLDING)) if short > 0 else 0


def ours(seen: Seen) -> int:
    inbound = np.zeros((1, PERIODS), dtype=np.int64)
    inbound[0, :LEAD] = seen.inbound
    decision = decide(
        Situation(
            demand=seen.paths[None],
            colorways=np.zeros(1, dtype=np.int64),
            on_hand=np.array([seen.on_hand]),
            inbound=inbound,
            period_days=7,
            end_period=None,
            review_period_days=7,
            economics=ECONOMICS,
            offers=(OFFER,),
        )
    )
    return decision.chosen.quantity


POLICIES: dict[str, Callable[[Seen], int]] = {
    "four-week level": four_weeks,
    "normal level": normal_level,
    "newsvendor quantile": newsvendor,
    "(s, S)": s_and_s,
    "ours": ours,
}


def run(demand: Ints, item: int, paths: int) -> dict[str, Floats]:
    """Return (holding, lost) of each policy over an item's weeks."""
    stock = dict.fromkeys(POLICIES, round(4 * float(demand[PAST - 8 : PAST].mean())))
    inbound = {name: np.zeros(LEAD, dtype=np.int64) for name in POLICIES}
    cost = {name: np.zeros(2) for name in POLICIES}
    for week in range(PAST, demand.size):
        past = demand[:week]
        ahead = paths_of(past, paths, seed=1_000 * item + week)
        for name, policy in POLICIES.items():
            order = max(0, policy(Seen(past, ahead, stock[name], inbound[name])))
            at_hand = stock[name] + int(inbound[name][0])
            inbound[name] = np.append(inbound[name][1:], order)
            stock[name] = max(0, at_hand - int(demand[week]))
            cost[name] += HOLDING * stock[name], LOST * max(0, int(demand[week]) - at_hand)
    return cost


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--items", type=int, default=200)
    options.add_argument("--weeks", type=int, default=40)
    options.add_argument("--paths", type=int, default=256)
    chosen = options.parse_args()
    started = time.perf_counter()
    demand = items(chosen.items, chosen.weeks, seed=1)
    found = [run(row, item, chosen.paths) for item, row in enumerate(demand)]
    kinds = np.repeat(
        ["smooth", "seasonal", "intermittent"],
        [int(0.4 * chosen.items), int(0.2 * chosen.items), chosen.items - int(0.6 * chosen.items)],
    )
    print(
        f"{date.today()}  ongoing: {chosen.items} items, {chosen.weeks} weeks,"
        f" {chosen.paths} paths, seed 1 ({time.perf_counter() - started:.0f} s)\n"
        f"  {'cost over the four-week level (s.e.)':24} {'all':>15} "
        + " ".join(f"{kind:>15}" for kind in dict.fromkeys(kinds))
        + "   holding  lost a week and item"
    )
    base = np.array([of["four-week level"].sum() for of in found])
    for name in POLICIES:
        cost = np.array([of[name] for of in found])
        figures = [_over(cost.sum(axis=1), base)] + [
            _over(cost[kinds == kind].sum(axis=1), base[kinds == kind])
            for kind in dict.fromkeys(kinds)
        ]
        parts = cost.mean(axis=0) / chosen.weeks
        print(f"  {name:36} {' '.join(figures)}   {parts[0]:7.2f} {parts[1]:5.2f}")


def _over(cost: Floats, base: Floats) -> str:
    ratio = cost.sum() / base.sum()
    error = np.sqrt(cost.size * (cost - ratio * base).var(ddof=1)) / base.sum()
    return f"{ratio - 1:+8.1%} ({error:.1%})"


if __name__ == "__main__":
    main()
