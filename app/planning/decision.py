"""The decision for one style: run, hold or discontinue, with everything that was priced."""

import math
from dataclasses import dataclass, replace

import numpy as np

from app.planning.choosing import ROUNDING_GUARD, beats, difference
from app.planning.model import Action, Decision, PricedPlan, Situation
from app.planning.plans import Plans, is_final, plan_cost, price_plans
from app.planning.reasons import Findings, reasons_for, suitability
from app.planning.terms import lowest_unit_cost, setup_cost
from app.planning.together import companion_of
from app.planning.world import Valued, World, colorways_of, world_of

MATERIAL_SHARE = 0.01
"""A standing plan is replaced only for a gain above this share of what it costs."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The plan taken, what to make beside it, and why it is not the best-looking one if not."""

    plan: Valued
    beside: Valued | None = None
    kept_previous: bool = False
    within_noise: bool = False


def decide(situation: Situation) -> Decision:
    """Return what to do with one style now.

    Every offer and hold are priced on the same paths. The best run wins if it beats hold by more
    than two standard errors; a standing plan stays unless another is better beyond the noise.

    Raises:
        ValueError: If an array's shape does not fit the others, or a value is out of range.
    """
    check(situation)
    world = world_of(situation)
    plans = price_plans(world)
    choice = _choose(world, plans)
    final = is_final(world)
    priced = _priced(world, plans)
    action = _action(world, plans, choice, final=final)
    chosen = priced[id(choice.plan)]
    others = tuple(priced[id(plan)] for plan in _distinct(plans) if plan is not choice.plan)
    beside = priced[id(choice.beside)] if choice.beside else None
    nothing = float(world.nothing.sum()) / world.nothing.size
    findings = Findings(
        world,
        plans,
        chosen,
        others,
        action,
        final=final,
        kept_previous=choice.kept_previous,
        within_noise=choice.within_noise,
        beside=beside,
    )
    way, way_reasons = suitability(findings)
    return Decision(
        action=action,
        final=final,
        chosen=chosen,
        expected_profit_if_nothing=nothing,
        value_of_waiting=plans.hold.expected_profit - nothing,
        alternatives=others,
        beside=beside,
        reasons=reasons_for(findings),
        suitability_way=way,
        suitability_reasons=way_reasons,
    )


def check(situation: Situation) -> None:
    """Refuse a situation whose arrays do not fit together.

    Raises:
        ValueError: Naming what does not fit.
    """
    if situation.demand.ndim != 3 or situation.demand.shape[1] == 0:
        raise ValueError("demand must have shape (skus, paths, periods) with at least one path")
    skus, _, periods = situation.demand.shape
    for name, shape in (("colorways", (skus,)), ("on_hand", (skus,)), ("inbound", (skus, periods))):
        if getattr(situation, name).shape != shape:
            raise ValueError(f"{name} must have shape {shape}")
    if situation.period_days <= 0 or situation.review_period_days <= 0:
        raise ValueError("period_days and review_period_days must be positive")
    if len({offer.code for offer in situation.offers}) != len(situation.offers):
        raise ValueError("offer codes must be unique")
    for offer in situation.offers:
        if not offer.price_breaks or not 0 < offer.yield_rate <= 1 or offer.order_multiple < 1:
            raise ValueError(f"offer {offer.code}: needs a price, a yield in (0, 1], a multiple")


def _choose(world: World, plans: Plans) -> Choice:
    """Return the plan to take: the best beyond the noise, or the standing one within it.

    Of two runs that pay beside each other the slower one comes first: what is put off from
    review to review for the urgent one would never be made.
    """
    choice = _best(world, plans)
    standing = plans.previous
    if standing is None:
        return choice
    material = MATERIAL_SHARE * plan_cost(world, standing) if choice.plan.offer else 0.0
    if beats(choice.plan, standing, least_gain=material):
        return choice
    return replace(choice, plan=standing, beside=None, kept_previous=True)


