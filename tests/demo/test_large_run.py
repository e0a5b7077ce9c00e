"""One large run: what it costs, what it would have earned, and that hindsight is never beaten."""

import dataclasses
from decimal import Decimal

import pytest

from app.demo.accounts import left_worth
from app.demo.large_run import best_run, guessed_run, season_with
from app.demo.line import Line, Style, Terms
from app.demo.seeding import opening_quantities, split
from app.demo.world import Order, World, build_world

S, M = "TEE-BLK-S", "TEE-BLK-M"


def world_of(line: Line, *skus: str) -> World:
    orders = [
        Order(
            f"o{number}", sku, number, 600, is_cancelled=False, returned_on=None, is_resalable=True
        )
        for number, sku in enumerate(skus)
    ]
    return World(line, {order.day: [order] for order in orders})


def test_the_opening_stock_is_split_as_sizes_usually_sell(style: Style) -> None:
    assert opening_quantities(style) == {S: 4, M: 6}


@pytest.mark.parametrize(("units", "shares"), [(10, [3, 3, 4]), (0, [0, 0, 0]), (1, [0, 0, 1])])
def test_a_split_hands_out_every_unit(units: int, shares: list[int]) -> None:
    assert sorted(split(units, {"a": 1.0, "b": 1.0, "c": 1.0}).values()) == shares


def test_a_run_costs_its_units_at_the_break_reached_with_set_ups_and_freight(
    style: Style, terms: Terms
) -> None:
    assert terms.run_cost(style, {S: 40, M: 59}) == Decimal("604.50")
    assert terms.run_cost(style, {S: 40, M: 60}) == Decimal("560.00")
    assert terms.run_cost(style, {S: 0, M: 0}) == 0


def test_the_guessed_run_is_the_forecast_less_returns_and_opening_stock(
    style: Style, terms: Terms
) -> None:
    run = guessed_run(style, terms, {S: 60.0, M: 90.0}, back_share=0.1)

    assert run == {S: 50, M: 75}


def test_a_small_guess_is_raised_to_the_least_run(style: Style, terms: Terms) -> None:
    run = guessed_run(style, terms, {S: 5.0, M: 9.0}, back_share=0.0)

    assert run == {S: 10, M: 30}


def test_a_guess_that_the_opening_stock_covers_buys_nothing(style: Style, terms: Terms) -> None:
    run = guessed_run(style, terms, {S: 4.0, M: 6.0}, back_share=0.0)

    assert run == {S: 0, M: 0}


def test_a_season_is_settled_to_the_cent(line: Line, style: Style, terms: Terms) -> None:
    world = world_of(line, S, S, S, S, S)

    settled = season_with(world, style, terms, {S: 0, M: 0})

    assert (settled.sold_units, settled.lost_units, settled.left_units) == (4, 1, 6)
    assert settled.revenue == Decimal("80.00")
    assert settled.holding_cost == Decimal("6.78")
    assert settled.profit == Decimal("79.22")


def test_hindsight_buys_nothing_where_the_least_run_does_not_pay(
    line: Line, style: Style, terms: Terms
) -> None:
    assert best_run(world_of(line, S, S, S, S, S), style, terms) == {S: 0, M: 0}


@pytest.mark.parametrize("seed", range(5))
def test_no_run_of_the_usual_sizes_earns_more_than_the_one_of_hindsight(
    line: Line, style: Style, terms: Terms, seed: int
) -> None:
    world = build_world(line, seed)
    best = season_with(world, style, terms, best_run(world, style, terms)).profit

    for units in (0, 40, 60, 80, 100, 150):
        run = split(units, dict(zip((S, M), (0.4, 0.6), strict=True)))
        assert season_with(world, style, terms, run).profit <= best


def test_what_is_left_of_a_style_that_ends_is_salvage(line: Line, style: Style) -> None:
    assert left_worth(world_of(line), style, 3) == Decimal("3.00")


def test_what_is_left_of_one_that_goes_on_saves_making_it_later(line: Line, style: Style) -> None:
    lasting = dataclasses.replace(style, end_day=None)
    orders = [
        Order(f"o{day}", S, day, 600, is_cancelled=False, returned_on=None, is_resalable=True)
        for day in range(84, 112)
    ]
    world = World(line, {order.day: [order] for order in orders})

    worth = left_worth(world, lasting, 3)

    assert worth == Decimal("14.97")
