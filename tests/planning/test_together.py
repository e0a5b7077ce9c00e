from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.planning import Decision, FactoryRecord, PreviousPlan, Situation, decide
from app.planning.plans import price_plans
from app.planning.together import with_run_inbound
from app.planning.world import world_of
from tests.planning.situations import offer, poisson, situation, worlds

FAST = offer("fast", 17.0, factory="near", mode="on_demand", lead_time_days=7, max_quantity=60)
SLOW = offer(
    "slow", 9.0, factory="far", mode="large_batch", lead_time_days=56, setup_cost=300.0, moq_run=300
)


def season(seed: int = 2, **changes: object) -> Situation:
    """Return half a year of demand that a slow cheap run and a fast dear one serve together."""
    case = situation(poisson(seed, 15.0, 15.0, periods=26), FAST, SLOW, on_hand=15, review=13)
    return replace(case, **changes)


def codes(decision: Decision) -> set[str]:
    return {reason.code for reason in decision.reasons}


def test_the_fast_run_is_sized_with_the_slow_one_on_its_way() -> None:
    case = season()

    decision = decide(case)

    inbound = case.inbound.copy()
    inbound[:, 8] += decision.chosen.quantities
    behind = decide(replace(case, inbound=inbound, offers=(FAST,)))
    assert (decision.chosen.offer, decision.chosen.quantity) == ("slow", 300)
    assert decision.beside is not None
    assert decision.beside.quantities == pytest.approx(behind.chosen.quantities, abs=1)


def test_both_runs_together_earn_more_than_either_alone() -> None:
    decision = decide(season())

    assert decision.beside is not None
    alone = {plan.offer: plan.expected_profit for plan in decision.alternatives}
    chosen = decision.chosen
    assert decision.beside.expected_profit == chosen.expected_profit
    assert chosen.expected_profit_alone is not None
    assert chosen.expected_profit > chosen.expected_profit_alone
    assert chosen.expected_profit > max(alone.values())
    assert chosen.gain_over_waiting == pytest.approx(chosen.expected_profit - alone[None])


def test_the_way_that_suits_is_that_of_the_larger_of_two_runs() -> None:
    decision = decide(season())

    assert decision.beside is not None
    assert decision.beside.quantity < decision.chosen.quantity
    assert decision.suitability_way == decision.chosen.mode == "large_batch"
    [bridge] = [one for one in decision.suitability_reasons if one.code == "bridge_with_smaller"]
    assert bridge.values == {
        "offer": "fast",
        "mode": decision.beside.mode,
        "quantity": decision.beside.quantity,
    }


def test_a_fast_run_stops_where_the_slow_one_takes_over() -> None:
    wide = replace(FAST, max_quantity=None)
    late = replace(SLOW, lead_time_days=84)

    until_week_8 = decide(season(offers=(wide, SLOW)))
    until_week_12 = decide(season(offers=(wide, late)))

    assert until_week_8.beside is not None
    assert until_week_12.beside is not None
    assert until_week_8.beside.quantity < until_week_12.beside.quantity


def test_what_the_first_factory_cannot_make_goes_to_a_second_one() -> None:
    demand = np.full((1, 8, 6), 50)
    first = offer("first", 10.0, factory="one", lead_time_days=7, capacity_per_week=150)
    second = offer("second", 12.0, factory="two", lead_time_days=7)

    decision = decide(situation(demand, first, second))

    assert (decision.chosen.offer, decision.chosen.quantity) == ("first", 150)
    assert decision.beside is not None
    assert (decision.beside.offer, decision.beside.quantity) == ("second", 100)
    assert decision.beside.expected_profit == pytest.approx(250 * 30 - 150 * 10 - 100 * 12)
    assert "rest_made_beside" in codes(decision)


def test_a_second_offer_of_the_same_factory_brings_no_capacity() -> None:
    demand = np.full((1, 8, 6), 50)
    first = offer("first", 10.0, lead_time_days=7, capacity_per_week=150)
    second = offer("second", 12.0, lead_time_days=7)

    assert decide(situation(demand, first, second)).beside is None


