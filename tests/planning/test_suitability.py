from dataclasses import replace

import numpy as np
import pytest

from app.planning import Decision, Mode, PreviousPlan, Situation, decide
from tests.planning.situations import offer, poisson, situation

SMALL = offer("small", 14.0, factory="near", lead_time_days=7)
LARGE = offer(
    "large",
    9.0,
    factory="far",
    mode="large_batch",
    lead_time_days=42,
    setup_cost=200.0,
    moq_run=300,
)


def steady(weeks: int = 52, **changes: object) -> Situation:
    """Return weeks of demand that hardly varies, made by either way."""
    demand = np.random.default_rng(4).poisson(40.0, size=(1, 64, weeks))
    case = situation(demand, SMALL, LARGE, on_hand=300, review=7)
    return replace(case, **changes)


def suits(decision: Decision) -> dict[str, dict[str, float | int | str]]:
    return {reason.code: reason.values for reason in decision.suitability_reasons}


def codes(decision: Decision) -> set[str]:
    return {reason.code for reason in decision.reasons}


def test_a_stable_style_with_a_long_life_stays_with_large_batches() -> None:
    decision = decide(steady())

    assert decision.suitability_way == "large_batch"
    assert suits(decision)["stable_long_life"] == {
        "cv": pytest.approx(0.022, abs=0.005),
        "days": 364,
    }
    assert "stay_with_large_batches" in suits(decision)


def test_the_figures_behind_the_way_are_given() -> None:
    found = suits(decide(steady()))["life_and_spread"]

    assert found["days"] == 364
    assert found["units"] == pytest.approx(40 * 52, rel=0.01)
    assert found["lead_time_days"] == 7


def test_a_short_uncertain_life_suits_small_batches() -> None:
    demand = poisson(3, 40.0, periods=8)

    decision = decide(situation(demand, SMALL, LARGE, review=7))

    assert decision.suitability_way == "small_batch"
    assert "stable_long_life" not in suits(decision)


def test_each_factory_is_told_apart_by_its_best_way() -> None:
    decision = decide(steady())

    assert decision.best_by_factory == {"near": "small_batch", "far": "large_batch"}


def test_a_factory_whose_units_cost_more_than_they_bring_suits_nothing() -> None:
    dear = offer("dear", 45.0, factory="dear", lead_time_days=7)

    decision = decide(steady(offers=(SMALL, LARGE, dear)))

    assert decision.best_by_factory["dear"] == "none"


@pytest.mark.parametrize("before", ["on_demand", "small_batch"])
def test_success_scales_to_large_batches(before: Mode) -> None:
    decision = decide(steady(on_hand=np.array([0]), last_mode=before))

    assert decision.chosen.mode == "large_batch"
    [reason] = [one for one in decision.reasons if one.code == "scale_to_large"]
    assert reason.values == {"before": before, "quantity": decision.chosen.quantity}
    assert "stay_with_large_batches" not in suits(decision)


def test_a_standing_small_run_counts_as_made_small_so_far() -> None:
    standing = PreviousPlan("small", np.array([3]))

    decision = decide(steady(on_hand=np.array([0]), previous=standing))

    assert decision.chosen.mode == "large_batch"
    assert "scale_to_large" in codes(decision)


def test_what_was_always_made_large_does_not_scale() -> None:
    decision = decide(steady(on_hand=np.array([0]), last_mode="large_batch"))

    assert decision.chosen.mode == "large_batch"
    assert "scale_to_large" not in codes(decision)


def test_without_an_offer_it_is_not_said_that_none_pays() -> None:
    decision = decide(situation(poisson(3, 40.0), review=7))

    assert decision.suitability_way == "none"
    assert set(suits(decision)) == {"no_offer"}
