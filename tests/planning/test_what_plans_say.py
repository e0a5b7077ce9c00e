"""What plans say of themselves is what playing them shows; and later runs keep what must hold."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.planning import Decision, OfferTerms, PricedPlan, Situation, decide
from tests.planning.playing import played, played_run
from tests.planning.situations import offer, situation

STEP = 7.0


def terms_of(rng: np.random.Generator, code: str, periods: int) -> OfferTerms:
    """Return an offer with breaks, minima, set-ups and a yield drawn at random."""
    first = int(rng.choice([1, 1, 4]))
    breaks = ((first, rng.uniform(2, 6)), (first + int(rng.integers(2, 9)), rng.uniform(1.6, 2)))
    given: dict[str, Any] = {
        "price_breaks": breaks,
        "price_break_kind": str(rng.choice(["all_units", "incremental"])),
        "mode": str(rng.choice(["small_batch", "large_batch"])),
        "setup_cost": float(rng.choice([0, 3, 10])),
        "colorway_setup_cost": float(rng.choice([0, 4])),
        "tooling_cost": float(rng.choice([0, 3])),
        "freight_per_unit": float(rng.choice([0, 0.5])),
        "freight_per_run": float(rng.choice([0, 2])),
        "moq_run": int(rng.choice([0, 6])),
        "moq_colorway": int(rng.choice([0, 5])),
        "order_multiple": int(rng.choice([1, 3])),
        "yield_rate": float(rng.choice([1, 1, 0.5])),
        "lead_time_days": STEP * int(rng.integers(0, max(1, periods - 1))),
    }
    return offer(code, **given)


def style_of(seed: int, **more: Any) -> Situation:
    """Return a style with a few SKUs and offers, drawn at random."""
    rng = np.random.default_rng(seed)
    skus, periods, paths = int(rng.integers(1, 4)), int(rng.integers(2, 9)), 64
    rate = rng.uniform(0.5, 4, (skus, 1, 1)) * rng.gamma(3, 1 / 3, (1, paths, 1))
    return situation(
        rng.poisson(rate, (skus, paths, periods)),
        *(terms_of(rng, code, periods) for code in ("one", "two", "three")),
        on_hand=rng.integers(0, 4, skus),
        inbound=rng.integers(0, 3, (skus, periods)) * (rng.random((skus, periods)) < 0.2),
        colorways=rng.integers(0, 2, skus),
        price=float(rng.uniform(6, 14)),
        salvage_value=float(rng.uniform(0, 1.5)),
        lost_sale_cost=float(rng.choice([0, 3])),
        holding_cost_per_unit_week=float(rng.choice([0, 0.2])),
        **more,
    )


def runs_of(decision: Decision) -> list[PricedPlan]:
    plans = (decision.chosen, *decision.alternatives)
    return [plan for plan in plans if plan.action == "run"]


@pytest.mark.parametrize("seed", range(40))
def test_every_figure_of_a_plan_is_what_playing_it_shows(seed: int) -> None:
    case = style_of(seed)

    decision = decide(case)

    idle = played(case, np.zeros(case.on_hand.size))
    large = [plan for plan in runs_of(decision) if plan.mode == "large_batch"]
    for plan in runs_of(decision) if decision.beside is None else ():
        [terms] = [one for one in case.offers if one.code == plan.offer]
        came = played_run(case, terms, plan.quantities)
        gain = came.profit - idle.profit
        colorways = len(set(case.colorways[plan.quantities > 0]))
        setups = terms.setup_cost + colorways * terms.colorway_setup_cost
        told = {
            "profit": plan.expected_profit,
            "lost": plan.expected_lost_units,
            "left": plan.expected_leftover_units,
            "fill": plan.fill_rate,
            "gain": plan.gain_over_waiting,
            "error": plan.profit_standard_error,
            "setup": plan.setup_cost_per_unit,
        }
        shown = {
            "profit": came.profit.mean(),
            "lost": came.lost.mean(),
            "left": came.left.mean(),
            "fill": 1 - came.lost.mean() / (case.demand.sum() / gain.size),
            "gain": gain.mean(),
            "error": gain.std(ddof=1) / np.sqrt(gain.size),
            "setup": setups / plan.quantity,
        }
        assert told == pytest.approx(shown, abs=1e-9)
        assert plan.last_unit_sells_probability == pytest.approx(last_sells(case, terms, plan))
        assert plan.break_even_quantity == break_even(case, terms, plan)
        if large:
            cheapest = min(one.total_cost / one.quantity for one in large)
            above = plan.total_cost / plan.quantity - cheapest
            assert plan.penalty_per_unit_vs_large == pytest.approx(above)


def last_sells(case: Situation, terms: OfferTerms, plan: PricedPlan) -> float:
    """Return the least chance, over the SKUs made, that one good unit less would lose a sale."""
    good = plan.quantities * terms.yield_rate
    lands = int(terms.lead_time_days // STEP)
    with_all = played(case, good, lands).lost
    chances = []
    for sku in np.flatnonzero(plan.quantities):
        fewer = good - np.eye(good.size)[sku] * min(1.0, good[sku])
        lost_more = played(case, fewer, lands).lost - with_all
        chances.append(float((lost_more >= min(1.0, good[sku]) - 1e-9).mean()))
    return min(chances)


def break_even(case: Situation, terms: OfferTerms, plan: PricedPlan) -> int | None:
    """Return the fewest units sold that earn the cost back, the rest at salvage value."""
    good, money = plan.quantity * terms.yield_rate, case.economics
    for sold in range(int(np.ceil(good)) + 1):
        if sold * money.price + (good - sold) * money.salvage_value >= plan.total_cost - 1e-9:
            return sold
    return None


@pytest.mark.parametrize("seed", range(30))
def test_with_later_runs_an_offer_more_never_hurts_nor_do_better_terms(seed: int) -> None:
    case = style_of(seed, review=7)
    profit = decide(case).chosen.expected_profit

    def earns(*offers: OfferTerms) -> float:
        return decide(replace(case, offers=offers)).chosen.expected_profit

    def worse(**terms: Any) -> float:
        return earns(*(replace(one, **terms) for one in case.offers))

    assert earns(*case.offers[:-1]) <= profit + 1e-6
    assert earns(*case.offers[::-1]) == pytest.approx(profit)
    assert worse(setup_cost=12.0) <= profit + 1e-6
    assert worse(freight_per_unit=1.0) <= profit + 1e-6
    assert worse(moq_run=9) <= profit + 1e-6
