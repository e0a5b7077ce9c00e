from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.demand.stockouts import FOREVER, StockOuts, time_out


def spans(*of: tuple[int, int, int]) -> StockOuts:
    sku, start, end = np.array(of, dtype=np.int64).reshape(-1, 3).T
    return StockOuts(sku, start, end)


def test_a_span_is_split_over_the_periods_it_touches() -> None:
    bounds = np.array([0, 10, 20, 40, 50])

    out = time_out(spans((0, 5, 45), (1, 12, 15), (1, 18, 20), (2, 40, FOREVER)), bounds, 3)

    assert out.tolist() == [[5, 10, 20, 5], [0, 5, 0, 0], [0, 0, 0, 10]]


def test_what_lies_outside_the_periods_is_cut_off() -> None:
    bounds = np.array([100, 110, 120])

    out = time_out(spans((0, 0, 100), (0, 104, 112), (0, 120, FOREVER)), bounds, 1)

    assert out.tolist() == [[6, 2]]


def test_a_day_that_a_zone_skipped_has_no_time_to_be_out() -> None:
    bounds = np.array([0, 10, 10, 20])

    out = time_out(spans((0, 5, 15)), bounds, 1)

    assert out.tolist() == [[5, 0, 5]]


@given(
    edges=st.lists(st.integers(0, 60), min_size=2, max_size=12, unique=True),
    bounds=st.lists(st.integers(0, 60), min_size=2, max_size=8),
)
def test_time_out_is_what_counting_ticks_gives(edges: list[int], bounds: list[int]) -> None:
    edges, bounds = sorted(edges), sorted(bounds)
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    ticks = {tick for start, end in pairs for tick in range(start, end)}

    out = time_out(spans(*((0, *pair) for pair in pairs)), np.array(bounds), 1)

    assert out[0].tolist() == [
        len(ticks & set(range(start, end))) for start, end in pairwise(bounds)
    ]
