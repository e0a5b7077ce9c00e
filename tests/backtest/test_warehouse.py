"""The simulated warehouse: what it sells, loses, receives, takes back and writes down."""

from dataclasses import replace

import numpy as np
import pytest

from app.backtest.warehouse import RETURN_DAYS, Warehouse
from tests.backtest.worlds import LARGE, SMALL, world


def live(warehouse: Warehouse, first: int, after: int) -> list[list[int]]:
    return [warehouse.live(day).sold[:, 0].tolist() for day in range(first, after)]


def test_what_is_not_in_stock_is_lost() -> None:
    warehouse = Warehouse(world([[2, 2, 2, 2, 0, 0, 0]]), lanes=1)
    warehouse.receive(np.array([5]))

    sold = live(warehouse, 0, 7)

    books = warehouse.books(7)
    assert sold == [[2], [2], [1], [0], [0], [0], [0]]
    assert (books.sold[0, 0], books.lost[0, 0], books.wanted[0, 0]) == (5, 3, 8)
    assert books.profit[0, 0] == 50.0


def test_a_day_says_how_much_of_it_there_was_stock() -> None:
    warehouse = Warehouse(world([[2, 4, 1, 0, 0, 0, 0]]), lanes=1)
    warehouse.receive(np.array([3]))

    shares = [warehouse.live(day).in_stock[0, 0] for day in range(3)]

    assert shares == [1.0, 0.25, 0.0]


def test_a_run_arrives_after_its_lead_time_and_costs_units_and_set_up() -> None:
    warehouse = Warehouse(world(np.ones((1, 7))), lanes=2)

    arrives = warehouse.release(0, 0, np.array([[4], [0]]), np.array([[0], [0]]))
    sold = live(warehouse, 0, 7)

    books = warehouse.books(7)
    assert arrives[0, 0] == 3
    assert sold == [[0, 0]] * 3 + [[1, 0]] * 4
    assert books.profit[:, 0].tolist() == [40 - 16 - 10, 0]
    assert books.runs[:, 0].tolist() == [1, 0]


def test_late_runs_are_late_for_every_rule() -> None:
    one = world(np.ones((1, 14)), offers=[replace(SMALL, lead_time_sd_days=2.0)])
    late = replace(one, luck=replace(one.luck, lead=np.ones((1, 3))))
    warehouse = Warehouse(late, lanes=2)

    arrives = warehouse.release(0, 0, np.array([[4], [9]]), np.array([[0], [0]]))

    assert arrives[:, 0].tolist() == [5, 5]


def test_a_run_sets_up_each_of_its_colorways_and_pays_its_tools_once() -> None:
    offer = replace(SMALL, colorway_setup_cost=5.0, tooling_cost=100.0)
    one = world(np.zeros((3, 7)), style_of=[0, 0, 0], colorway_of=[0, 1, 0], offers=[offer])
    warehouse = Warehouse(one, lanes=1)

    warehouse.release(0, 0, np.array([[1, 1, 1]]), np.array([[0]]))
    warehouse.release(0, 0, np.array([[1, 0, 1]]), np.array([[0]]))

    books = warehouse.books(0)
    assert books.setup_cost[0, 0] == (10 + 2 * 5 + 100) + (10 + 5)
    assert (books.runs[0, 0], books.setups[0, 0]) == (2, 3)


def test_yield_is_rounded_by_luck_and_not_always_up() -> None:
    one = world(np.zeros((2, 7)), offers=[replace(SMALL, yield_rate=0.9)])
    luck = replace(one.luck, rounding=np.array([[0.05, 0.0], [0.95, 0.0]]))
    warehouse = Warehouse(replace(one, luck=luck), lanes=1)

    warehouse.release(0, 0, np.array([[12, 12]]), np.array([[0, 0]]))

    assert warehouse.on_order.tolist() == [[10, 11]]  # of 10.8 each


def test_who_waits_is_served_by_the_next_run_and_counts_as_sold() -> None:
    warehouse = Warehouse(world([[4, 0, 0, 0, 0, 0, 0]], waiting_share=0.5), lanes=1)

    warehouse.release(0, 0, np.array([[5]]), np.array([[0]]))
    live(warehouse, 0, 7)

    books = warehouse.books(7)
    assert (books.sold[0, 0], books.lost[0, 0]) == (2, 2)
    assert books.leftover[0, 0] == 3


def test_who_waits_can_have_it_made_to_order() -> None:
    to_order = replace(SMALL, code="each", made_to_order=True)
    one = world([[4, 0, 0, 0, 0, 0, 0]], waiting_share=0.5, offers=[SMALL, to_order])
    warehouse = Warehouse(one, lanes=1)
    warehouse.to_order[0, 0] = 1

    live(warehouse, 0, 7)
    warehouse.settle()

    books = warehouse.books(7)
    assert books.profit[0, 0] == 2 * 10 - 2 * 4 - 10
    assert (books.sold[0, 0], books.leftover[0, 0], books.runs[0, 0]) == (2, 0, 1)


def test_half_of_what_comes_back_can_be_sold_again_and_all_is_refunded() -> None:
    wanted = np.zeros((1, 28))
    wanted[0, 0] = 8
    warehouse = Warehouse(world(wanted, return_rate=0.5, resalable_share=0.5), lanes=1)
    warehouse.receive(np.array([8]))

    live(warehouse, 0, RETURN_DAYS + 1)

    books = warehouse.books(RETURN_DAYS + 1)
    assert books.revenue[0, 0] == (8 - 4) * 10
    assert books.leftover[0, 0] == 2


def test_returns_still_to_come_are_owed() -> None:
    wanted = np.zeros((1, 28))
    wanted[0, 0] = 8
    warehouse = Warehouse(world(wanted, return_rate=0.5), lanes=1)
    warehouse.receive(np.array([8]))

    live(warehouse, 0, 2)

    assert warehouse.books(2).stock_value[0, 0] == 4 * 4.0 - 4 * 10.0


def test_what_is_left_counts_what_replacing_it_costs_or_its_salvage_once_life_is_over() -> None:
    one = world(np.zeros((2, 7)), offers=[SMALL, LARGE], last_day=[3, 7])
    warehouse = Warehouse(one, lanes=1)
    warehouse.receive(np.array([6, 6]))

    books = warehouse.books(7)

    assert books.stock_value[0].tolist() == [6.0, 12.0]
    assert books.salvage_value[0].tolist() == [6.0, 6.0]


def test_keeping_stock_and_losing_customers_cost() -> None:
    warehouse = Warehouse(world([[1, 1, 1, 1, 0, 0, 0]], holding=0.5, goodwill=2.0), lanes=1)
    warehouse.receive(np.array([2]))

    live(warehouse, 0, 7)

    assert warehouse.books(7).profit[0, 0] == pytest.approx(20 - 0.5 * 1 - 2.0 * 2)
