"""Why nothing is made now, as data: what is missing, what costs too much, or why waiting pays."""

import math
from dataclasses import replace

from app.planning.baseline import ends_within_horizon
from app.planning.economics import binding
from app.planning.findings import Findings
from app.planning.model import OfferTerms
from app.planning.plans import expected_orders
from app.planning.said import Constraint, Reason
from app.planning.scan import SizedRun, size_run
from app.planning.terms import for_now, largest_run, least_run, lowest_unit_cost
from app.planning.valuing import arrival_of
from app.planning.world import outlook_from

CENT = 0.01
"""A gain that is shown as 0.00 is none."""

CODES_OF_CONSTRAINTS = {
    "moq": "moq_binding",
    "maximum": "maximum_binding",
    "capacity": "capacity_limits",
    "material": "material_limits",
    "budget": "budget_limits",
    "test_budget": "test_budget_binding",
}


def why_not(findings: Findings) -> list[Reason]:
    """Return why nothing is made now."""
    world, offers = findings.world, findings.offers
    if not offers:
        return [Reason("no_offer")] * (world.situation.upcoming_days is None)
    cheapest = min(lowest_unit_cost(offer) for offer in offers)
    if cheapest >= world.margins.served:
        worth = round(world.margins.served, 4)
        return [Reason("cost_above_value", {"unit_cost": round(cheapest, 4), "value": worth})]
    taken = _taken(findings)
    if not findings.runs:
        return taken or _why_no_run(findings)
    best = findings.runs[0]
    reasons = taken + _sizes_that_do_not_pay(findings)
    if not reasons and findings.lost_before(math.inf) < 0.5:
        reasons.append(Reason("stock_sufficient"))
    if round(best.gain_over_waiting, 2) > 0:
        return reasons
    if not findings.final and findings.waiting_gain >= CENT:
        reasons.append(Reason("waiting_pays", {"gain": -round(best.gain_over_waiting, 2)}))
    return reasons or [_why_none_pays(findings)]


def _why_no_run(findings: Findings) -> list[Reason]:
    """Return why there is no run to choose from: what keeps each offer from one."""
    trial = findings.world.situation.trial
    if findings.trial is not None and trial is not None:
        # A launch could be priced: it is the budget that leaves no run.
        return [Reason("test_budget_spent", {"left": round(trial.budget_left, 2)})]
    days = findings.days_ahead
    in_time = [one for one in findings.offers if one.made_to_order or one.lead_time_days < days]
    if not in_time and not ends_within_horizon(findings.world.situation):
        return [_beyond_forecast(findings, days)]
    if not days or not in_time:
        return [Reason("too_late_for_any_run")]
    found = [_what_keeps(findings, offer) for offer in in_time]
    return [one for one in found if one is not None] or [Reason("no_run_allowed")]


def _beyond_forecast(findings: Findings, days: int) -> Reason:
    """Return that the quickest offer of a style without an end lands after all foretold demand."""
    soonest = min(findings.offers, key=lambda offer: offer.lead_time_days)
    values: dict[str, float | int | str] = {"offer": soonest.code, "days": days}
    return Reason("lead_time_beyond_forecast", values | {"lead_time_days": soonest.lead_time_days})


def _what_keeps(findings: Findings, offer: OfferTerms) -> Reason | None:
    """Return what keeps an offer from a run where its size and its time do not."""
    if offer.made_to_order:
        if findings.world.situation.economics.backorder_share == 0:
            return Reason("customers_do_not_wait", {"offer": offer.code})
        few = _too_few_orders(findings, offer)
        return few or Reason("stock_sufficient")
    limit = offer.material_limit
    if limit is None or limit >= least_run(offer) or offer.material is None:
        return None
    values: dict[str, float | int | str] = {"offer": offer.code, "material": offer.material}
    return Reason("material_missing", values | {"left": limit, "moq": least_run(offer)})


def _taken(findings: Findings) -> list[Reason]:
    """Return what is scarce and goes to other styles, which make more of it, by its name."""
    rations = {
        one.ration.limit: one.ration
        for one in findings.offers
        if one.ration is not None and one.ration.limit != "test_budget"
    }
    return [
        Reason(f"{name}_taken", {"left": ration.most, "price": round(ration.price, 4)})
        for name, ration in sorted(rations.items())
    ]