def _best(world: World, plans: Plans) -> Choice:
    """Return the best plan, whatever stands."""
    if not plans.runs:
        return Choice(plans.hold)
    best = plans.runs[0]
    if not beats(best, plans.hold):
        return Choice(plans.hold, within_noise=difference(best.profit, plans.hold.profit)[0] > 0)
    offer = companion_of(world, plans)
    beside = next((run for run in plans.runs if run.offer is offer), None) if offer else None
    if beside is None:
        return Choice(best)
    slow, fast = sorted((beside, best), key=_lead_time, reverse=True)
    return Choice(slow, beside=fast)


def _lead_time(run: Valued) -> float:
    return run.offer.lead_time_days if run.offer else 0.0


def _action(world: World, plans: Plans, choice: Choice, *, final: bool) -> Action:
    """Say what is done: discontinue where no offer can ever pay again."""
    if choice.plan is not plans.hold:
        return "run"
    offers = world.situation.offers
    never_pays = bool(offers) and all(
        lowest_unit_cost(offer) >= world.margins.served for offer in offers
    )
    return "discontinue" if final or never_pays else "hold"


def _distinct(plans: Plans) -> tuple[Valued, ...]:
    return (*plans.runs, plans.hold)


def _priced(world: World, plans: Plans) -> dict[int, PricedPlan]:
    """Return the economics of every plan, by the identity of the plan."""
    every = [*_distinct(plans), *([plans.previous] if plans.previous else [])]
    priced = {id(plan): _price(world, plan, plans.hold) for plan in every}
    large = [plan for plan in priced.values() if plan.mode == "large_batch" and plan.quantity]
    if not large:
        return priced
    reference = min(plan.total_cost / plan.quantity for plan in large)
    return {
        key: replace(plan, penalty_per_unit_vs_large=plan.total_cost / plan.quantity - reference)
        if plan.quantity
        else plan
        for key, plan in priced.items()
    }


def _price(world: World, plan: Valued, hold: Valued) -> PricedPlan:
    """Return one plan's economics; hold commits nothing now, whatever it may make later."""
    demand = world.demand_units
    customers = world.margins.customers_per_unit
    runs = plan is not hold and plan.offer is not None
    total = plan_cost(world, plan) if runs else 0.0
    quantities = plan.quantities if runs else np.zeros_like(plan.quantities)
    quantity = int(quantities.sum())
    setup, freight, tooling = _fixed_parts(world, plan) if runs else (0.0, 0.0, 0.0)
    offer = plan.offer if runs else None
    made = quantities > 0
    good_units = float(plan.good_units.sum())
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
        profit_standard_error=difference(plan.profit, hold.profit)[1],
        expected_lost_units=max(0.0, plan.lost_units) * customers,
        expected_leftover_units=plan.leftover_units,
        fill_rate=1 - max(0.0, plan.lost_units) / demand if demand else 1.0,
        setup_cost_per_unit=setup / quantity if quantity else 0.0,
        penalty_per_unit_vs_large=None,
        break_even_quantity=_break_even(world, total, good_units) if runs else None,
        last_unit_sells_probability=float(plan.sells_last[made].min()) if runs else None,
        need_days=_need_days(world, plan) if runs else _need_days(world, None),
    )


def _fixed_parts(world: World, plan: Valued) -> tuple[float, float, float]:
    """Return set-up, freight and tooling of a run."""
    offer = plan.offer
    if offer is None:
        return 0.0, 0.0, 0.0
    colorways = colorways_of(world.situation, plan.quantities)
    freight = offer.freight_per_run + offer.freight_per_unit * float(plan.quantities.sum())
    return setup_cost(offer, colorways), freight, offer.tooling_cost


def _break_even(world: World, cost: float, good_units: float) -> int | None:
    """Return the units that must sell to earn the cost back, the rest at salvage value."""
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
    first = float(out[plan.quantities > 0].min(initial=math.inf))
    lead = plan.offer.lead_time_days
    return max(lead, first) if math.isfinite(first) else lead
