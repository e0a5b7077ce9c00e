"""What a counter is worth, beside what was asked for and the other ways."""

from dataclasses import replace

import numpy as np
import pytest

from app.planning import Situation, decide
from app.planning.counter import CounterPrice, Making, Part, price_counter
from app.planning.terms import run_cost_of
from tests.planning.situations import offer, poisson, situation

SMALL = offer(unit_cost=12.0, setup_cost=40.0, lead_time_days=14.0, yield_rate=0.9)
LARGE = offer("large", 9.0, setup_cost=90.0, lead_time_days=35.0, mode="large_batch")
ECONOMICS = {"price": 40.0, "salvage_value": 4.0, "holding_cost_per_unit_week": 0.1}


def world(*offers: object, **changed: object) -> Situation:
    """Return twelve weeks of two SKUs with little stock, and an end."""
    demand = poisson(7, 9.0, 5.0, paths=256, periods=12)
    given = {"on_hand": [15, 5], "review": 7, **ECONOMICS} | changed
    return situation(demand, *(offers or (SMALL, LARGE)), **given)


def making(quantities: list[int], days: float = 14.0, *, dearer: float = 0.0) -> Making:
    """Return a run by the small offer at its price, or a dearer one."""
    units = np.array(quantities)
    cost = run_cost_of(SMALL, int(units.sum()), 1) + dearer * units.sum()
    return Making("small", (Part(units, days),), float(cost))


def priced(original: Making, counter: Making, asked: Situation | None = None) -> CounterPrice:
    return price_counter(asked or world(), original, counter)


@pytest.mark.parametrize("losses", [{}, {"setup_loss_units": 9}, {"early_run_units": 30}])
def test_what_was_decided_is_priced_as_the_decision_priced_it(losses: dict[str, int]) -> None:
    asked = world(replace(SMALL, early_run_yield=0.6, **losses))
    chosen = decide(asked).chosen
    run = making(chosen.quantities.tolist())

    price = priced(run, run, asked)

    assert chosen.action == "run"
    assert price.expected_profit == pytest.approx(chosen.expected_profit, abs=1e-9)
    assert (price.original.given_up, price.original.standard_error) == (0.0, 0.0)


def test_a_dearer_unit_costs_its_price_on_every_path() -> None:
    price = priced(making([60, 30]), making([60, 30], dearer=0.5))

    assert price.original.given_up == pytest.approx(45.0, abs=1e-9)
    assert price.original.standard_error == pytest.approx(0.0, abs=1e-9)


def test_each_day_later_loses_more() -> None:
    lost = [priced(making([60, 30]), making([60, 30], day)).original for day in (14, 17, 21, 35)]

    given_up = [one.given_up for one in lost]
    assert given_up[0] == 0.0
    assert given_up == sorted(given_up)
    assert given_up[-1] > 100.0


def test_a_run_that_comes_after_the_end_earns_no_more_than_its_salvage() -> None:
    price = priced(making([60, 30]), making([60, 30], 84.0))

    nothing = next(one for one in price.alternatives if one.action == "hold")
    assert price.expected_profit < nothing.expected_profit - 500.0


def test_no_other_quantity_is_clearly_better_than_the_best_one() -> None:
    asked = world(SMALL)
    best = decide(asked).chosen.quantities
    run = making(best.tolist())

    for share in (0.5, 0.8, 0.95, 1.05, 1.2, 1.5):
        other = priced(run, making(np.rint(best * share).astype(int).tolist()), asked).original
        assert other.given_up > -2 * other.standard_error


def test_parts_on_one_day_are_worth_what_the_whole_is() -> None:
    whole = making([60, 30])
    parts = tuple(Part(np.array([30, 15]), 14.0) for _ in range(2))

    price = priced(whole, replace(whole, parts=parts))

    assert price.original.given_up == pytest.approx(0.0, abs=1.0)


