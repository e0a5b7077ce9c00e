"""What a style's runs are worth when scarce things are shared out, and deciding within a ration."""

from dataclasses import replace

import numpy as np
import pytest

from app.planning import FactoryRecord, OfferTerms, PreviousPlan, Ration, Trial, decide
from app.planning.run_curves import further_curves, run_curves
from app.planning.stored import situation_from_json, situation_to_json
from tests.planning.situations import offer, poisson, situation

RATION = Ration(20, "budget", 1.5)


def rationed(terms: OfferTerms, most: int) -> OfferTerms:
    return replace(terms, ration=replace(RATION, most=most))


def test_the_best_run_of_the_curve_is_the_one_that_is_decided_on() -> None:
    asked = situation(poisson(1, 5.0, 3.0), offer(setup_cost=40.0), review=7)

    [curve] = run_curves(asked, "S", unit_uses={}, money=None)

    decision = decide(asked)
    best = int(np.argmax(curve.values))
    assert curve.sizes[best] == decision.chosen.quantity
    assert curve.values[best] == pytest.approx(decision.chosen.gain_over_waiting, abs=1e-6)


def test_a_ration_yields_what_the_curve_says_of_that_size() -> None:
    terms = offer(setup_cost=40.0)
    asked = situation(poisson(1, 5.0, 3.0), terms, review=7)
    [curve] = run_curves(asked, "S", unit_uses={}, money=None)

    decision = decide(replace(asked, offers=(rationed(terms, 20),)))

    assert decision.chosen.quantity == 20
    expected = float(curve.values[list(curve.sizes).index(20)])
    assert decision.chosen.gain_over_waiting == pytest.approx(expected, abs=1e-6)


def test_more_of_a_run_is_worth_what_the_larger_run_gains_and_costs_its_units_only() -> None:
    terms = offer(setup_cost=40.0)
    asked = situation(poisson(1, 5.0, 3.0), terms, review=7)
    [curve] = run_curves(asked, "S", unit_uses={}, money="budget")
    first = decide(replace(asked, offers=(rationed(terms, 20),))).chosen

    [more] = further_curves(asked, "S", [first], unit_uses={}, money="budget")

    sizes = list(curve.sizes)
    assert more.sizes[0] == 1
    assert more.values[0] == pytest.approx(
        curve.values[sizes.index(21)] - curve.values[sizes.index(20)]
    )
    assert (more.unit_use, more.run_use) == ({"budget": 10.0}, {"budget": 0.0})


def test_beside_a_run_another_is_worth_less_than_alone() -> None:
    slow = offer("slow", 6.0, factory="far", setup_cost=40.0, lead_time_days=21.0)
    asked = situation(poisson(1, 5.0, 3.0), offer(setup_cost=5.0), slow, review=7)
    alone = {one.offer: one for one in run_curves(asked, "S", unit_uses={}, money=None)}
    first = decide(replace(asked, offers=(rationed(asked.offers[0], 30), rationed(slow, 0)))).chosen

    more = further_curves(asked, "S", [first], unit_uses={}, money=None)

    beside = next(one for one in more if one.offer == "slow")
    assert first.offer == "small"
    assert 0 < beside.values.max() < alone["slow"].values.max()


def test_a_ration_is_named_with_its_price() -> None:
    asked = situation(poisson(1, 5.0, 3.0), rationed(offer(), 20))

    decision = decide(asked)

    [limit] = decision.chosen.constraints
    assert (limit.name, limit.bound, limit.price) == ("budget", 20, 1.5)
    [reason] = [one for one in decision.reasons if one.code == "budget_limits"]
    assert reason.values["price"] == 1.5


def test_a_ration_of_nothing_waits_and_says_what_is_scarce() -> None:
    asked = situation(poisson(1, 5.0, 3.0), rationed(offer(), 0), end=None, review=7)

    decision = decide(asked)

    assert decision.action == "hold"
    assert "budget_taken" in {reason.code for reason in decision.reasons}
    assert (decision.suitability_way, dict(decision.best_by_factory)) == (
        "small_batch",
        {"fab": "small_batch"},
    )


