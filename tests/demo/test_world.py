"""The world: the same for a seed, and as large as it was meant to be."""

import dataclasses

import numpy as np
import pytest

from app.demo.days import SEASON_DAYS
from app.demo.line import Line, SteadyCurve, Style
from app.demo.lines import apparel, scooters
from app.demo.world import build_world, daily_means


def test_a_seed_always_has_the_same_customers() -> None:
    assert build_world(apparel(), 7).orders == build_world(apparel(), 7).orders


def test_another_seed_has_others() -> None:
    assert build_world(scooters(), 7).orders != build_world(scooters(), 8).orders


def test_a_style_has_the_same_customers_whatever_else_is_sold(line: Line, style: Style) -> None:
    other = dataclasses.replace(style, style="cap", name="Cap")
    together = dataclasses.replace(line, styles=(other, style))

    alone = build_world(line, 7).demand_units(style)

    assert build_world(together, 7).demand_units(style) == alone


def test_two_styles_alike_still_have_customers_of_their_own(line: Line, style: Style) -> None:
    other = dataclasses.replace(style, style="cap", name="Cap")
    world = build_world(dataclasses.replace(line, styles=(other, style)), 7)

    of_style = {order.minute for order in world.between(0, 112) if "TEE" in order.sku}
    of_other = {order.minute for order in world.between(0, 112) if "CAP" in order.sku}

    assert of_style != of_other


def test_a_launch_rises_to_its_peak_week_and_fades(line: Line, style: Style) -> None:
    means = daily_means(line, style, None)

    assert means.sum() == pytest.approx(100, rel=0.01)
    assert 14 <= int(np.argmax(means)) <= 28
    assert means[-1] < means.max() / 10


def test_a_predecessor_loses_most_of_its_demand_to_its_successor(line: Line, style: Style) -> None:
    steady = dataclasses.replace(style, curve=SteadyCurve(70))

    means = daily_means(line, steady, 42)

    assert means[:42] == pytest.approx(10)
    assert means[-1] == pytest.approx(1.2, rel=0.01)


def test_the_hit_sells_far_more_and_the_flop_far_less_than_the_average() -> None:
    line = apparel()
    wanted = {style.part: build_world(line, 7).demand_units(style) for style in line.seasonal}

    assert wanted["hit"] > 2 * wanted["average"]
    assert wanted["flop"] < wanted["average"] / 3


def test_the_basic_has_half_a_year_of_history_and_the_successor_launches_in_the_season() -> None:
    parts = {style.part: style for style in apparel().styles}

    assert parts["basic"].launch_day <= -26 * 7
    assert 0 < parts["successor"].launch_day < SEASON_DAYS


def test_nothing_is_wanted_before_its_launch_or_after_its_end() -> None:
    line = apparel()
    world = build_world(line, 7)

    orders = [order for day in world.orders.values() for order in day]

    assert all(line.style_of[order.sku].launch_day <= order.day for order in orders)
    assert all(order.day < (line.style_of[order.sku].end_day or SEASON_DAYS) for order in orders)
