"""Later orders placed by what was sold: found on one half of the paths, scored on the other."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from app.planning import Floats, Foresight, Integers, Situation, decide
from app.planning.foresight import foresight_of
from app.planning.learning import Stage, rolled_out, stage_of, two_stage
from app.planning.plans import price_plans
from app.planning.second_order import best_orders, landed
from app.planning.world import World, world_of
from tests.planning.situations import offer, situation
from tests.planning.test_waiting import single_sku

WEEK = 7


def low_or_high(paths: int = 128, periods: int = 8) -> Integers:
    """Return paths that sell 4 or 20 a week, by turns of two, with some noise."""
    rate = np.where(np.arange(paths) // 2 % 2, 20.0, 4.0)[None, :, None]
    noise = np.random.default_rng(5)
    return noise.poisson(np.broadcast_to(rate, (1, paths, periods)))


def launch(demand: Integers, *, on_hand: int = 40, lead: int = 1) -> Situation:
    """Return a style with stock for the first weeks, and one way of making more."""
    made = offer("soon", 10.0, setup_cost=20.0, lead_time_days=WEEK * lead)
    return situation(demand, made, on_hand=on_hand, review=WEEK, price=25.0, salvage_value=1.0)


def waiting(case: Situation) -> tuple[World, Stage]:
    """Return the world and where making nothing now stands."""
    world = world_of(case)
    return world, stage_of(world, [price_plans(world).hold], case.demand.shape[1])


def foresight(case: Situation) -> Foresight:
    world = world_of(case)
    found = foresight_of(world, price_plans(world))
    assert found is not None
    return found


def simulated(demand: Floats, on_hand: int, arrives: int, units: int) -> float:
    """Return the profit of one path, period by period, `units` bought at 10 and a set-up of 20."""
    stock, profit = on_hand, -10.0 * units - 20.0 * (units > 0)
    for period, wanted in enumerate(demand):
        stock += units * (period == arrives)
        sold = min(stock, int(wanted))
        stock -= sold
        profit += 25.0 * sold
    return profit + 1.0 * stock


def test_a_second_order_earns_what_simulating_every_size_of_it_finds() -> None:
    pairs = np.repeat(np.random.default_rng(2).poisson(3.0, (1, 16, 4)), 2, axis=1)
    case = launch(pairs, on_hand=5)

    world, stage = waiting(case)
    earned = two_stage(world, stage, review=1, groups=1).mean()

    sizes = [np.mean([simulated(path, 5, 2, size) for path in pairs[0]]) for size in range(30)]
    assert earned == pytest.approx(max(sizes))


def test_each_offers_orders_are_what_they_are_without_the_others() -> None:
    demand = np.random.default_rng(4).poisson(3.0, (2, 32, 8)) * np.array([1, 9])[:, None, None]
    case = launch(demand, on_hand=2)
    makers = (
        offer("soon", 10.0, lead_time_days=WEEK),
        offer("cheap", 4.0, setup_cost=90.0, moq_run=60, lead_time_days=3 * WEEK),
        offer("last", 11.0, yield_rate=0.8, order_multiple=6, lead_time_days=6 * WEEK),
    )
    world, stage = waiting(replace(case, offers=makers))
    blocks = np.arange(32).reshape(1, 2, 2, 8)
    later = [
        (one, landing)
        for one in makers
        if (landing := landed(world, one, WEEK, world.baseline.served)) is not None
    ]

    together = best_orders(world, later, stage.lost, blocks)
    apart = [best_orders(world, [one], stage.lost, blocks) for one in later]

    assert len(apart) == 3
    for name in ("gain", "cost", "over", "units"):
        assert (getattr(together, name) == [getattr(one, name)[0] for one in apart]).all(), name
    assert (together.units.sum(axis=-1) > 0).any(axis=(1, 2, 3)).all()


def test_who_looks_orders_what_each_kind_of_style_wants() -> None:
    world, stage = waiting(launch(low_or_high()))

    looking = two_stage(world, stage, review=1).mean()
    blind = two_stage(world, stage, review=1, groups=1).mean()

    assert looking > blind + 150


def test_sales_that_tell_nothing_are_worth_nothing() -> None:
    demand = low_or_high()
    demand[0, :, :2] = np.random.default_rng(1).permutation(demand[0, :, :2])
    world, stage = waiting(launch(demand))

    looking = two_stage(world, stage, review=1).mean()
    blind = two_stage(world, stage, review=1, groups=1).mean()

    assert looking < blind + 20


def test_the_more_noise_is_in_what_is_seen_the_less_looking_is_worth() -> None:
    worth = []
    for mixed in (0, 64, 128):
        demand = low_or_high()
        told = demand[0, :mixed, :2]
        demand[0, :mixed, :2] = np.random.default_rng(1).permutation(told)
        world, stage = waiting(launch(demand))
        worth.append(two_stage(world, stage, review=1).mean())
        worth[-1] -= two_stage(world, stage, review=1, groups=1).mean()

    assert worth[0] > worth[1] > worth[2]


def test_a_shelf_that_is_empty_teaches_nothing() -> None:
    taught = []
    for on_hand in (40, 0):
        world, stage = waiting(launch(low_or_high(), on_hand=on_hand))
        looking = two_stage(world, stage, review=1).mean()
        taught.append(looking - two_stage(world, stage, review=1, groups=1).mean())

    assert taught[0] > 150
    assert taught[1] < 20


def test_what_is_found_on_one_half_does_not_know_the_other() -> None:
    noise = np.random.default_rng(4).poisson(6.0, (1, 64, 5))
    world, stage = waiting(launch(noise, on_hand=0))

    looking = two_stage(world, stage, review=1, groups=8).mean()

    assert looking <= two_stage(world, stage, review=1, groups=1).mean() * 1.005


@given(case=single_sku())
def test_one_run_earns_no_more_than_two_and_two_no_more_than_knowing_the_demand(
    case: Situation,
) -> None:
    world = world_of(case)
    found = foresight_of(world, price_plans(world))

    if found is not None:
        assert found.one_shot <= found.two_stage <= found.perfect_information + 1e-6
        assert 0 <= found.learning <= found.two_stage - found.one_shot + 1e-6
        assert found.hold <= found.two_stage


def test_waiting_costs_nothing_where_nothing_is_lost_by_it() -> None:
    demand = low_or_high()
    demand[:, :, :3] = 0
    case = launch(demand, on_hand=0)

    found = foresight(case)

    assert found.hold >= found.one_shot * 0.98


def test_twice_the_money_is_worth_twice_as_much() -> None:
    case = launch(low_or_high())
    money = replace(case.economics, price=50.0, salvage_value=2.0)
    dear = replace(case.offers[0], price_breaks=((1, 20.0),), setup_cost=40.0)

    once, twice = foresight(case), foresight(replace(case, economics=money, offers=(dear,)))

    assert twice.two_stage == pytest.approx(2 * once.two_stage)
    assert twice.perfect_information == pytest.approx(2 * once.perfect_information)
    assert (twice.review, twice.first_quantity) == (once.review, once.first_quantity)


def test_the_order_of_the_paths_within_a_half_does_not_matter() -> None:
    scales = np.random.default_rng(8).permutation(np.rint(np.arange(1, 129) ** 1.3))
    demand = np.broadcast_to(scales[None, :, None], (1, 128, 6)).astype(np.int64)
    pairs = np.random.default_rng(9).permutation(64)
    turned = demand.reshape(1, 64, 2, 6)[:, pairs].reshape(1, 128, 6)

    once, again = foresight(launch(demand, on_hand=700)), foresight(launch(turned, on_hand=700))

    assert again.two_stage == pytest.approx(once.two_stage)


def test_little_that_is_unknown_is_not_asked_about() -> None:
    sure = launch(np.full((1, 64, 6), 10))

    assert decide(sure).foresight is None


def test_following_every_review_makes_up_for_runs_that_are_cut_short() -> None:
    case = launch(low_or_high(), on_hand=10)
    small = replace(case, offers=(replace(case.offers[0], max_quantity=30),))
    world, stage = waiting(small)

    followed = rolled_out(world, stage, range(1, 7)).mean()

    assert followed > 1.5 * two_stage(world, stage, review=1).mean()
