"""The rules one by one: their levels on numbers that can be checked by hand."""

from dataclasses import replace

import numpy as np
import pytest

from app.backtest.policies import base_stock, newsvendor, reorder_point, s_s
from app.backtest.policies.choosing import RULES, choose, every_candidate
from app.backtest.policies.large_run import LargeRun
from app.backtest.policies.levels import Setting, orders, setting_of
from app.backtest.told import Told, told_on
from app.backtest.world import World
from tests.backtest.worlds import LARGE, SMALL, world

FOUR_WEEKS = np.tile([2, 2, 2, 2, 1, 1, 0], 4)[None, :]


def told(mean: float, deviation: float, *, weeks: float = 13.0, day: int = 91) -> Told:
    return Told(day, np.array([mean]), np.array([deviation]), np.array([weeks]))


def setting(one: World, mean: float, deviation: float, *, holding: float = 0.5) -> Setting:
    made = setting_of(one, told(mean, deviation), np.array([0]))
    return replace(made, weeks=np.array([4.0]), holding=np.array([holding]))


def test_a_rule_is_told_what_lay_before_the_day_and_nothing_else() -> None:
    later = FOUR_WEEKS.copy()
    later[:, 21:] = 500

    said = [told_on(world(wanted), 21) for wanted in (FOUR_WEEKS, later)]

    assert said[0].mean.tolist() == said[1].mean.tolist() == [10.0]
    assert said[0].weeks.tolist() == [3.0]


def test_weeks_before_the_launch_are_not_counted() -> None:
    exposure = np.ones((1, 28))
    exposure[:, :14] = 0.0
    wanted = FOUR_WEEKS.copy()
    wanted[:, :14] = 0

    said = told_on(world(wanted, exposure=exposure), 28)

    assert (said.mean[0], said.weeks[0]) == (10.0, 2.0)


def test_what_comes_back_need_not_be_made() -> None:
    said = told_on(world(FOUR_WEEKS, return_rate=0.5, resalable_share=0.4), 28)

    assert said.mean[0] == pytest.approx(8.0)


def test_the_reorder_point_covers_lead_time_and_review_with_its_safety() -> None:
    low, high = reorder_point.levels(setting(world(FOUR_WEEKS), 10.0, 5.0))

    assert low[0] == 56.0  # 40 + 1.645 * 5 * 2
    assert high[0] == 77.0  # and sqrt(2 * 10 * 10 / .5) = 20


def test_base_stock_balances_the_margin_against_keeping_a_unit() -> None:
    low, high = base_stock.levels(setting(world(FOUR_WEEKS), 10.0, 5.0))

    assert (low[0], high[0]) == (46.0, 47.0)  # 40 + 10 * z(6 / (6 + .5 * 4)) = 46.7


def test_the_newsvendor_balances_it_against_a_unit_left_over() -> None:
    low, high = newsvendor.levels(setting(world(FOUR_WEEKS), 10.0, 5.0))

    assert (low[0], high[0]) == (43.0, 44.0)  # 40 + 10 * z(6 / (6 + 3)) = 44.3


def test_levels_of_s_s_are_in_weeks_of_demand() -> None:
    low, high = s_s.levels(setting(world(FOUR_WEEKS), 10.0, 5.0), cover=0.5, order=4.0)

    assert (low[0], high[0]) == (20.0, 60.0)


def test_a_sku_at_its_level_tops_up_the_others_of_its_style() -> None:
    one = world(np.zeros((3, 14)), style_of=[0, 0, 1])
    levels = (np.full((1, 3), 2.0), np.full((1, 3), 10.0))

    made = orders(one, np.array([[2, 5, 5]]), levels, np.array([[0, 0]]), 7)

    assert made.tolist() == [[8, 5, 0]]


def test_nothing_is_ordered_that_would_come_after_the_life_or_before_the_launch() -> None:
    exposure = np.ones((3, 14))
    exposure[1, :10] = 0.0
    one = world(np.zeros((3, 14)), exposure=exposure, last_day=[9, 13, 10])
    levels = (np.zeros((1, 3)), np.full((1, 3), 10.0))

    made = orders(one, np.zeros((1, 3), dtype=np.int64), levels, np.zeros((1, 3), int), 7)

    assert made.tolist() == [[0, 0, 10]]


def test_one_large_run_is_made_once_and_at_the_lowest_cost() -> None:
    one = world(np.zeros((1, 203)), offers=[SMALL, LARGE])
    rule = LargeRun(one, 203)
    nothing = np.zeros(1, dtype=np.int64)

    first = rule.orders(nothing, told(10.0, 3.0))
    second = rule.orders(nothing, told(10.0, 3.0))

    assert one.offers.terms[0][rule.chosen[0]].code == "large"
    assert first[0] == 182  # 16 weeks of 10, and z(8 / (8 + 1)) * 3 * sqrt(16 + 16**2 / 13)
    assert second[0] == 0


def test_a_large_run_that_would_not_pay_is_not_made() -> None:
    one = world(np.zeros((1, 203)), offers=[LARGE])

    assert LargeRun(one, 203).orders(np.zeros(1, dtype=np.int64), told(0.2, 0.5))[0] == 0


def test_an_old_style_gets_what_would_have_earned_most_and_a_young_one_what_others_got() -> None:
    exposure = np.ones((3, 140))
    exposure[2, :90] = 0.0
    one = world(np.zeros((3, 140)), exposure=exposure)
    every = every_candidate(one)
    rows = [at for at, candidate in enumerate(every) if candidate.rule == s_s.BY_STYLE]
    earned = np.zeros((len(every), 3))
    earned[rows[4]] = [10.0, 0.0, 0.0]
    earned[rows[7]] = [9.0, 5.0, 0.0]
    earned[rows[9]] = [0.0, 0.0, 99.0]

    chosen = choose(one, every, earned, 140)

    assert chosen[RULES.index(s_s.BY_STYLE)].tolist() == [rows[4], rows[7], rows[7]]
    assert chosen[RULES.index(s_s.BY_RANGE)].tolist() == [rows[7]] * 3
