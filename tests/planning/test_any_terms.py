"""Whatever the terms: what is decided can be ordered, adds up, and never raises."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning import OfferTerms, decide, reason_text
from tests.planning.situations import offer, situation, worlds


@st.composite
def any_offer(draw: st.DrawFn, code: str) -> OfferTerms:
    """Draw an offer with every kind of term."""
    second = draw(st.integers(2, 60))
    dear = draw(st.integers(4, 14))
    return offer(
        code,
        mode=draw(st.sampled_from(["on_demand", "small_batch", "large_batch"])),
        made_to_order=draw(st.integers(0, 5)) == 0,
        price_break_kind=draw(st.sampled_from(["all_units", "incremental"])),
        price_breaks=((draw(st.integers(1, 2)), dear), (second + 1, dear - 3)),
        setup_cost=draw(st.sampled_from([0.0, 20.0])),
        colorway_setup_cost=draw(st.sampled_from([0.0, 5.0])),
        tooling_cost=draw(st.sampled_from([0.0, 7.0])),
        freight_per_unit=draw(st.sampled_from([0.0, 0.8])),
        freight_per_run=draw(st.sampled_from([0.0, 3.0])),
        setup_loss_units=draw(st.sampled_from([0, 0, 3])),
        moq_run=draw(st.sampled_from([0, 10, 500])),
        moq_colorway=draw(st.sampled_from([0, 7])),
        moq_sku=draw(st.sampled_from([0, 4])),
        order_multiple=draw(st.sampled_from([1, 1, 5])),
        max_quantity=draw(st.sampled_from([None, 30])),
        lead_time_days=draw(st.sampled_from([0.0, 3.5, 7.0, 20.0, 90.0])),
        yield_rate=draw(st.sampled_from([1.0, 0.9])),
        capacity_per_week=draw(st.sampled_from([None, 25])),
    )


@given(
    world=worlds(),
    first=any_offer("first"),
    second=any_offer("second"),
    ends=st.booleans(),
    returned=st.sampled_from([0.0, 0.3]),
    waiting=st.sampled_from([0.0, 0.5]),
)
def test_every_plan_can_be_ordered_and_adds_up(
    world: dict[str, Any],
    first: OfferTerms,
    second: OfferTerms,
    ends: bool,
    returned: float,
    waiting: float,
) -> None:
    case = situation(
        **world, end=-1 if ends else None, review=7, return_rate=returned, backorder_share=waiting
    )
    case = replace(case, offers=(first, second))

    decision = decide(case)

    terms = {one.code: one for one in case.offers}
    for plan in (decision.chosen, *decision.alternatives):
        assert np.isfinite(plan.expected_profit)
        assert 0 <= plan.fill_rate <= 1
        assert plan.quantity == plan.quantities.sum()
        if plan.offer is None or terms[plan.offer].made_to_order:
            continue
        one = terms[plan.offer]
        by_colorway = np.bincount(case.colorways, weights=plan.quantities)
        assert plan.quantity >= max(one.moq_run, one.price_breaks[0][0])
        assert plan.quantity <= (one.max_quantity or 10**9)
        assert (plan.quantities % one.order_multiple == 0).all()
        assert all(units == 0 or units >= one.moq_colorway for units in by_colorway)
        assert all(units == 0 or units >= one.moq_sku for units in plan.quantities)
        parts = plan.setup_cost + plan.freight_cost + plan.tooling_cost
        assert plan.total_cost == pytest.approx(plan.unit_cost * plan.quantity + parts)
    assert all("{" not in reason_text(reason) for reason in decision.reasons)


def test_a_reason_names_the_sku_it_is_given() -> None:
    decision = decide(situation(np.full((1, 4, 3), 9), offer(), on_hand=2))

    assert reason_text(decision.reasons[0], ["S2-BLK-M"]).startswith("S2-BLK-M lasts about 0 days")


def test_a_million_units_are_decided_in_coarser_steps() -> None:
    demand = np.random.default_rng(1).poisson(40_000, size=(2, 64, 10))

    decision = decide(situation(demand, offer(), price=30.0))

    assert decision.chosen.quantity == pytest.approx(800_000, rel=0.01)


def test_a_style_nobody_wants_is_left_alone() -> None:
    decision = decide(situation(np.zeros((2, 8, 5)), offer(), end=None, review=7))

    assert decision.action == "hold"
    assert decision.chosen.fill_rate == 1.0


def test_paths_of_no_length_decide_nothing() -> None:
    decision = decide(situation(np.zeros((1, 8, 0)), offer(), end=None, review=7))

    assert decision.action == "hold"


def test_a_sku_that_sells_a_million_a_week_is_decided_like_any_other() -> None:
    demand = np.random.default_rng(0).poisson(1_000_000, size=(1, 64, 26))

    decision = decide(situation(demand, offer(unit_cost=5.0, setup_cost=50.0), price=20.0))

    assert decision.chosen.quantity == pytest.approx(26_000_000, rel=1e-3)