def test_a_part_that_comes_later_loses_less_than_all_of_it_coming_later() -> None:
    run = making([60, 30])
    parts = (Part(np.array([40, 20]), 14.0), Part(np.array([20, 10]), 42.0))

    some = priced(run, replace(run, parts=parts)).original.given_up
    every = priced(run, making([60, 30], 42.0)).original.given_up

    assert 0.0 < some < every / 3


def test_in_parts_a_run_earns_what_a_simulation_of_each_path_says() -> None:
    asked = world(replace(SMALL, yield_rate=1.0), review=10_000)
    counter = Making(
        "small", (Part(np.array([40, 20]), 14.0), Part(np.array([30, 15]), 42.0)), 700.0
    )

    price = priced(making([60, 30]), counter, asked)

    assert price.expected_profit == pytest.approx(simulated(asked, counter), abs=1e-6)


def simulated(asked: Situation, run: Making) -> float:
    """Return the profit of whole weeks, SKU by SKU and week by week."""
    total = 0.0
    arriving = {int(part.days / 7): part.quantities for part in run.parts}
    for sku, paths in enumerate(asked.demand):
        for path in paths:
            stock = int(asked.on_hand[sku])
            for week, wanted in enumerate(path):
                stock += int(arriving[week][sku]) if week in arriving else 0
                sold = min(stock, int(wanted))
                stock -= sold
                total += 40.0 * sold - 0.1 * stock
            total += 4.0 * stock
    return total / asked.demand.shape[1] - run.cost


def test_it_stands_beside_hold_and_every_other_offer_the_best_first() -> None:
    price = priced(making([60, 30]), making([40, 20]))

    assert {(one.action, one.offer) for one in price.alternatives} == {
        ("run", "large"),
        ("hold", None),
    }
    profits = [one.expected_profit for one in price.alternatives]
    assert profits == sorted(profits, reverse=True)
    for one in price.alternatives:
        assert one.given_up == pytest.approx(one.expected_profit - price.expected_profit)
        assert one.standard_error > 0.0


def test_a_run_beside_it_takes_demand_away() -> None:
    run = making([60, 30])
    beside = Making("large", (Part(np.array([60, 30]), 21.0),), 900.0)

    alone = price_counter(world(), run, making([90, 45])).original
    together = price_counter(world(), run, making([90, 45]), [beside]).original

    assert together.given_up > alone.given_up + 100.0


def test_a_run_named_for_another_day_is_as_unsure_as_the_offer_is() -> None:
    unsure = replace(SMALL, lead_time_sd_days=4.0, yield_sd=0.05)

    on_time = priced(making([60, 30]), making([60, 30]), world(unsure)).original
    at_once = priced(making([60, 30]), making([60, 30], 0.0), world(unsure)).original
    late = priced(making([60, 30]), making([60, 30], 28.0), world(unsure)).original

    assert at_once.given_up < on_time.given_up == 0.0 < late.given_up


@pytest.mark.parametrize("code", ["other", "to_order"])
def test_only_runs_of_an_offer_that_arrive_can_be_priced(code: str) -> None:
    to_order = offer("to_order", made_to_order=True, mode="on_demand")
    run = replace(making([6, 3]), offer=code)

    with pytest.raises(ValueError, match=code):
        priced(run, run, world(SMALL, to_order))


@pytest.mark.parametrize("spread", [0.0, 3.0])
@pytest.mark.parametrize("lead", [14.0, 17.0, 20.0])
def test_two_halves_on_one_day_are_the_whole_whenever_they_land(lead: float, spread: float) -> None:
    terms = offer("slow", 5.0, lead_time_days=lead, lead_time_sd_days=spread)
    case = situation(poisson(0, 20.0, paths=64, periods=20), terms, on_hand=20, price=20.0)
    whole = Making("slow", (Part(np.array([100]), lead),), 500.0)
    halves = Making("slow", (Part(np.array([50]), lead), Part(np.array([50]), lead)), 500.0)

    price = price_counter(case, whole, halves)

    assert price.original.given_up == pytest.approx(0.0, abs=1e-9)
