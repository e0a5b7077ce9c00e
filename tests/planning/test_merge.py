"""Curves of sets of colorways: what their minima take, and what holding them costs."""

import tracemalloc
from itertools import pairwise

import numpy as np

from app.planning import Pieces, merge
from tests.planning.situations import offer


def pieces_of(gain: list[list[float]]) -> Pieces:
    """Return pieces of one unit each."""
    values = np.array(gain)
    return Pieces(np.ones(values.shape[1], dtype=np.int64), values, values.size)


def test_each_colorway_of_a_set_reaches_its_minimum_before_any_goes_beyond() -> None:
    pieces = pieces_of([[9.0, 8.0, 7.0], [6.0, 5.0, 1.0], [4.0, 3.0, 2.0]])
    terms = offer(moq_colorway=2)

    curves = {curve.colorways: curve for curve in merge(pieces, np.array([0, 1, 1]), terms)}

    assert curves[2].sku.tolist() == [0, 0, 1, 1, 0, 2, 2, 2, 1]
    assert curves[2].value[:5].tolist() == [9.0, 17.0, 23.0, 28.0, 35.0]
    assert curves[2].quantity[curves[2].allowed_from] == 4


def test_of_many_colorways_the_best_few_are_taken_with_their_minima() -> None:
    best = [[10.0 - colorway, 1.0] for colorway in range(5)]

    curves = list(merge(pieces_of(best), np.arange(5), offer(moq_colorway=2)))

    assert [sorted(set(curve.sku.tolist())) for curve in curves] == [
        [0],
        [0, 1],
        [0, 1, 2],
        [0, 1, 2, 3],
        [0, 1, 2, 3, 4],
    ]
    assert [int(curve.quantity[curve.allowed_from]) for curve in curves] == [2, 4, 6, 8, 10]
    assert all(one.value[-1] < other.value[-1] for one, other in pairwise(curves))


def test_of_sixty_colorways_only_one_curve_is_held_at_a_time() -> None:
    steps = np.linspace(10.0, 1.0, 500)
    pieces = pieces_of([(steps + sku / 100).tolist() for sku in range(60)])
    terms = offer(moq_colorway=5, colorway_setup_cost=1.0)
    tracemalloc.start()

    curves = sum(1 for _ in merge(pieces, np.arange(60), terms))

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    one_curve = 4 * 8 * 60 * 500
    assert curves == 60
    assert most < 8 * one_curve