def test_two_that_stand_together_both_stay_within_the_noise() -> None:
    found = decide(season())
    assert found.beside is not None
    near = found.chosen.quantities + 1
    standing = season(
        previous=PreviousPlan("slow", near),
        previous_beside=PreviousPlan("fast", found.beside.quantities),
    )

    again = decide(standing)

    assert again.chosen.quantities.tolist() == near.tolist()
    assert again.beside is not None
    assert again.beside.quantities.tolist() == found.beside.quantities.tolist()
    assert "kept_previous" in codes(again)


def test_it_makes_no_difference_which_of_two_standing_ones_is_named_first() -> None:
    case = season(offers=(replace(FAST, max_quantity=None), SLOW))
    found = decide(case)
    assert found.beside is not None
    slow = PreviousPlan("slow", found.chosen.quantities + 1)
    fast = PreviousPlan("fast", found.beside.quantities - 1)

    one = decide(replace(case, previous=slow, previous_beside=fast))
    other = decide(replace(case, previous=fast, previous_beside=slow))

    assert one.beside is not None
    assert other.beside is not None
    made = {one.chosen.offer: one.chosen.quantity, one.beside.offer: one.beside.quantity}
    turned = {other.chosen.offer: other.chosen.quantity, other.beside.offer: other.beside.quantity}
    assert made == turned == {"slow": slow.quantities.sum(), "fast": fast.quantities.sum()}


def test_a_run_beside_that_hardly_matters_any_more_stays_all_the_same() -> None:
    first = offer("first", 10.0, factory="one", lead_time_days=7)
    second = offer("second", 10.0, factory="two", lead_time_days=7)
    case = situation(poisson(5, 30.0, periods=10), first, second, review=35)
    alone = decide(case)
    assert (alone.chosen.offer, alone.beside) == ("first", None)

    again = decide(
        replace(
            case,
            previous=PreviousPlan("first", alone.chosen.quantities - 2),
            previous_beside=PreviousPlan("second", np.array([2])),
        )
    )

    assert again.beside is not None
    assert again.beside.quantity == 2


def test_when_the_slow_run_stands_alone_the_fast_one_joins_it() -> None:
    found = decide(season())
    standing = season(previous=PreviousPlan("slow", found.chosen.quantities))

    again = decide(standing)

    assert again.chosen.quantities.tolist() == found.chosen.quantities.tolist()
    assert again.beside is not None
    assert again.beside.offer == "fast"


def test_a_factory_that_rarely_delivers_loses_the_run_to_a_slightly_dearer_one() -> None:
    demand = np.full((1, 8, 6), 50)
    cheap = offer("cheap", 10.0, factory="one", lead_time_days=7)
    sure = offer("sure", 11.0, factory="two", lead_time_days=7)
    case = situation(demand, cheap, sure)
    records = (FactoryRecord("one", 0.6), FactoryRecord("two", 0.95))

    assert decide(case).chosen.offer == "cheap"
    assert decide(replace(case, records=records)).chosen.offer == "sure"


def test_where_only_one_factory_could_come_in_time_the_risk_is_shown() -> None:
    demand = np.full((1, 8, 6), 50)
    near = offer("near", 10.0, factory="one", lead_time_days=7)
    far = offer("far", 10.0, factory="two", lead_time_days=35)

    alone = decide(situation(demand, near, review=7))
    late = decide(situation(demand, near, far, review=7))
    backed = decide(situation(demand, near, replace(far, lead_time_days=14), review=7))

    assert "no_backup" in codes(alone)
    assert "no_backup" in codes(late)
    assert "no_backup" not in codes(backed)


def test_a_factory_whose_terms_allow_no_run_is_no_backup() -> None:
    near = offer("near", 10.0, factory="one", lead_time_days=7)
    unable = offer("unable", 10.0, factory="two", lead_time_days=7, moq_run=50, max_quantity=20)

    decision = decide(situation(np.full((1, 8, 6), 50), near, unable, review=7))

    assert "no_backup" in codes(decision)


def shaky(delivers: float, **terms: object) -> Situation:
    """Return a season that two factories could make, the cheaper of which often lets down."""
    cheap = offer("cheap", 10.0, factory="one", lead_time_days=7, **terms)
    other = offer("other", 10.5, factory="two", lead_time_days=7)
    case = situation(poisson(5, 30.0, periods=10, paths=256), cheap, other, review=35)
    records = (FactoryRecord("one", delivers), FactoryRecord("two", 0.74))
    return replace(case, records=records)


