"""What a rule wants, made into runs that its offer takes."""

from dataclasses import replace

import numpy as np

from app.backtest.ordering import allowed
from tests.backtest.worlds import SMALL, world


def runs(wanted: list[list[float]], chosen: int = 0, **terms: object) -> list[list[int]]:
    skus = len(wanted[0])
    offer = replace(SMALL, **terms)  # type: ignore[arg-type]
    one = world(np.zeros((skus, 7)), style_of=[0] * skus, colorway_of=[0, 0, 1], offers=[offer])
    return allowed(one, np.array(wanted), np.full((len(wanted), 1), chosen)).tolist()


def test_what_is_wanted_is_ordered_where_nothing_forbids_it() -> None:
    assert runs([[3, 0, 5], [0, 0, 0]]) == [[3, 0, 5], [0, 0, 0]]


def test_who_has_no_offer_orders_nothing() -> None:
    assert runs([[3, 0, 5]], chosen=-1) == [[0, 0, 0]]


def test_a_run_below_its_least_is_raised_in_proportion() -> None:
    assert runs([[6, 0, 2]], moq_run=40) == [[30, 0, 10]]


def test_a_colorway_and_a_sku_are_raised_to_theirs() -> None:
    assert runs([[1, 1, 6]], moq_sku=4, moq_colorway=20) == [[10, 10, 20]]


def test_packs_are_whole_and_what_is_lost_is_ordered_on_top() -> None:
    assert runs([[9, 0, 0]], yield_rate=0.9, setup_loss_units=2, order_multiple=6) == [[12, 0, 0]]


def test_a_run_above_the_largest_is_cut() -> None:
    assert runs([[60, 0, 40]], max_quantity=50) == [[30, 0, 20]]
