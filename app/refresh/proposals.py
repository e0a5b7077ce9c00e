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
from app.sourcing.queries import Offered

CENT = Decimal("0.01")
TICK = Decimal("0.0001")


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
    reasons = [reason_out(reason, codes) for reason in (*decision.reasons, *extra_reasons)]
    alternatives = [alternative(plan, offers) for plan in decision.alternatives]
    run = None
    if decision.action == "run":
        run = _run(decision, brand, skus, offers, origin, reasons, alternatives, urgent=urgent)
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


def without_decision(style: Style, action: str, code: str) -> Proposal:
    """Return the proposal of a style that is not planned: whatever stands is withdrawn."""
    reason = reason_out(Reason(code))
    nothing = {"action": "hold", "mode": None, "offer": None, "quantity": 0}
    return Proposal(
        style_id=style.id,
        style=style.code,
        supply_version=style.supply_version,
        signal_at=None,
        forecast_id=None,
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
    colorways = len({line.colorway for line in lines})
    unit_cost = average_unit_cost(offered, quantity)
    setup = offer.setup_cost + colorways * offer.colorway_setup_cost
    freight = offer.freight_per_unit * quantity + offer.freight_per_run
    tooling = offer.tooling_cost if plan.tooling_cost else Decimal(0)
    total = unit_cost * quantity + setup + freight + tooling
    lead = ceil(offer.lead_time_days_mean)
    need_by = _need_by(plan, brand, origin, lead)
    useful = max(quantity - offer.setup_loss_units, 0)
    return ProposedRun(
        offer=offer.code,
        factory_id=offer.factory_id,
        factory=offered.factory,
        mode=offer.mode,
        lines=lines,
        currency=offer.currency,
        unit_cost=unit_cost,
        setup_cost=setup,
        freight_cost=freight,
        tooling_cost=tooling,
        total_cost=total,
        lead_time_days=lead,
        expected_good_share=useful * offer.yield_rate / quantity,
        order_by=need_by - timedelta(days=lead),
        need_by=need_by,
        economics={**_economics(decision), "cash_committed": money(total)},
        alternatives=tuple(alternatives),
        reasons=tuple(reasons),
        urgent=urgent,
    )


def _need_by(plan: PricedPlan, brand: BrandRef, origin: date, lead_days: int) -> date:
    """Return the day the run is needed: when it starts to serve, never before it can be there.

    The factory's time to answer is granted on top of the lead time; the decision is made again
    every day, and what it costs shows there.
    """
    answering = ceil(brand.respond_within_hours / 24)
    return origin + timedelta(days=max(int(plan.need_days), lead_days + answering))


def average_unit_cost(offered: Offered, quantity: int) -> Decimal:
    """Return the cost of a unit at this run size, incremental breaks averaged, four decimals."""
    steps = [
        (int(step["min_quantity"]), Decimal(str(step["unit_cost"])))
        for step in offered.offer.price_breaks
    ]
    if offered.offer.price_break_kind == "all_units":
        return [cost for least, cost in steps if least <= quantity][-1]
    ends = [least - 1 for least, _ in steps[1:]] + [quantity]
    begins = [0, *(least - 1 for least, _ in steps[1:])]
    total = sum(
        (
            cost * max(min(end, quantity) - begin, 0)
            for (_, cost), begin, end in zip(steps, begins, ends, strict=True)
        ),
        start=Decimal(0),
    )
    return (total / quantity).quantize(TICK, ROUND_HALF_UP)
