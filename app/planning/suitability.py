"""Which way of making suits a style, whatever is done today, and why."""

from collections.abc import Mapping

from app.planning.findings import Findings
from app.planning.model import OfferTerms
from app.planning.said import Reason, Way
from app.planning.terms import lowest_unit_cost

STEADY_CV = 0.3
"""Spread of the demand left, over its mean, up to which demand counts as steady."""

LONG_LIFE_DAYS = 182
"""Half a year ahead, or more, counts as a long life."""

SMALLER_WAYS = ("on_demand", "small_batch")


def suitability(findings: Findings) -> tuple[Way, tuple[Reason, ...]]:
    """Return which way of making suits the style on today's paths, and why.

    The best plan of each way is compared; `none` where not even the best run, now or after
    waiting, earns more than making nothing, or nobody makes it at all.
    """
    if not findings.offers:
        return "none", (Reason("no_offer"),)
    gains = gains_by_way(findings)
    if not gains or max(gains.values()) <= 0:
        return "none", (Reason("no_way_pays"), *_life(findings))
    way = max(gains, key=lambda one: gains[one])
    others = [gain for one, gain in gains.items() if one != way]
    ahead: dict[str, float | int | str] = {"gain": round(gains[way], 2)}
    if others:
        ahead["gain_over_next_way"] = round(gains[way] - max(others), 2)
    reasons = [Reason(f"{way}_pays", ahead), *_life(findings)]
    if way == "large_batch":
        reasons += _why_large(findings, ahead, has_others=bool(others))
    return way, (*reasons, *_bridge(findings, way))


def _bridge(findings: Findings, way: Way) -> list[Reason]:
    """Return the smaller, faster run of another mode that bridges the time until the main one."""
    pair = [plan for plan in (findings.chosen, findings.beside) if plan is not None]
    main = [plan for plan in pair if plan.mode == way]
    other = [plan for plan in pair if plan.mode != way and plan.offer is not None]
    if not main or not other:
        return []
    lead = {offer.code: offer.lead_time_days for offer in findings.offers}
    fast, slow = other[0], main[0]
    if lead[fast.offer or ""] >= lead[slow.offer or ""]:
        return []
    values: dict[str, float | int | str] = {"offer": fast.offer or "", "mode": fast.mode or ""}
    return [Reason("bridge_with_smaller", values | {"quantity": fast.quantity})]


def gains_by_way(findings: Findings) -> dict[Way, float]:
    """Return what the best plan of each way earns above making nothing, waiting included.

    Two runs made together count for the way of the larger one.
    """
    nothing = findings.world.expected_nothing
    best: dict[Way, float] = {}
    for plan in findings.runs:
        mode = findings.main_mode if plan is findings.chosen else plan.mode
        if mode is not None:
            best.setdefault(mode, plan.expected_profit - nothing)
    waits_for = findings.plans.hold.offer
    if waits_for is not None:
        gain = findings.hold.expected_profit - nothing
        best[waits_for.mode] = max(gain, best.get(waits_for.mode, gain))
    later = _cheapest_later(findings)
    if not best and later is not None:
        best[later.mode] = findings.waiting_gain
    return best


def _cheapest_later(findings: Findings) -> OfferTerms | None:
    """Return the offer whose later runs cost the least for what they sell; None: none pays."""
    costs, served = findings.world.later_costs, findings.world.margins.served
    paying = [offer for offer in findings.offers if costs[offer.code] < served]
    return min(paying, key=lambda offer: costs[offer.code], default=None)


def best_by_factory(findings: Findings) -> dict[str, Way]:
    """Return each factory's best way, `none` where it earns no more than making nothing.

    Nor is a way named by which a unit costs more than it brings, whatever other runs earn. What
    others leave nothing of today is judged by its later runs.
    """
    nothing, served = findings.world.expected_nothing, findings.world.margins.served
    pays = {one.code for one in findings.offers if lowest_unit_cost(one) < served}
    found: dict[str, Way] = {}
    for plan in findings.runs:
        if plan.expected_profit <= nothing:
            continue
        if plan.factory is not None and plan.mode is not None and plan.offer in pays:
            found.setdefault(plan.factory, plan.mode)
    costs = findings.world.later_costs
    rationed = [one for one in findings.offers if one.ration is not None and one.ration.most == 0]
    for one in sorted(rationed, key=lambda offer: costs[offer.code]):
        if costs[one.code] < served:
            found.setdefault(one.factory, one.mode)
    return {one.factory: found.get(one.factory, "none") for one in findings.offers}


def scaled_from(findings: Findings) -> str | None:
    """Return the smaller way the style was made by so far; None: by none, or by large batches.

    The last accepted run says it, before there is one the standing recommendation.
    """
    situation = findings.world.situation
    before: str | None = situation.last_mode
    if before is None and situation.previous is not None:
        offer = situation.previous.offer
        before = next((one.mode for one in findings.offers if one.code == offer), None)
    return before if before in SMALLER_WAYS else None


def _why_large(
    findings: Findings, ahead: Mapping[str, float | int | str], *, has_others: bool
) -> list[Reason]:
    """Return why large batches, and what could change that."""
    reasons = []
    before = scaled_from(findings)
    if before is not None:
        reasons.append(Reason("scale_to_large", {"before": before}))
    if not has_others:
        return reasons
    if before is None:
        reasons.append(Reason("stay_with_large_batches", dict(ahead)))
    cv, days = findings.world.demand_spread, findings.days_ahead
    if cv <= STEADY_CV and days >= LONG_LIFE_DAYS:
        reasons.append(Reason("stable_long_life", {"cv": round(cv, 3), "days": days}))
    return reasons + _shorter_lead_time(findings)


def _shorter_lead_time(findings: Findings) -> list[Reason]:
    """Return whether the smaller ways lose because they are no faster."""
    large = [one.lead_time_days for one in findings.offers if one.mode == "large_batch"]
    small = [one.lead_time_days for one in findings.offers if one.mode != "large_batch"]
    if not small or not large or min(small) < min(large):
        return []
    values: dict[str, float | int | str] = {"small_lead_time_days": min(small)}
    return [Reason("ask_for_shorter_lead_time", values | {"large_lead_time_days": min(large)})]


def _life(findings: Findings) -> list[Reason]:
    """Return the figures that the way depends on: life, spread, lead time."""
    values: dict[str, float | int | str] = {
        "units": round(findings.world.demand_units, 1),
        "days": findings.days_ahead,
        "cv": round(findings.world.demand_spread, 3),
        "lead_time_days": min(offer.lead_time_days for offer in findings.offers),
    }
    return [Reason("life_and_spread", values)]
