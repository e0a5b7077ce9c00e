"""Turn a decision into what is published: exact money, dates, and every number that explains it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import Any

from app.catalog.queries import SkuRef
from app.catalog.tables import Style
from app.parties.refs import BrandRef
from app.planning import Decision, PricedPlan, Reason, reason_text
from app.recommendations.proposal import Proposal, ProposedLine, ProposedRun
from app.refresh.run_terms import cost_of, good_share, need_by
from app.sourcing.queries import Offered
from app.web.wire import money_text

CENT = Decimal("0.01")


def proposal(
    decision: Decision,
    *,
    brand: BrandRef,
    style: Style,
    skus: Sequence[SkuRef],
    offers: Mapping[str, Offered],
    origin: date,
    forecast_id: str,
    inputs: Mapping[str, Any],
    extra_reasons: Sequence[Reason],
    urgent: bool,
) -> Proposal:
    """Return the decision ready to publish.

    Args:
        skus: In the order of the decision's quantities.
        offers: By the key that the decision names them with.
        extra_reasons: What the planning core could not know, such as unknown stock.
    """
    codes = [ref.code for ref in skus]
    reasons = [reason_out(reason, codes) for reason in (*extra_reasons, *decision.reasons)]
    alternatives = [alternative(plan, offers) for plan in decision.alternatives]
    run = None
    if decision.action == "run":
        run = _run(
            decision, brand, style, skus, offers, origin, reasons, alternatives, urgent=urgent
        )
    quantities = {
        ref.code: int(quantity)
        for ref, quantity in zip(skus, decision.chosen.quantities, strict=True)
        if quantity
    }
    body = {
        "chosen": _chosen(decision, offers),
        "alternatives": alternatives,
        "reasons": reasons,
        "suitability": {
            "way": decision.suitability_way,
            "reasons": [reason_out(reason, codes) for reason in decision.suitability_reasons],
        },
        "test_verdict": None,
    }
    return Proposal(
        style_id=style.id,
        style=style.code,
        supply_version=style.supply_version,
        signal_at=None,
        forecast_id=forecast_id,
        action=decision.action,
        final=decision.final,
        body=body,
        inputs=inputs,
        digest=digest(inputs, decision.action, quantities, run),
        run=run,
    )


def without_decision(
    style: Style, action: str, code: str, *, forecast_id: str | None = None
) -> Proposal:
    """Return the proposal of a style that is not planned: whatever stands is withdrawn."""
    reason = reason_out(Reason(code))
    nothing = {"action": "hold", "mode": None, "offer": None, "quantity": 0}
    return Proposal(
        style_id=style.id,
        style=style.code,
        supply_version=style.supply_version,
        signal_at=None,
        forecast_id=forecast_id,
        action=action,
        final=False,
        body={
            "chosen": nothing,
            "alternatives": [],
            "reasons": [reason],
            "suitability": {"way": "none", "reasons": [reason]},
            "test_verdict": None,
        },
        inputs={},
        digest=digest({}, action, {}, None),
        run=None,
    )


def digest(
    inputs: Mapping[str, Any],
    action: str,
    quantities: Mapping[str, int],
    run: ProposedRun | None,
) -> str:
    """Return the SHA-256 over inputs, quantities and money in cents, as a replay recomputes it."""
    said = {
        "inputs": inputs,
        "action": action,
        "quantities": dict(sorted(quantities.items())),
        "total_cents": None if run is None else int((run.total_cost / CENT).to_integral_value()),
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


SENTENCES = {
    "stock_unknown": "No stock was ever reported for {skus} of its SKUs: they count as empty.",
    "planning_paused": "Planning of the style is paused.",
    "planning_ended": "Planning of the style has ended.",
    "no_skus": "The style has no active SKU.",
}
"""What planning itself cannot say: it knows arrays, not the catalog."""


def reason_out(reason: Reason, skus: Sequence[str] = ()) -> dict[str, Any]:
    """Return a reason as the contract shows it: code, sentence, numbers; SKUs by their code."""
    values = dict(reason.values)
    own = SENTENCES.get(reason.code)
    text = own.format(**values) if own else reason_text(reason, skus)
    if skus and isinstance(index := values.get("sku"), int):
        values["sku"] = skus[index]
    return {"code": reason.code, "text": text, "values": values}


def alternative(plan: PricedPlan, offers: Mapping[str, Offered]) -> dict[str, Any]:
    """Return one way of making (or hold) with what it would earn."""
    offered = None if plan.offer is None else offers[plan.offer]
    return {
        "action": plan.action,
        "mode": plan.mode,
        "offer": None if offered is None else offered.offer.code,
        "factory": None if offered is None else offered.factory,
        "quantity": plan.quantity,
        "expected_profit": money(plan.expected_profit),
        "expected_lost_units": round(plan.expected_lost_units, 1),
        "expected_leftover_units": round(plan.expected_leftover_units, 1),
        "fill_rate": round(plan.fill_rate, 4),
        "total_cost": money(plan.total_cost),
    }


def money(amount: float | Decimal) -> str:
    """Return an amount in cents, as text."""
    return str(Decimal(str(amount)).quantize(CENT, ROUND_HALF_UP))


def _chosen(decision: Decision, offers: Mapping[str, Offered]) -> dict[str, Any]:
    return {**alternative(decision.chosen, offers), "economics": _economics(decision)}


def _economics(decision: Decision) -> dict[str, Any]:
    plan = decision.chosen
    penalty = plan.penalty_per_unit_vs_large
    sells = plan.last_unit_sells_probability
    return {
        "expected_profit": money(plan.expected_profit),
        "expected_profit_if_nothing": money(decision.expected_profit_if_nothing),
        "value_of_waiting": money(decision.value_of_waiting),
        "expected_lost_units": round(plan.expected_lost_units, 1),
        "expected_leftover_units": round(plan.expected_leftover_units, 1),
        "fill_rate": round(plan.fill_rate, 4),
        "setup_cost_per_unit": money(plan.setup_cost_per_unit),
        "penalty_per_unit_vs_large": None if penalty is None else money(penalty),
        "break_even_quantity": plan.break_even_quantity,
        "cash_committed": money(plan.total_cost),
        "last_unit_sells_probability": None if sells is None else round(sells, 4),
        "profit_standard_error": money(plan.profit_standard_error),
    }


def _run(
    decision: Decision,
    brand: BrandRef,
    style: Style,
    skus: Sequence[SkuRef],
    offers: Mapping[str, Offered],
    origin: date,
    reasons: Sequence[dict[str, Any]],
    alternatives: Sequence[dict[str, Any]],
    *,
    urgent: bool,
) -> ProposedRun:
    plan = decision.chosen
    assert plan.offer is not None, "a run has an offer"
    offered = offers[plan.offer]
    offer = offered.offer
    lines = tuple(
        ProposedLine(ref.code, ref.id, ref.colorway, ref.size, int(quantity))
        for ref, quantity in zip(skus, plan.quantities, strict=True)
        if quantity
    )
    quantity = sum(line.quantity for line in lines)
    cost = cost_of(offered, lines, tools_paid=not plan.tooling_cost)
    lead = ceil(offer.lead_time_days_mean)
    needed = need_by(
        plan.need_days, lead, brand.respond_within_hours, origin, style.end_of_life_date
    )
    return ProposedRun(
        offer=offer.code,
        factory_id=offer.factory_id,
        factory=offered.factory,
        mode=offer.mode,
        lines=lines,
        currency=offer.currency,
        unit_cost=cost.unit,
        setup_cost=cost.setup,
        freight_cost=cost.freight,
        tooling_cost=cost.tooling,
        total_cost=cost.total,
        lead_time_days=lead,
        expected_good_share=good_share(offer, quantity),
        order_by=needed - timedelta(days=lead),
        need_by=needed,
        economics={**_economics(decision), "cash_committed": money_text(cost.total)},
        alternatives=tuple(alternatives),
        reasons=tuple(reasons),
        urgent=urgent,
    )
