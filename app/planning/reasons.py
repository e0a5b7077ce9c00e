"""Why a decision came out as it did, as data; `sentences` says it in words."""

import numpy as np

from app.planning.baseline import life_days
from app.planning.findings import Findings
from app.planning.model import OfferTerms
from app.planning.refusals import binding_reason, why_not
from app.planning.said import Reason
from app.planning.suitability import scaled_from

MOST_SKUS_NAMED = 3
"""A style may run low in every size; the first few say it."""


def reasons_for(findings: Findings) -> tuple[Reason, ...]:
    """Return the reasons of a decision, the telling ones first."""
    made = _why_run(findings) if findings.action == "run" else why_not(findings)
    return (*_stock(findings), *made, *_trial(findings), *_time(findings))


def _stock(findings: Findings) -> list[Reason]:
    """Return which sizes run out, and what is lost before anything could arrive."""
    if not findings.offers:
        return []
    world = findings.world
    lead = findings.lead_days
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
    lost = findings.lost_before(lead)
    if lost >= 0.5:
        days = float(out.min())
        values: dict[str, float | int | str] = {"lost_units": round(lost, 1)}
        reasons.append(Reason("stock_out_expected", values | {"days": min(days, lead)}))
    return reasons


def _why_run(findings: Findings) -> list[Reason]:
    """Return what speaks for the run, and what its terms did to it."""
    chosen, offer = findings.chosen, findings.chosen_offer
    assert offer is not None, "a run has an offer"
    reasons = [Reason("kept_previous", {"quantity": chosen.quantity})] * findings.kept_previous
    others = [plan for plan in findings.runs if plan.mode != chosen.mode]
    values: dict[str, float | int | str] = {"gain_over_waiting": round(chosen.gain_over_waiting, 2)}
    if others:
        values["gain_over_other_ways"] = round(
            chosen.expected_profit - others[0].expected_profit, 2
        )
    reasons.append(Reason(f"{chosen.mode}_pays", values))
    before = scaled_from(findings)
    if chosen.mode == "large_batch" and before is not None:
        reasons.append(Reason("scale_to_large", {"before": before, "quantity": chosen.quantity}))
    if offer.made_to_order:
        reasons.append(Reason("made_to_order", {"quantity": chosen.quantity}))
    reasons += _beside(findings)
    reasons += [binding_reason(constraint) for constraint in chosen.constraints]
    limit = offer.material_limit
    if offer.last_buy and limit is not None and chosen.quantity + offer.order_multiple > limit:
        left: dict[str, float | int | str] = {"material": offer.material or "", "left": limit}
        reasons.append(Reason("last_buy", left))
    reached = [step for step in offer.price_breaks[1:] if step[0] <= chosen.quantity]
    if reached:
        start, price = reached[-1]
        reasons.append(Reason("price_break_reached", {"min_quantity": start, "unit_cost": price}))
    return reasons + _backup(findings, offer)


def _beside(findings: Findings) -> list[Reason]:
    """Return why a second run goes beside the first."""
    second, first = findings.beside, findings.chosen_offer
    if second is None or first is None or second.offer is None or second.factory is None:
        return []
    offer = next(one for one in findings.offers if one.code == second.offer)
    values: dict[str, float | int | str] = {"offer": second.offer, "quantity": second.quantity}
    record = next((r for r in findings.world.situation.records if r.code == first.factory), None)
    review = findings.world.situation.review_period_days
    if first.lead_time_days - offer.lead_time_days >= review:
        return [Reason("fast_run_beside", values)]
    if offer.lead_time_days - first.lead_time_days >= review:
        return [Reason("slow_run_beside", values)]
    if any(
        limit.name in {"maximum", "capacity", "material"} for limit in findings.chosen.constraints
    ):
        return [Reason("rest_made_beside", values | {"factory": second.factory})]
    if record is None:
        return [Reason("second_run_beside", values)]
    values |= {"factory": first.factory, "backup": second.factory}
    return [Reason("backup_beside", values | {"delivers": round(record.delivers, 3)})]


def _backup(findings: Findings, offer: OfferTerms) -> list[Reason]:
    """Return the risk that nobody else could make the run in time.

    In time is within a review period of the chosen run: a factory that declines is known by then.
    """
    latest = findings.chosen.need_days + findings.world.situation.review_period_days
    others = {
        one.factory
        for one in findings.offers
        if one.factory != offer.factory and one.lead_time_days <= latest
    }
    able = {plan.factory for plan in findings.runs}
    if others & able:
        return []
    return [Reason("no_backup", {"factory": offer.factory})]


def _trial(findings: Findings) -> list[Reason]:
    """Return what the trial has shown, and whether its money or its time is at an end."""
    found, trial = findings.trial, findings.world.situation.trial
    if found is None or trial is None:
        return []
    values: dict[str, float | int | str] = {
        "probability": round(found.probability, 4),
        "quantity": found.launch.quantity,
        "gain": round(found.gain, 2),
    }
    reasons = [Reason(f"test_{found.verdict}", values)]
    if found.sold_needed is not None:
        seen: dict[str, float | int | str] = {"sold": trial.sold_units}
        reasons.append(Reason("test_evidence_missing", seen | {"needed": found.sold_needed}))
    if found.is_over:
        reasons.append(Reason("test_over", {"days_over": -int(trial.days_left)}))
    return reasons


def _time(findings: Findings) -> list[Reason]:
    """Return whether the end of life is what decides."""
    end = life_days(findings.world.situation)
    if not findings.final or end is None:
        return []
    return [Reason("end_of_life_near", {"days_to_end": end})]
