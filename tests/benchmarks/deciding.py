"""Deciding a fleet: seconds on one core against a naive loop over run sizes, and against drawing.

    uv run python -m tests.benchmarks.deciding [--styles N] [--sizes 4] [--fleet SKUS]

Styles of 4 sizes (or as many as said), 512 paths x 26 weeks drawn by the forecasting room, 3 offers
(on demand, small, large) with set-ups, MOQs, price breaks and yields. Ours decides each style by
`decide`, hold, waiting and runs beside each other included. The floor sizes one run per offer by
simulating every 1/40 of the largest path's demand week by week in numpy, the same arrays, no mode,
no hold. CPU seconds of this process (`time.process_time`), the best of alternating rounds, scaled
from N styles to 10,000 SKUs. Waiting is the part that what can still be made later takes: its
costs and the outlook. `--fleet` draws and decides that many SKUs in chunks of 500 styles
instead, and says how much memory that took at most.
"""

import argparse
import os
import resource
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from unittest.mock import patch

import numpy as np

from app.forecasting.model import StyleForecast
from app.forecasting.paths import draw_paths
from app.planning import Integers, OfferTerms, Situation, StyleEconomics, decide, run_cost, world
from app.refresh.memory import keep_freed_memory

os.environ.setdefault("OMP_NUM_THREADS", "1")

SHARES = (0.18, 0.34, 0.30, 0.18)
"""Of a style's demand, by size; again and again where there are more sizes."""

PATHS, PERIODS = 512, 26
FLEET_SKUS = 10_000
FLOOR_SHARE = 20
"""The floor is timed on one style in so many: it takes that much longer."""

FLOOR_SIZES = 40
ROUNDS = 3
CHUNK_STYLES = 500

OFFERS = (
    OfferTerms(
        "on demand",
        "near",
        "on_demand",
        made_to_order=False,
        price_break_kind="all_units",
        price_breaks=((1, 17.0),),
        setup_cost=5.0,
        lead_time_days=5,
    ),
    OfferTerms(
        "small",
        "near",
        "small_batch",
        made_to_order=False,
        price_break_kind="all_units",
        price_breaks=((1, 13.0), (200, 12.0)),
        setup_cost=60.0,
        moq_run=40,
        lead_time_days=14,
        yield_rate=0.97,
    ),
    OfferTerms(
        "large",
        "far",
        "large_batch",
        made_to_order=False,
        price_break_kind="all_units",
        price_breaks=((1, 9.0),),
        setup_cost=350.0,
        moq_run=600,
        lead_time_days=49,
    ),
)
ECONOMICS = StyleEconomics(40.0, 8.0, 0.1, return_rate=0.2, resalable_share=0.9)


def forecasts(styles: int, sizes: int) -> list[StyleForecast]:
    """Return forecasts of styles that sell 2 to 60 a week in 4 sizes, the young ones less surely.

    A style of more sizes sells as much more.
    """
    random = np.random.default_rng(1)
    shares = np.resize(np.array(SHARES), sizes)
    fading = np.exp(-np.arange(104) / 40)
    return [
        StyleForecast(
            style_code=f"S{style}",
            origin=date(2026, 6, 1),
            period_days=7,
            layer="launch",
            model="launch",
            mean=random.uniform(2, 60) * sizes / len(SHARES) * fading,
            scale_cv=random.uniform(0.1, 0.6),
            dispersion=8.0,
            sku_codes=tuple(f"S{size}" for size in range(sizes)),
            shares=shares / shares.sum() * 40,
        )
        for style in range(styles)
    ]


def drawn(of: Sequence[StyleForecast]) -> list[Integers]:
    return [draw_paths(one, periods=PERIODS, paths=PATHS, seed=seed) for seed, one in enumerate(of)]


def situations(paths: Sequence[Integers]) -> list[Situation]:
    """Return their situations: some stock, every third with a run on its way, half with an end."""
    random = np.random.default_rng(2)
    return [
        Situation(
            demand=demand,
            colorways=np.zeros(len(demand), dtype=np.int64),
            on_hand=random.integers(0, 40, len(demand)),
            inbound=(np.arange(PERIODS) == 3)
            * random.integers(0, 30, (len(demand), 1))
            * (style % 3 == 0),
            period_days=7,
            end_period=PERIODS if style % 2 else None,
            review_period_days=7,
            economics=ECONOMICS,
            offers=OFFERS,
        )
        for style, demand in enumerate(paths)
    ]


