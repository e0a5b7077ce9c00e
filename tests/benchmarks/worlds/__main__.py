"""Deciding in simulated worlds, against the clairvoyant and the best single way.

    uv run python -m tests.benchmarks.worlds [named|grid|broken|all] [--styles N] [--paths N]
        [--match TEXT] [--seed N] [--review WEEKS] [--forecast]

`cells.py` describes the worlds. Scores are shares of what the clairvoyant earns, in percent, with
standard errors over styles. The single ways are tuned with hindsight on the very styles they are
scored on, and follow the exact posterior mean; ours is tuned to nothing. Ahead is ours less the
best of them, paired over styles; with `--review` only ours decides so seldom. Runs are counted
per style: on demand, small, large.
"""

import argparse
import time
from datetime import date

import numpy as np

from tests.benchmarks.worlds.cells import BROKEN, GRID, NAMED, Cell
from tests.benchmarks.worlds.clairvoyant import clairvoyant
from tests.benchmarks.worlds.demand import draw
from tests.benchmarks.worlds.forecasts import Room
from tests.benchmarks.worlds.ours import PATHS, exact, ours
from tests.benchmarks.worlds.rivals import Outcome, single_ways
from tests.benchmarks.worlds.scores import Score, share

SETS = {"named": NAMED, "grid": GRID, "broken": BROKEN}
NEAR_POINTS = 2.0


def play(
    cell: Cell, styles: int, paths: int, *, seed: int, forecast: bool, review_weeks: int
) -> Score:
    """Print how everyone does in one world; return how far ours is ahead."""
    started = time.perf_counter()
    truth = draw(cell, styles, seed)
    most = clairvoyant(truth)
    rivals = single_ways(truth)
    mine = ours(truth, exact(truth, paths=paths), review_weeks=review_weeks)
    others = [*rivals]
    if forecast:
        room = Room(truth, paths).week
        name = "ours, forecasting room"
        others.insert(0, ours(truth, room, name=name, review_weeks=review_weeks))
    ahead = share(mine.profit - rivals[0].profit, most)
    print(
        f"\n{cell.name}: {styles} styles, clairvoyant {most.mean():,.0f} a style"
        f" ({time.perf_counter() - started:.0f} s)"
    )
    for outcome in (mine, *others):
        print(f"  {share(outcome.profit, most)}  {_described(outcome, truth.demand.sum())}")
    print(f"  ahead {ahead.percent:+.1f} ({ahead.error:.1f})", flush=True)
    return ahead


def _described(outcome: Outcome, wanted: int) -> str:
    runs = " ".join(f"{count:5.2f}" for count in outcome.runs.mean(axis=0))
    made = outcome.made.sum()
    return (
        f"{outcome.name:34} runs {runs}  lost {outcome.lost.sum() / wanted:5.1%}"
        f"  left {outcome.left.sum() / max(made, 1):5.1%}"
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("which", nargs="?", choices=[*SETS, "all"], default="named")
    options.add_argument("--styles", type=int, default=100)
    options.add_argument("--paths", type=int, default=PATHS)
    options.add_argument("--match", default="")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--review", type=int, default=1)
    options.add_argument("--forecast", action="store_true")
    chosen = options.parse_args()
    sets = SETS if chosen.which == "all" else {chosen.which: SETS[chosen.which]}
    cells = [cell for of in sets.values() for cell in of if chosen.match in cell.name]
    print(
        f"{date.today()}  worlds, {chosen.styles} styles, {chosen.paths} paths, seed {chosen.seed}"
    )
    ahead = [
        play(
            cell,
            chosen.styles,
            chosen.paths,
            seed=chosen.seed,
            forecast=chosen.forecast,
            review_weeks=chosen.review,
        )
        for cell in cells
    ]
    near = [one.percent > -max(NEAR_POINTS, 2 * one.error) for one in ahead]
    first = np.count_nonzero([one.percent > 0 for one in ahead])
    print(
        f"\n{sum(near)} of {len(near)} worlds within {NEAR_POINTS:g} points or two standard errors"
        f" of the best single way, {first} ahead of it"
    )


if __name__ == "__main__":
    main()