def _sizes_that_do_not_pay(findings: Findings) -> list[Reason]:
    """Return the offers that would pay if they took smaller or larger runs, or fewer orders."""
    reasons = []
    able = {plan.offer for plan in findings.runs}
    for offer in findings.offers:
        few = None if offer.code in able else _too_few_orders(findings, offer)
        reasons += [few] if few else []
        sized = findings.plans.sized.get(offer.code)
        if sized and sized.free_quantity and sized.gain < 0 < sized.free_gain:
            reasons.append(_too_small_or_large(findings, offer, sized))
    return reasons


def _too_small_or_large(findings: Findings, offer: OfferTerms, sized: SizedRun) -> Reason:
    """Return what keeps an offer's best run from a size that would pay: a maximum or a minimum."""
    quantity = int(sized.quantities.sum())
    limits = binding(offer, findings.plans.sized, quantity)
    if limits and limits[0].name != "moq":
        # What it costs is counted from making nothing, which is what is done instead.
        return binding_reason(replace(limits[0], cost=sized.free_gain))
    return _moq_too_large(offer, sized.free_quantity, quantity, sized.gain)


def _too_few_orders(findings: Findings, offer: OfferTerms) -> Reason | None:
    if not offer.made_to_order:
        return None
    ordered = int(expected_orders(findings.world, offer).sum())
    if ordered == 0:
        return None
    values: dict[str, float | int | str] = {"offer": offer.code, "ordered": ordered}
    return Reason("too_few_orders", values | {"moq": least_run(offer)})


def _moq_too_large(offer: OfferTerms, wanted: int, quantity: int, gain: float) -> Reason:
    values: dict[str, float | int | str] = {"offer": offer.code, "moq": least_run(offer)}
    loss = round(-gain, 2)
    return Reason("moq_too_large", values | {"wanted": wanted, "quantity": quantity, "loss": loss})


def binding_reason(constraint: Constraint) -> Reason:
    """Return the reason that names a binding limit and its price."""
    name = "moq" if constraint.name == "moq" else "maximum"
    values: dict[str, float | int | str] = {name: constraint.bound, "wanted": constraint.wanted}
    values["cost"] = round(constraint.cost, 2)
    values["cost_per_unit"] = round(constraint.cost_per_unit, 4)
    if constraint.price is not None:
        values["price"] = round(constraint.price, 4)
    return Reason(CODES_OF_CONSTRAINTS[constraint.name], values)


def _why_none_pays(findings: Findings) -> Reason:
    """Return what makes the best run lose money, where waiting earns nothing either.

    Its minima count if it would pay without them, then what a run costs whatever its size.
    """
    best = findings.runs[0]
    loss = round(-best.gain_over_waiting, 2)
    offer = next(one for one in findings.offers if one.code == best.offer)
    free = replace(offer, moq_run=0, moq_colorway=0, moq_sku=0, order_multiple=1)
    wanted = _best_size(findings, free)
    if wanted:
        return _moq_too_large(offer, wanted, best.quantity, best.gain_over_waiting)
    bare = replace(
        offer, setup_cost=0.0, colorway_setup_cost=0.0, tooling_cost=0.0, freight_per_run=0.0
    )
    if _best_size(findings, bare):
        fixed = best.setup_cost + best.tooling_cost + offer.freight_per_run
        values: dict[str, float | int | str] = {"offer": offer.code, "quantity": best.quantity}
        return Reason("setup_too_large", values | {"fixed_cost": round(fixed, 2), "loss": loss})
    return Reason("run_does_not_pay", {"loss": loss})


def _best_size(findings: Findings, offer: OfferTerms) -> int:
    """Return the size at which an offer on other terms would pay now; 0: at none."""
    world = findings.world
    if offer.made_to_order or largest_run(for_now(offer)) == 0:
        return 0
    outlook = outlook_from(world)
    arrival = arrival_of(world, outlook, offer)
    sized = size_run(arrival, for_now(offer), world.situation.colorways, outlook.kept)
    return 0 if sized is None or sized.gain <= CENT else sized.free_quantity
