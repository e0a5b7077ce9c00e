from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning import Decision, Situation, Trial, decide, reason_text
from app.planning.terms import run_cost_of
from app.planning.trial import affordable
from tests.planning.situations import offer, one_period, situation, worlds

SAMPLES = [0] * 20 + [100] * 80
"""Demand of which 80% pays for a launch of 100 units."""


def trial(
    budget: float,
    days_left: float = 30.0,
    samples: object = SAMPLES,
    *,
    sold: int = 100,
    on_sale: int = 60,
    former: Literal["scale", "stop"] | None = None,
) -> Situation:
    """Return a style on trial that sells for 30, costs 10, and leaves nothing behind."""
    case = situation(one_period(samples), offer(unit_cost=10.0))
    return replace(case, trial=Trial(budget, days_left, sold, on_sale, former))


def codes(decision: Decision) -> set[str]:
    return {reason.code for reason in decision.reasons}


def test_a_run_costs_no_more_than_what_is_left_of_the_budget() -> None:
    decision = decide(trial(250.0))

    assert (decision.action, decision.chosen.quantity) == ("run", 25)
    assert decision.chosen.total_cost == 250.0


def test_what_the_budget_keeps_the_run_from_is_said_with_its_price() -> None:
    decision = decide(trial(250.0))

    [limit] = decision.chosen.constraints
    assert (limit.name, limit.bound, limit.wanted) == ("test_budget", 25, 100)
    assert limit.cost == pytest.approx(75 * (0.8 * 30 - 10))
    [reason] = [one for one in decision.reasons if one.code == "test_budget_binding"]
    assert reason.values["cost_per_unit"] == pytest.approx(14.0)


def test_a_budget_that_is_wide_enough_changes_nothing() -> None:
    decision = decide(trial(10_000.0))

    assert decision.chosen.quantity == 100
    assert decision.chosen.constraints == ()


def test_a_spent_budget_makes_nothing_and_says_so() -> None:
    decision = decide(trial(0.0))

    assert decision.chosen.quantity == 0
    assert "test_budget_spent" in codes(decision)


def test_the_probability_is_the_share_of_paths_on_which_a_full_launch_pays() -> None:
    found = decide(trial(250.0)).trial

    assert found is not None
    assert found.probability == 0.8
    assert found.launch.quantity == 100
    assert found.gain == pytest.approx(0.8 * 3000 - 1000)
    assert found.verdict == "scale"


@pytest.mark.parametrize(
    ("selling", "verdict"),
    [(80, "scale"), (79, "hold"), (34, "hold"), (21, "hold"), (20, "stop"), (0, "stop")],
)
def test_the_verdict_needs_four_paths_of_five_either_way(selling: int, verdict: str) -> None:
    samples = [0] * (100 - selling) + [100] * selling

    found = decide(trial(250.0, samples=samples)).trial

    assert found is not None
    assert found.verdict == verdict


def test_a_failed_trial_makes_no_further_run_and_ends_the_style_when_its_time_is_over() -> None:
    demand = np.zeros((1, 20, 8), dtype=np.int64)
    demand[:, :3] = 12
    case = situation(demand, offer(unit_cost=10.0), review=7)
    running = replace(case, trial=Trial(250.0, 30.0, days_on_sale=30))

    assert decide(running).action == "hold"
    over = decide(replace(running, trial=Trial(250.0, -1.0, days_on_sale=61)))
    assert over.action == "discontinue"
    assert codes(over) >= {"test_stop", "test_over"}


def test_an_undecided_trial_goes_on_until_its_last_day() -> None:
    undecided = [0] * 45 + [100] * 55
    running = decide(trial(250.0, days_left=0.0, samples=undecided))
    over = decide(trial(250.0, days_left=-1.0, samples=undecided))

    assert (running.action, running.chosen.quantity) == ("run", 25)
    assert over.chosen.quantity == 0
    assert codes(over) >= {"test_hold", "test_over"}


def sells_on(share: int, **about: Any) -> str:
    """Return the verdict where a launch pays on so many paths of a hundred."""
    found = decide(trial(250.0, samples=[0] * (100 - share) + [100] * share, **about)).trial
    assert found is not None
    return found.verdict


@pytest.mark.parametrize(("sold", "verdict"), [(0, "hold"), (9, "hold"), (10, "scale")])
def test_before_customers_have_shown_anything_no_prior_says_scale(sold: int, verdict: str) -> None:
    assert sells_on(98, sold=sold) == verdict


def test_how_much_must_be_sold_first_is_said() -> None:
    decision = decide(trial(250.0, sold=1))

    [reason] = [one for one in decision.reasons if one.code == "test_evidence_missing"]
    assert reason.values == {"sold": 1, "needed": 10}
    assert (decision.action, decision.chosen.quantity) == ("run", 25)


