"""Why a decision came out as it did: data first, sentences made from it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.planning.model import Action, PricedPlan, Reason, Way
from app.planning.plans import Plans
from app.planning.terms import largest_run, least_run, lowest_unit_cost
from app.planning.world import World

MOST_SKUS_NAMED = 3
"""A style may run low in every size; the first few say it."""


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """A decision as it is being explained."""

    world: World
    plans: Plans
    chosen: PricedPlan
    others: tuple[PricedPlan, ...]
    action: Action
    final: bool
    kept_previous: bool
    within_noise: bool
    beside: PricedPlan | None

    @property
    def runs(self) -> list[PricedPlan]:
        """Return every run that was priced, the best first."""
        every = [plan for plan in (self.chosen, *self.others) if plan.action == "run"]
        return sorted(every, key=lambda plan: -plan.expected_profit)

    @property
    def hold(self) -> PricedPlan:
        """Return the plan of waiting."""
        return next(plan for plan in (self.chosen, *self.others) if plan.action == "hold")


def reasons_for(findings: Findings) -> tuple[Reason, ...]:
    """Return the reasons of a decision, the telling ones first."""
    made = _why_run(findings) if findings.action == "run" else _why_not(findings)
    return (*_stock(findings), *made, *_time(findings))


def _stock(findings: Findings) -> list[Reason]:
    """Return which sizes run out, and what is lost before anything could arrive."""
    world = findings.world
    lead = _lead_days(findings)
    soon = lead + world.situation.review_period_days
    out = world.runs_out_days
    depleting = [sku for sku in np.argsort(out, kind="stable") if out[sku] < soon]
    reasons = [
        Reason(
            "size_depleting",
            {"sku": int(sku), "days_of_cover": float(out[sku]), "lead_time_days": lead},
        )
        for sku in depleting[:MOST_SKUS_NAMED]
    ]
    lost = _lost_before(world, lead)
    if lost >= 0.5:
        days = float(out.min())
        values: dict[str, float | int | str] = {"lost_units": round(lost, 1)}
        reasons.append(Reason("stock_out_expected", values | {"days": min(days, lead)}))
    return reasons


def _why_run(findings: Findings) -> list[Reason]:
    """Return what speaks for the run, and what its terms did to it."""
    chosen, world = findings.chosen, findings.world
    offer = next(one for one in world.situation.offers if one.code == chosen.offer)
    reasons = [Reason("kept_previous", {"quantity": chosen.quantity})] * findings.kept_previous
    over_hold = chosen.expected_profit - findings.hold.expected_profit
    others = [plan for plan in findings.runs if plan.mode != chosen.mode]
    values: dict[str, float | int | str] = {"gain_over_waiting": round(over_hold, 2)}
    if others and findings.beside is None:
        values["gain_over_other_ways"] = round(
            chosen.expected_profit - others[0].expected_profit, 2
        )
    reasons.append(Reason(f"{chosen.mode}_pays", values))
    if findings.beside is not None and findings.beside.offer is not None:
        code, units = findings.beside.offer, findings.beside.quantity
        reasons.append(Reason("fast_run_beside", {"offer": code, "quantity": units}))
    sized = findings.plans.sized.get(offer.code)
    if sized and chosen.quantity == least_run(offer) > max(sized.free_quantity, 1):
        cost = round(sized.free_gain - sized.gain, 2)
        terms = {"moq": least_run(offer), "wanted": sized.free_quantity, "cost": cost}
        reasons.append(Reason("moq_binding", {**terms}))
    reached = [step for step in offer.price_breaks[1:] if step[0] <= chosen.quantity]
    if reached:
        start, price = reached[-1]
        reasons.append(Reason("price_break_reached", {"min_quantity": start, "unit_cost": price}))
    largest = largest_run(offer)
    if sized and largest is not None and sized.free_quantity > largest:
        code = "maximum_binding" if largest == offer.max_quantity else "capacity_limits"
        reasons.append(Reason(code, {"maximum": largest, "wanted": sized.free_quantity}))
    return reasons


def _why_not(findings: Findings) -> list[Reason]:
    """Return why nothing is made now."""
    world, offers = findings.world, findings.world.situation.offers
    if not offers:
        return [Reason("no_offer")]
    cheapest = min(lowest_unit_cost(offer) for offer in offers)
    if cheapest >= world.margins.served:
        worth = round(world.margins.served, 4)
        return [Reason("cost_above_value", {"unit_cost": round(cheapest, 4), "value": worth})]
    if not findings.runs:
        in_time = [o for o in offers if o.lead_time_days < world.periods * _period_days(findings)]
        return [Reason("no_run_allowed" if in_time else "too_late_for_any_run")]
    best = findings.runs[0]
    gain = round(best.expected_profit - findings.hold.expected_profit, 2)
    if findings.within_noise:
        error = round(2 * best.profit_standard_error, 2)
        return [Reason("hold_within_noise", {"gain": gain, "two_standard_errors": error})]
    reasons = _moqs_too_large(findings)
    if not reasons and _lost_before(world, math.inf) < 0.5:
        reasons.append(Reason("stock_sufficient"))
    if not findings.final:
        reasons.append(Reason("waiting_pays", {"gain": -gain}))
    elif not reasons:
        reasons.append(Reason("run_does_not_pay", {"loss": -gain}))
    return reasons


def _moqs_too_large(findings: Findings) -> list[Reason]:
    """Return the offers that would pay if they took smaller runs."""
    reasons = []
    for offer in findings.world.situation.offers:
        sized = findings.plans.sized.get(offer.code)
        if sized and sized.free_quantity and sized.gain < 0 < sized.free_gain:
            terms = {"moq": least_run(offer), "wanted": sized.free_quantity}
            values: dict[str, float | int | str] = {"offer": offer.code, **terms}
            reasons.append(Reason("moq_too_large", values | {"loss": round(-sized.gain, 2)}))
    return reasons


def _time(findings: Findings) -> list[Reason]:
    """Return whether the end of life is what decides."""
    end = findings.world.situation.end_period
    if not findings.final or end is None:
        return []
    return [Reason("end_of_life_near", {"days_to_end": end * _period_days(findings)})]


def suitability(findings: Findings) -> tuple[Way, tuple[Reason, ...]]:
    """Return which way of making suits the style on today's paths, and why.

    The best plan of each way is compared, whatever is done today; `none` where not even the
    best run, now or after waiting, earns more than making nothing.
    """
    paths = findings.world.nothing
    nothing = float(paths.sum()) / paths.size
    best: dict[Way, float] = {}
    for plan in findings.runs:
        if plan.mode is not None:
            best.setdefault(plan.mode, plan.expected_profit - nothing)
    waits_for = findings.plans.hold.offer
    if waits_for is not None:
        gain = findings.hold.expected_profit - nothing
        best[waits_for.mode] = max(gain, best.get(waits_for.mode, gain))
    if not best or max(best.values()) <= 0:
        return "none", (Reason("no_way_pays"),)
    way = max(best, key=lambda one: best[one])
    others = [gain for one, gain in best.items() if one != way]
    ahead: dict[str, float | int | str] = {"gain": round(best[way], 2)}
    if others:
        ahead["gain_over_next_way"] = round(best[way] - max(others), 2)
    reasons = [Reason(f"{way}_pays", ahead)]
    if way == "large_batch" and others:
        reasons.append(Reason("stay_with_large_batches", ahead))
        reasons += _shorter_lead_time(findings)
    return way, tuple(reasons)


def _shorter_lead_time(findings: Findings) -> list[Reason]:
    """Return whether the smaller ways lose because they are no faster."""
    offers = findings.world.situation.offers
    large = [offer.lead_time_days for offer in offers if offer.mode == "large_batch"]
    small = [offer.lead_time_days for offer in offers if offer.mode != "large_batch"]
    if not small or not large or min(small) < min(large):
        return []
    values: dict[str, float | int | str] = {"small_lead_time_days": min(small)}
    return [Reason("ask_for_shorter_lead_time", values | {"large_lead_time_days": min(large)})]


def _lead_days(findings: Findings) -> float:
    """Return the lead time that matters: of the chosen offer, else the shortest."""
    offers = findings.world.situation.offers
    chosen = [o.lead_time_days for o in offers if o.code == findings.chosen.offer]
    return min(chosen or [offer.lead_time_days for offer in offers], default=0.0)


def _lost_before(world: World, days: float) -> float:
    """Return the units the baseline loses, on average, in the periods that end by `days`."""
    ended = world.periods
    if math.isfinite(days):
        ended = min(ended, int(days // world.situation.period_days))
    return float(world.baseline.mean_lost_to_date[ended - 1]) if ended else 0.0


def _period_days(findings: Findings) -> int:
    return findings.world.situation.period_days


SENTENCES: dict[str, str] = {
    "size_depleting": "{sku} lasts about {days_of_cover:.0f} days; a run takes {lead_time_days:g}.",
    "stock_out_expected": "About {lost_units:g} units are lost before a run could arrive.",
    "on_demand_pays": "Making on demand pays.",
    "small_batch_pays": "A small batch pays.",
    "large_batch_pays": "A large batch pays.",
    "fast_run_beside": "Until it lands a run of about {quantity} by {offer} pays as well.",
    "moq_binding": "The minimum of {moq} binds: {wanted} would be better, by {cost:.2f}.",
    "price_break_reached": "From {min_quantity} units on a unit costs {unit_cost:g}.",
    "maximum_binding": "The factory's maximum of {maximum} binds: {wanted} would be better.",
    "capacity_limits": "Capacity allows {maximum} within the lead time: {wanted} would be better.",
    "kept_previous": "The standing recommendation of {quantity} stays: the change is too small.",
    "no_offer": "No factory offers to make this style.",
    "cost_above_value": "A unit costs at least {unit_cost:g} and is worth at most {value:g}.",
    "no_run_allowed": "No offer's terms allow a run.",
    "too_late_for_any_run": "No run could arrive before the end of life.",
    "hold_within_noise": "A run might gain {gain:.2f}, less than the noise of "
    "{two_standard_errors:.2f}.",
    "moq_too_large": "{offer} makes at least {moq}; {wanted} would pay, {moq} would lose "
    "{loss:.2f}.",
    "stock_sufficient": "Stock and inbound cover the demand expected.",
    "waiting_pays": "Deciding at the next review is worth {gain:.2f} more than a run now.",
    "run_does_not_pay": "The best run would lose {loss:.2f}.",
    "end_of_life_near": "Nothing released at the next review could arrive before the end of life, "
    "in {days_to_end} days.",
    "no_way_pays": "No way of making it earns more than making nothing.",
    "stay_with_large_batches": "Stay with large batches: they beat the smaller ways by "
    "{gain_over_next_way:.2f}.",
    "ask_for_shorter_lead_time": "Ask for a shorter lead time first: small runs take "
    "{small_lead_time_days:g} days, large ones {large_lead_time_days:g}.",
}


def reason_text(reason: Reason, sku_names: Sequence[str] = ()) -> str:
    """Return a reason as a sentence; `sku_names` puts codes in the place of SKU indexes."""
    values = dict(reason.values)
    if "sku" in values:
        sku = int(values["sku"])
        values["sku"] = sku_names[sku] if sku < len(sku_names) else f"SKU {sku}"
    sentence = SENTENCES.get(reason.code)
    return sentence.format(**values) if sentence else reason.code.replace("_", " ")
