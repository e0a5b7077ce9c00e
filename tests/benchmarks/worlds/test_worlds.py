from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from tests.benchmarks.worlds.cells import FAST, Cell, Way
from tests.benchmarks.worlds.clairvoyant import clairvoyant
from tests.benchmarks.worlds.demand import Truth, draw, paths_ahead
from tests.benchmarks.worlds.ours import exact, ours
from tests.benchmarks.worlds.rivals import large_once, single_ways
from tests.benchmarks.worlds.scores import share
from tests.benchmarks.worlds.shop import Shop

TINY = Cell(
    "tiny",
    life_weeks=3,
    weekly=2.0,
    cv=0.5,
    ways=(Way("on_demand", 9.0, 1.0, 1, 1), Way("large_batch", 4.0, 6.0, 3, 2)),
    shape="flat",
    price=12.0,
    salvage=1.0,
    holding=0.5,
)


def known(cell: Cell, demand: list[int]) -> Truth:
    """Return one style with exactly this demand."""
    return replace(draw(cell, 1, seed=1), demand=np.array([demand]))


def everything_tried(cell: Cell, demand: list[int], most: int) -> float:
    """Return the best profit over every plan of at most one run of each way a week."""
    releases = [(week, way) for week in range(cell.weeks) for way in range(len(cell.ways))]
    sizes = [[0, *range(cell.ways[way].moq, most + 1)] for _, way in releases]
    arriving = [week + cell.ways[way].lead_weeks for week, way in releases]
    kept = [index for index, week in enumerate(arriving) if week < cell.weeks]
    plans = list(product(*(sizes[index] for index in kept)))
    shop = Shop(known(cell, demand), len(plans))
    while shop.week < cell.weeks:
        shop.open_week()
        for column, index in enumerate(kept):
            week, way = releases[index]
            if week == shop.week:
                shop.order(way, np.array([plan[column] for plan in plans]))
        shop.close_week()
    return float(shop.profit.max())


def test_stock_earns_what_a_hand_count_gives() -> None:
    shop = Shop(known(TINY, [0, 0, 2, 1, 4]))

    for quantity in (4, 0, 0, 0, 0):
        shop.open_week()
        shop.order(1, np.array([quantity]))
        shop.close_week()

    # 4 made for 22, sold 2, 1 and 1; 2 and 1 held for a week each.
    assert shop.profit.tolist() == [4 * 12 - 22 - 1.5]
    assert shop.lost.tolist() == [3]


def test_a_run_that_is_late_is_told_for_next_week_and_one_short_of_yield_is_not_waited_for() -> (
    None
):
    cell = replace(TINY, lead_off_weeks=1, told_yield=1.0, yield_rate=0.5)
    late = replace(known(cell, [0] * 5), lead_off=np.ones((1, 5), dtype=np.int64))
    shop = Shop(late)
    seen = []

    for quantity in (4, 0, 0, 0, 0):
        shop.open_week()
        shop.order(1, np.array([quantity]))
        seen.append((shop.inbound(0).tolist(), shop.position.tolist()))
        shop.close_week()

    assert seen == [
        ([0, 0, 4, 0, 0], [4]),
        ([0, 4, 0, 0], [4]),
        ([0, 4, 0], [4]),
        ([0, 0], [2]),
        ([0], [2]),
    ]


@pytest.mark.parametrize("demand", [[0, 0, 2, 1, 0], [0, 0, 1, 3, 1], [0, 0, 0, 0, 3]])
def test_the_clairvoyant_earns_as_much_as_the_best_of_all_plans(demand: list[int]) -> None:
    tried = everything_tried(TINY, demand, most=5)

    best = clairvoyant(known(TINY, demand))

    assert best.tolist() == pytest.approx([tried])


def test_the_clairvoyant_makes_no_run_below_a_minimum() -> None:
    cell = replace(TINY, ways=TINY.ways[1:])

    best = clairvoyant(known(cell, [0, 0, 2, 0, 0]))

    # 3 made for 18, 2 sold for 24, one held for three weeks and left over.
    assert best.tolist() == [24 - 18 - 1.5 + 1]


def test_nobody_earns_more_than_the_clairvoyant() -> None:
    cell = replace(FAST, life_weeks=5)
    truth = draw(cell, 4, seed=3)

    most = clairvoyant(truth)

    for outcome in (*single_ways(truth), ours(truth, exact(truth, paths=64))):
        assert (outcome.profit <= most + 1e-6).all(), outcome.name


def test_large_once_is_the_best_of_its_sizes() -> None:
    truth = draw(FAST, 30, seed=3)
    profits = []
    for size in (200, 300, 400, 500):
        shop = Shop(truth)
        while shop.week < FAST.weeks:
            shop.open_week()
            shop.order(2, np.full(30, size if shop.week == 0 else 0))
            shop.close_week()
        profits.append(shop.profit.sum())

    best = large_once(truth)

    assert best.profit.sum() >= max(profits) * 0.999


def test_what_is_known_starts_at_the_prior_and_finds_the_truth() -> None:
    truth = draw(replace(FAST, life_weeks=300, noise=0.01), 40, seed=5)
    sold = truth.demand[:, FAST.launch :].mean(axis=1)

    known_by = truth.expected_scale

    assert known_by[0] == pytest.approx(np.full(40, 25.0), rel=1e-3)
    assert known_by[-1] == pytest.approx(sold, rel=0.05)


def test_paths_spread_as_the_prior_and_the_weeks_do() -> None:
    truth = draw(FAST, 1, seed=5)

    total = paths_ahead(truth, 0, 0, 4_000, seed=1)[0].sum(axis=1)

    assert total.mean() == pytest.approx(400, rel=0.01)
    assert total.std() / total.mean() == pytest.approx(0.6, abs=0.03)


def test_a_share_of_the_clairvoyant_has_no_error_where_all_styles_have_it() -> None:
    most = np.array([10.0, 20.0, 40.0])

    score = share(0.5 * most, most)

    assert (score.percent, score.error) == (50.0, pytest.approx(0.0))