@pytest.mark.parametrize(("on_sale", "verdict"), [(0, "hold"), (13, "hold"), (14, "stop")])
def test_a_style_not_yet_on_sale_is_not_stopped_by_the_prior(on_sale: int, verdict: str) -> None:
    assert sells_on(10, sold=0, on_sale=on_sale) == verdict


@pytest.mark.parametrize(("share", "verdict"), [(80, "scale"), (71, "scale"), (69, "hold")])
def test_a_trial_that_said_scale_stays_so_inside_the_noise(share: int, verdict: str) -> None:
    assert sells_on(share, former="scale") == verdict


@pytest.mark.parametrize(("share", "verdict"), [(20, "stop"), (30, "stop"), (31, "hold")])
def test_a_trial_that_said_stop_stays_so_inside_the_noise(share: int, verdict: str) -> None:
    assert sells_on(share, former="stop") == verdict


@pytest.mark.parametrize(("pays_on", "verdict"), [(33, "hold"), (25, "hold"), (15, "stop")])
def test_where_no_launch_pays_the_chance_is_that_of_one_sized_for_those_who_need_it(
    pays_on: int, verdict: str
) -> None:
    samples = [0] * (100 - pays_on) + [100] * pays_on

    found = decide(trial(250.0, samples=samples)).trial

    assert found is not None
    assert (found.launch.quantity, found.probability) == (100, pays_on / 100)
    assert found.gain <= 0
    assert found.verdict == verdict


def test_a_trial_that_is_over_makes_no_run_even_if_it_succeeded_and_says_what_to_do() -> None:
    decision = decide(trial(250.0, days_left=-3.0))

    assert (decision.action, decision.chosen.quantity) == ("hold", 0)
    assert decision.trial is not None
    assert decision.trial.verdict == "scale"
    [reason] = [one for one in decision.reasons if one.code == "test_over"]
    assert reason.values == {"days_over": 3}
    assert "take its `test` off" in reason_text(reason)


def test_a_style_that_is_not_on_trial_has_no_verdict() -> None:
    assert decide(replace(trial(250.0), trial=None)).trial is None


def test_a_style_that_nothing_can_be_launched_for_has_no_verdict() -> None:
    case = replace(trial(250.0), offers=(offer(lead_time_days=30.0),))

    assert decide(case).trial is None


def test_a_second_run_is_paid_from_what_the_first_one_leaves() -> None:
    demand = np.full((1, 8, 6), 50)
    first = offer("first", 10.0, factory="one", lead_time_days=7, capacity_per_week=150)
    second = offer("second", 12.0, factory="two", lead_time_days=7)
    case = replace(situation(demand, first, second), trial=Trial(1800.0, 30.0))

    decision = decide(case)

    assert decision.beside is not None
    assert decision.chosen.total_cost + decision.beside.total_cost <= 1800.0
    assert (decision.chosen.quantity, decision.beside.quantity) == (150, 25)


def test_a_run_whose_second_colorway_breaks_the_budget_is_not_made() -> None:
    terms = offer(unit_cost=8.0, setup_cost=9.0, colorway_setup_cost=20.0, moq_run=5)
    case = situation(np.full((2, 8, 1), 3), terms, colorways=[0, 1])

    afford_one = decide(replace(case, trial=Trial(80.0, 30.0)))
    afford_both = decide(replace(case, trial=Trial(89.0, 30.0)))

    assert afford_one.chosen.quantity == 0
    assert afford_both.chosen.total_cost == 89.0


@given(
    budget=st.integers(0, 3000),
    setup=st.integers(0, 300),
    pack=st.integers(1, 12),
    kind=st.sampled_from(["all_units", "incremental"]),
)
def test_the_largest_run_within_a_budget_is_within_it_and_the_next_one_is_not(
    budget: int, setup: int, pack: int, kind: str
) -> None:
    terms = offer(
        price_breaks=((1, 10.0), (60, 8.0)),
        price_break_kind=kind,
        setup_cost=float(setup),
        order_multiple=pack,
    )

    most = affordable(terms, float(budget), 1)

    assert most is not None
    assert most == 0 or run_cost_of(terms, most, 1) <= budget
    assert run_cost_of(terms, most // pack * pack + pack, 1) > budget


@given(world=worlds(), budget=st.integers(0, 600))
def test_whatever_the_style_no_trial_spends_more_than_its_budget(world: dict, budget: int) -> None:
    terms = offer(unit_cost=8.0, setup_cost=9.0, colorway_setup_cost=20.0, moq_run=5)
    case = replace(situation(**world, review=7), offers=(terms,), trial=Trial(budget, 30.0))

    decision = decide(case)

    assert decision.chosen.total_cost <= budget + 1e-6