def test_later_runs_are_free_of_the_ration() -> None:
    demand = poisson(1, 5.0, 3.0)
    free = decide(situation(demand, offer(), review=7))

    short = decide(situation(demand, rationed(offer(), 0), review=7))

    assert short.value_of_waiting == free.value_of_waiting > 0


def test_what_stands_is_no_longer_kept_where_it_is_more_than_the_ration() -> None:
    terms = offer()
    asked = situation(poisson(1, 5.0), terms)
    before = decide(asked).chosen
    standing = PreviousPlan(terms.code, before.quantities)

    less = (rationed(terms, before.quantity - 5),)
    again = decide(replace(asked, offers=less, previous=standing))

    assert again.chosen.quantity == before.quantity - 5


def test_money_is_a_straight_line_between_two_price_breaks() -> None:
    terms = offer(price_breaks=((1, 12.0), (30, 10.0)), setup_cost=50.0, freight_per_unit=0.5)
    asked = situation(poisson(1, 6.0, 6.0, periods=12), terms)

    curves = run_curves(asked, "S", unit_uses={"small": {"weeks": 0.01}}, money="budget")

    lines = [(curve.unit_use["budget"], curve.run_use["budget"]) for curve in curves]
    assert lines == [
        (pytest.approx(12.5), pytest.approx(50.0)),
        (pytest.approx(10.5), pytest.approx(50.0)),
    ]
    assert {curve.unit_use["weeks"] for curve in curves} == {0.01}
    assert int(curves[0].sizes[-1]) == 29


def test_made_to_order_is_taken_whole_or_not_at_all() -> None:
    to_order = offer("each", 15.0, made_to_order=True, mode="on_demand")
    asked = situation(poisson(1, 5.0), to_order, backorder_share=0.5, review=14)

    [curve] = run_curves(asked, "S", unit_uses={}, money="budget")
    none = decide(replace(asked, offers=(rationed(to_order, 0),)))

    assert curve.sizes.shape == (1,)
    assert curve.run_use["budget"] == pytest.approx(15.0 * float(curve.sizes[0]))
    assert none.action == "hold"


def test_a_factory_that_may_not_deliver_counts_for_less() -> None:
    asked = situation(poisson(1, 5.0), offer())
    [sure] = run_curves(asked, "S", unit_uses={}, money=None)

    unsure = replace(asked, records=(FactoryRecord("fab", 0.5),))
    [half] = run_curves(unsure, "S", unit_uses={}, money=None)

    assert half.values == pytest.approx(0.5 * sure.values)


def test_a_ration_is_kept_with_the_inputs_of_a_decision() -> None:
    asked = situation(poisson(1, 5.0), rationed(offer(), 20))

    kept = situation_from_json(situation_to_json(asked), asked.demand)

    assert kept.offers == asked.offers


def test_the_curve_of_a_trial_ends_where_its_budget_does() -> None:
    asked = situation(poisson(1, 5.0, 3.0), offer())
    trial = replace(asked, trial=Trial(budget_left=150.0, days_left=30.0))

    [curve] = run_curves(trial, "S", unit_uses={}, money="budget")

    assert int(curve.sizes[-1]) == 15


def test_a_trial_is_judged_by_its_launch_without_the_ration() -> None:
    trial = Trial(budget_left=1_000.0, days_left=30.0)
    free = replace(situation(poisson(1, 5.0, 3.0), offer()), trial=trial)

    short = decide(replace(free, offers=(rationed(offer(), 10),))).trial

    full = decide(free).trial
    assert short is not None
    assert full is not None
    assert short.probability == full.probability
    assert short.launch.quantity == full.launch.quantity > 10