def test_a_run_is_split_where_neither_factory_can_be_relied_on() -> None:
    split, whole = decide(shaky(0.75)), decide(shaky(0.99))

    assert whole.beside is None
    assert split.beside is not None
    assert {split.chosen.factory, split.beside.factory} == {"one", "two"}
    assert split.chosen.quantity < whole.chosen.quantity
    [reason] = [one for one in split.reasons if one.code == "backup_beside"]
    assert reason.values["delivers"] == 0.75


def test_a_slower_run_that_joins_a_fast_one_is_no_backup() -> None:
    fast = PreviousPlan("fast", np.array([30, 30]))
    records = (FactoryRecord("near", 0.95), FactoryRecord("far", 0.95))
    dearer = replace(SLOW, price_breaks=((1, 14.0),))

    decision = decide(season(offers=(FAST, dearer), previous=fast, records=records))

    assert decision.chosen.offer == "fast"
    assert decision.beside is not None
    assert codes(decision) >= {"kept_previous", "slow_run_beside"}
    assert "backup_beside" not in codes(decision)


def test_a_split_that_stands_stays() -> None:
    found = decide(shaky(0.75))
    assert found.beside is not None
    stands = [PreviousPlan(str(p.offer), p.quantities - 2) for p in (found.chosen, found.beside)]
    again = decide(replace(shaky(0.755), previous=stands[0], previous_beside=stands[1]))

    assert again.beside is not None
    assert again.chosen.quantities.tolist() == stands[0].quantities.tolist()
    assert again.beside.quantities.tolist() == stands[1].quantities.tolist()


def test_a_second_setup_that_costs_more_than_the_risk_keeps_the_run_whole() -> None:
    case = shaky(0.75)
    cheap, other = case.offers

    decision = decide(replace(case, offers=(cheap, replace(other, setup_cost=3000.0))))

    assert decision.beside is None


@given(
    world=worlds(),
    slow=st.integers(0, 5),
    fast=st.integers(0, 5),
    price=st.integers(3, 20),
    setup=st.sampled_from([0.0, 15.0, 60.0]),
    moq=st.sampled_from([0, 8, 40]),
    returned=st.sampled_from([0.0, 0.4]),
    ends=st.booleans(),
)
def test_behind_another_run_none_gains_more_than_alone(
    world: dict[str, Any],
    slow: int,
    fast: int,
    price: int,
    setup: float,
    moq: int,
    returned: float,
    ends: bool,
) -> None:
    first = offer("first", 8.0, lead_time_days=7.0 * slow, setup_cost=20.0, yield_rate=0.9)
    other = offer("other", price, lead_time_days=7.0 * fast, setup_cost=setup, moq_run=moq)
    case = situation(**world, end=-1 if ends else None, review=7, return_rate=returned)
    alone_in = world_of(replace(case, offers=(first, other)))
    alone = price_plans(alone_in)
    run = next((one for one in alone.runs if one.offer is first), None)
    inbound = None if run is None else with_run_inbound(alone_in.situation, run)
    assume(inbound is not None)
    assert inbound is not None

    behind = price_plans(world_of(inbound, alone_in), only={"other"})

    gains = {one.offer: one.expected_profit - alone.hold.expected_profit for one in alone.runs}
    for one in behind.runs:
        gain = one.expected_profit - behind.hold.expected_profit
        assert gain <= gains[other] + 1e-6 * (1 + abs(gain))


@given(
    world=worlds(), fast=st.integers(0, 1), slow=st.integers(1, 3), waiting=st.sampled_from([0, 1])
)
def test_two_runs_are_made_only_where_they_earn_more_than_any_one(
    world: dict, fast: int, slow: int, waiting: int
) -> None:
    case = situation(**world, review=7, backorder_share=0.5 * waiting)
    offers = (
        offer("near", 9.0, lead_time_days=7.0 * fast, setup_cost=5.0, max_quantity=12),
        offer("far", 6.0, lead_time_days=7.0 * slow, setup_cost=20.0, factory="far"),
    )

    decision = decide(replace(case, offers=offers))

    alone = [plan.expected_profit for plan in decision.alternatives if plan.action == "run"]
    assert decision.beside is None or decision.chosen.expected_profit > max(alone)