def naive(situation: Situation) -> float:
    """Return the best profit of one run, every size of every offer simulated week by week."""
    demand = situation.demand
    top = int(demand.sum(axis=(0, 2)).max())
    share = demand.sum(axis=(1, 2)) / demand.sum()
    best = -np.inf
    for offer in situation.offers:
        arrives = -(-int(offer.lead_time_days) // 7)
        for size in np.linspace(offer.moq_run, max(top, offer.moq_run + 1), FLOOR_SIZES):
            good = np.rint(size * offer.yield_rate * share).astype(np.int64)[:, None]
            stock = np.repeat(situation.on_hand[:, None], demand.shape[1], axis=1)
            profit = 0.0
            for period in range(PERIODS):
                stock = stock + situation.inbound[:, period, None]
                if period == arrives:
                    stock = stock + good
                sold = np.minimum(stock, demand[:, :, period])
                stock = stock - sold
                profit += ECONOMICS.price * sold.sum() - 0.1 * stock.sum()
            cost = float(run_cost(offer, np.array([int(size)]), 1)[0])
            best = max(best, (profit + 8.0 * stock.sum()) / demand.shape[1] - cost)
    return best


def waiting_seconds(every: Sequence[Situation]) -> float:
    """Return what the costs of later runs and the outlook on them take of deciding."""
    spent = 0.0

    def timed(work: Callable[..., Any]) -> Callable[..., Any]:
        def timing(*args: Any, **kwargs: Any) -> Any:
            nonlocal spent
            started = time.process_time()
            result = work(*args, **kwargs)
            spent += time.process_time() - started
            return result

        return timing

    with (
        patch.object(world, "later_costs", timed(world.later_costs)),
        patch.object(world, "look_ahead", timed(world.look_ahead)),
    ):
        for one in every:
            decide(one)
    return spent


def cpu_seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def compare(styles: int, sizes: int) -> None:
    """Print the figures of the module's first lines."""
    known = forecasts(styles, sizes)
    every = situations(drawn(known))
    few = every[::FLOOR_SHARE]
    fleet = FLEET_SKUS / sizes
    scale = fleet / styles
    rounds = [
        (
            cpu_seconds(lambda: [decide(one) for one in every]) * scale,
            cpu_seconds(lambda: drawn(known)) * scale,
            cpu_seconds(lambda: [naive(one) for one in few]) * fleet / len(few),
            waiting_seconds(every) * scale,
        )
        for _ in range(ROUNDS)
    ]
    ours, draw, floor, waiting = (min(part) for part in zip(*rounds, strict=True))
    print(
        f"{date.today()}  {FLEET_SKUS:,} SKUs ({sizes} a style) x {PATHS} paths x {PERIODS} weeks x"
        f" {len(OFFERS)} offers, from {styles} styles, one core\n"
        f"  deciding {ours:6.1f} s, {1000 * ours / FLEET_SKUS:.2f} ms a SKU;"
        f" waiting {1000 * waiting / FLEET_SKUS:.2f} ms of it\n"
        f"  floor    {floor:6.1f} s (naive loop over run sizes), ratio {floor / ours:.1f}\n"
        f"  drawing  {draw:6.1f} s, {draw / ours:.2f} of deciding"
    )


def in_chunks(skus: int, sizes: int) -> None:
    """Draw and decide a fleet chunk by chunk, keeping nothing but quantities."""
    started = time.perf_counter()
    ordered = 0
    known = forecasts(CHUNK_STYLES, sizes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(-(-skus // (CHUNK_STYLES * sizes))):
        ordered += sum(decide(one).chosen.quantity for one in situations(drawn(known)))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{date.today()}  {skus:,} SKUs drawn and decided in {time.perf_counter() - started:.0f} s,"
        f" {ordered:,} units; at most {most / 2**20:.2f} GB ({before / 2**20:.2f} before)"
    )


def main() -> None:
    keep_freed_memory()
    options = argparse.ArgumentParser()
    options.add_argument("--styles", type=int, default=200)
    options.add_argument("--sizes", type=int, default=len(SHARES))
    options.add_argument("--fleet", type=int)
    chosen = options.parse_args()
    if chosen.fleet:
        in_chunks(chosen.fleet, chosen.sizes)
    else:
        compare(chosen.styles, chosen.sizes)


if __name__ == "__main__":
    main()
