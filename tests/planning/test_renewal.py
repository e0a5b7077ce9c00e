"""What stock left at a review saves, where a set-up is worth a review or two of holding."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from app.planning import Situation, decide
from app.planning.counter import Making, Part, price_counter
from app.planning.cycles import cheapest_cycle
from app.planning.plans import price_plans
from app.planning.scan import size_run
from app.planning.valuing import arrival_of
from app.planning.world import outlook_from, world_of
from tests.planning.situations import offer, situation
from tests.planning.test_published_cases import CASES_FILE, case_of

SETUP, HOLDING = 12.0, 0.3


def steady(
    shares: Sequence[float] = (1.0,), *, mean: float = 30.0, paths: int = 256, **changed: Any
) -> Situation:
    """Return a style without an end that sells evenly, a set-up worth two weeks of holding."""
    means = mean * np.array(shares)
    demand = np.random.default_rng(3).poisson(means[:, None, None], (means.size, paths, 20))
    terms = offer(unit_cost=4.0, setup_cost=SETUP, **changed.pop("terms", {}))
    asked = {"end": None, "review": 7, "price": 12.0, "holding_cost_per_unit_week": HOLDING}
    return situation(demand, terms, **(asked | changed))


@pytest.mark.skipif(not CASES_FILE.exists(), reason="published cases are not here")
def test_the_cheapest_cycle_costs_what_is_printed_and_begins_with_as_much() -> None:
    case = case_of("sS_zheng_federgruen_24")
    inputs, expected = case["inputs"], case["expected"]
    for mean, printed in zip(inputs["mu"], expected["cost"], strict=True):
        law = stats.poisson(mean).pmf(np.arange(6 * mean + 60))
        units = np.arange(law.size)
        left = np.maximum(units[:, None] - units, 0) @ law
        spent = inputs["h"] * left + inputs["p"] * (mean - units + left)

        rate, saves, full = cheapest_cycle(law, spent, float(inputs["K"]))

        assert rate == pytest.approx(printed, abs=0.006)
        assert full == pytest.approx(expected["S"][inputs["mu"].index(mean)], abs=1)
        assert saves[full] == pytest.approx(inputs["K"])
        assert not saves[: expected["s"][inputs["mu"].index(mean)]].any()


def test_a_style_whose_rate_is_unknown_is_not_taken_for_one_that_sells_unevenly() -> None:
    known = steady()
    rates = np.random.default_rng(5).gamma(1.5, 1 / 1.5, (1, 256, 1))
    unknown = replace(known, demand=np.rint(known.demand * rates).astype(np.int64))

    assert world_of(known).renewal is not None
    assert world_of(unknown).renewal is None
    foretold = unknown.demand.sum(axis=(0, 2)).mean()
    assert decide(unknown).chosen.quantity < foretold / 3


def test_where_the_best_stock_is_more_than_is_looked_at_it_is_not_followed() -> None:
    lumpy = np.where(np.random.default_rng(6).random((1, 256, 20)) < 0.1, 300, 0)

    assert world_of(replace(steady(), demand=lumpy)).renewal is None


def test_stock_that_is_nearly_enough_for_a_review_saves_no_setup() -> None:
    renewal = world_of(steady(paths=2048)).renewal

    assert renewal is not None
    assert renewal.block == 1.0
    # Of the holding that `saves` gives back the first units cost next to none.
    assert renewal.saves[20] < 0.05 * SETUP
    assert renewal.saves[45] > 0.6 * SETUP
    assert renewal.most_saved == pytest.approx(float(np.diff(renewal.saves).max()))


@pytest.mark.parametrize(
    "changed",
    [
        {"end": 20},
        {"backorder_share": 0.5},
        {"holding_cost_per_unit_week": 0.0},
        {"holding_cost_per_unit_week": 0.01},
        {"terms": {"setup_cost": 0.0}},
        {"terms": {"moq_run": 500}},
        {"terms": {"max_quantity": 40}},
        {"terms": {"price_breaks": ((1, 4.0), (100, 3.9))}},
        {"terms": {"lead_time_days": 133.0}},
        {"price": 4.0},
    ],
)
def test_elsewhere_what_is_left_is_worth_its_share_of_a_later_run(changed: dict[str, Any]) -> None:
    terms = changed.pop("terms", {})
    case = steady(**changed)
    case = replace(case, offers=(replace(case.offers[0], **terms),))

    assert world_of(steady()).renewal is not None
    assert world_of(case).renewal is None


@pytest.mark.parametrize(
    ("case", "apart"),
    [
        (steady(on_hand=10), 1e-9),
        (steady((0.5, 0.3, 0.2), terms={"lead_time_days": 14.0}, on_hand=8), 1e-9),
        (steady((0.5, 0.5), terms={"lead_time_days": 10.0, "lead_time_sd_days": 3.0}), 1e-9),
        # The curve of a random yield shares what lies between two whole units.
        (steady((0.5, 0.5), terms={"yield_rate": 0.9, "yield_sd": 0.08}), 1e-4),
    ],
)
def test_a_run_is_worth_on_its_paths_what_it_was_sized_by(case: Situation, apart: float) -> None:
    world = world_of(case)
    plans = price_plans(world)

    gain = plans.runs[0].expected_profit - plans.hold.expected_profit
    assert world.renewal is not None
    assert gain == pytest.approx(plans.sized["small"].gain, rel=apart)


def test_no_run_of_another_size_is_worth_more() -> None:
    """Where a lost sale costs little and a run takes weeks, units far past the first pay too."""
    case = steady((0.7, 0.3), price=5.0, terms={"lead_time_days": 21.0}, on_hand=40)
    world = world_of(case)
    outlook, terms = outlook_from(world), case.offers[0]
    arrival = arrival_of(world, outlook, terms)

    best = size_run(arrival, terms, case.colorways, outlook.kept)

    assert best is not None
    assert outlook.kept is not None
    for size in range(5, 160, 5):
        alone = replace(terms, moq_run=size, max_quantity=size)
        forced = size_run(arrival, alone, case.colorways, outlook.kept)
        assert forced is not None
        assert forced.gain <= best.gain + 1e-9


def test_what_is_lost_until_a_run_lands_takes_nothing_of_what_is_on_its_way() -> None:
    case = steady(terms={"lead_time_days": 21.0})
    demanded = case.demand[0].cumsum(axis=1)
    inbound = np.zeros((1, 20), dtype=np.int64)
    inbound[0, 3] = 100

    empty, coming = (
        outlook_from(world_of(one)).kept for one in (case, replace(case, inbound=inbound))
    )

    until_landed = demanded[:, 3] - demanded[:, 0]
    assert empty is not None
    assert coming is not None
    assert (empty.units == until_landed).all()
    left = np.maximum(100 - case.demand[0, :, 3], 0)
    assert (coming.units == until_landed + left).all()


def test_sizes_are_filled_up_in_proportion_to_what_they_sell() -> None:
    shares = np.array([0.4, 0.3, 0.2, 0.1])

    chosen = decide(steady(shares.tolist())).chosen

    assert chosen.quantity > 45
    assert chosen.quantities / chosen.quantity == pytest.approx(shares, abs=0.03)


def test_a_style_of_four_sizes_costs_less_than_by_shares_of_later_runs() -> None:
    shares = np.array([0.4, 0.3, 0.2, 0.1])
    sold = np.random.default_rng(11).poisson(30 * shares, (60, 4))

    def cost(*, followed: bool) -> float:
        stock, total = np.zeros(4, dtype=np.int64), 0.0
        # A backorder share too small to make anyone wait is all that is told apart.
        waits = 0.0 if followed else 1e-9
        for wanted in sold:
            chosen = decide(steady(shares.tolist(), on_hand=stock, backorder_share=waits)).chosen
            stock = stock + chosen.quantities
            short = np.maximum(wanted - stock, 0).sum()
            stock = np.maximum(stock - wanted, 0)
            total += SETUP * (chosen.quantity > 0) + HOLDING * stock.sum() + 8.0 * short
        return total

    assert cost(followed=True) < 0.97 * cost(followed=False)


def test_a_counter_that_changes_nothing_earns_what_the_run_does() -> None:
    case = steady((0.6, 0.4), on_hand=5, terms={"lead_time_days": 7.0})
    chosen = decide(case).chosen
    run = Making("small", (Part(chosen.quantities, 7.0),), chosen.total_cost)

    priced = price_counter(case, run, run)

    assert world_of(case).renewal is not None
    assert priced.expected_profit == pytest.approx(chosen.expected_profit)


def test_money_in_another_currency_and_sizes_in_another_order_decide_the_same() -> None:
    case = steady((0.5, 0.3, 0.2), on_hand=np.array([9, 4, 6]))
    order = np.array([2, 0, 1])
    turned = replace(case, demand=case.demand[order], on_hand=case.on_hand[order])
    money = replace(case.economics, price=120.0, holding_cost_per_unit_week=10 * HOLDING)
    terms = replace(case.offers[0], price_breaks=((1, 40.0),), setup_cost=10 * SETUP)

    chosen, other = decide(case).chosen, decide(turned).chosen
    dear = decide(replace(case, economics=money, offers=(terms,))).chosen

    assert other.quantity == dear.quantity == chosen.quantity > 0
    assert other.expected_profit == pytest.approx(chosen.expected_profit)
    assert dear.expected_profit == pytest.approx(10 * chosen.expected_profit)
