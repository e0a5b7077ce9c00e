"""The economics of a plan, as they are shown: what it earns, commits, risks and is kept from."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from app.planning.choosing import ROUNDING_GUARD, difference
from app.planning.model import Floats, Integers, OfferTerms
from app.planning.plans import Plans, plan_cost
from app.planning.said import Constraint, PricedPlan
from app.planning.scan import SizedRun
from app.planning.terms import (
    for_now,
    largest_run,
    least_run,
    limit_of,
    run_cost_of,
    setup_cost,
)
from app.planning.valuing import Valued, colorways_of
from app.planning.world import World

LEAST_SHOWN_COST = 0.005
"""A limit that costs less than half a cent does not bind."""


def price_all(world: World, plans: Plans) -> dict[int, PricedPlan]:
    """Return the economics of every plan, by the identity of the plan."""
    every = [*plans.runs, plans.hold, *([plans.previous] if plans.previous else [])]
    large = [
        (plan_cost(world, plan), plan.quantity)
        for plan in plans.runs
        if plan.offer is not None and plan.offer.mode == "large_batch"
    ]
    return {id(plan): price(world, plans, plan, large) for plan in every}


def price(
    world: World, plans: Plans, plan: Valued, large: Sequence[tuple[float, int]] = ()
) -> PricedPlan:
    """Return one plan's economics; hold commits nothing now, whatever it may make later.

    Args:
        world: What all plans have in common.
        plans: All of them.
        plan: One of them.
        large: Cost and quantity of the best run of each offer that makes large batches, the best
            first: what the plan is compared with.
    """
    hold = plans.hold
    demand = world.demand_units
    runs = plan is not hold and plan.offer is not None
    offer = plan.offer if runs else None
    quantities = plan.quantities if runs else np.zeros_like(plan.quantities)
    quantity = plan.quantity if runs else 0
    total, setup, freight, tooling = _costs(world, offer, quantities, quantity)
    penalty = None
    if quantity and large:
        penalty = total / quantity - min(cost / units for cost, units in large)
    gain, error = (0.0, 0.0) if plan is hold else difference(plan.profit, hold.profit)
    return PricedPlan(
        action="run" if runs else "hold",
        mode=offer.mode if offer else None,
        offer=offer.code if offer else None,
        factory=offer.factory if offer else None,
        quantities=quantities,
        quantity=quantity,
        unit_cost=(total - setup - freight - tooling) / quantity if quantity else 0.0,
        setup_cost=setup,
        freight_cost=freight,
        tooling_cost=tooling,
        total_cost=total,
        expected_profit=plan.expected_profit,
        profit_standard_error=error,
        expected_lost_units=max(0.0, plan.lost_units) * world.customers_per_unit,
        expected_leftover_units=plan.leftover_units,
        fill_rate=1 - max(0.0, plan.lost_units) / demand if demand else 1.0,
        setup_cost_per_unit=setup / quantity if quantity else 0.0,
        penalty_per_unit_vs_large=penalty,
        break_even_quantity=_break_even(world, total, plan) if runs else None,
        last_unit_sells_probability=_last_sells(plan) if runs else None,
        need_days=_need_days(world, plan if runs else None),
        gain_over_waiting=gain,
        investment_avoided=large[0][0] - total if large else None,
        constraints=binding(offer, plans.sized, quantity) if offer else (),
    )


def _costs(
    world: World, offer: OfferTerms | None, quantities: Integers, quantity: int
) -> tuple[float, float, float, float]:
    """Return what a run costs, and of that set-up, freight and tooling."""
    if offer is None:
        return 0.0, 0.0, 0.0, 0.0
    colorways = colorways_of(world.situation, quantities)
    total = run_cost_of(offer, quantity, colorways)
    freight = offer.freight_per_run + offer.freight_per_unit * quantity
    return total, setup_cost(offer, colorways), freight, offer.tooling_cost


def with_beside(chosen: PricedPlan, beside: PricedPlan, both: Floats, hold: Valued) -> PricedPlan:
    """Return the chosen run as one of two: what it earns, loses and leaves over is both runs'.

    Args:
        chosen: Alone.
        beside: The second run, priced with the first one inbound.
        both: Profit of both together, shape (paths,).
        hold: Waiting, which both are compared with.
    """
    gain, error = difference(both, hold.profit)
    return replace(
        chosen,
        expected_profit=float(both.sum()) / both.size,
        profit_standard_error=error,
        gain_over_waiting=gain,
        expected_lost_units=beside.expected_lost_units,
        expected_leftover_units=beside.expected_leftover_units,
        fill_rate=beside.fill_rate,
        expected_profit_alone=chosen.expected_profit,
    )


def binding(
    offer: OfferTerms, sized: Mapping[str, SizedRun], quantity: int
) -> tuple[Constraint, ...]:
    """Return the limits that keep a run of `quantity` from the best size, with their price."""
    size = sized.get(offer.code)
    if size is None:
        return ()
    cost = size.free_gain - size.gain
    if cost < LEAST_SHOWN_COST:
        return ()
    wanted, least, largest = size.free_quantity, least_run(offer), largest_run(for_now(offer))
    if quantity == least > max(wanted, 1):
        return (Constraint("moq", least, wanted, cost),)
    if largest is not None and quantity <= largest < wanted:
        name, ration = limit_of(offer), offer.ration
        is_own = ration is None or ration.limit == "test_budget" or largest == largest_run(offer)
        if is_own or ration is None:
            return (Constraint(name, largest, wanted, cost),)
        return (Constraint(name, largest, wanted, cost, ration.price, ration.gap),)
    return ()


def _last_sells(plan: Valued) -> float:
    """Return the chance that the last unit made sells, of the SKU where it is the least."""
    pairs = zip(plan.sells_last.tolist(), plan.quantities.tolist(), strict=True)
    return float(min(chance for chance, units in pairs if units > 0))


def _break_even(world: World, cost: float, plan: Valued) -> int | None:
    """Return the units that must sell to earn the cost back, the rest at salvage value."""
    good_units = float(plan.good_units.sum())
    salvage = world.situation.economics.salvage_value
    margin = world.margins.revenue - salvage
    if margin <= 0:
        return None
    needed = max(0, math.ceil((cost - salvage * good_units) / margin - ROUNDING_GUARD))
    return needed if needed <= math.ceil(good_units) else None


def _need_days(world: World, plan: Valued | None) -> float:
    """Return the days until the first SKU of a run is expected to be out of stock."""
    out = world.runs_out_days
    if plan is None or plan.offer is None:
        first = float(out.min(initial=math.inf))
        return first if math.isfinite(first) else float(world.periods * world.situation.period_days)
    pairs = zip(out.tolist(), plan.quantities.tolist(), strict=True)
    first = min((days for days, units in pairs if units > 0), default=math.inf)
    lead = plan.offer.lead_time_days
    return max(lead, first) if math.isfinite(first) else lead
