"""Turn a decision into what is published: exact money, dates, and every number that explains it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.catalog.queries import SkuRef
from app.catalog.tables import Style
from app.parties.refs import BrandRef
from app.planning import Decision, PricedPlan, Reason, reason_text
from app.recommendations.kept import AskedRun, decision_digest
from app.recommendations.proposal import Proposal, ProposedRun
from app.refresh.asked_run import Asking
from app.refresh.economics import alternative, chosen, economics
from app.refresh.trials import verdict_out
from app.sourcing.queries import Offered
from app.sourcing.ways import Need


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
    committed: Decimal,
    is_urgent: Callable[[PricedPlan], bool],
    needs: Callable[[Offered], tuple[Need, ...]],
) -> Proposal:
    """Return the decision ready to publish.

    Args:
        skus: In the order of the decision's quantities.
        offers: By the key that the decision names them with.
        extra_reasons: What the planning core could not know, such as unknown stock.
        committed: Money that accepted and countered work of the style ties up.
        needs: What a unit made by an offer takes of the materials that its factory reports.
        is_urgent: Whether a run need not wait for the review period to be over.
    """
    codes = [ref.code for ref in skus]
    reasons = [reason_out(reason, codes) for reason in (*extra_reasons, *decision.reasons)]
    alternatives = [alternative(plan, offers) for plan in decision.alternatives]
    asking = Asking(brand, style, skus, offers, origin, reasons, alternatives, needs)
    plans = runs_to_ask_for(decision)
    runs = tuple(
        asking.run(plan, economics(decision, plan), urgent=is_urgent(plan)) for plan in plans
    )
    asked = sum((run.total_cost for run in runs), start=Decimal(0))
    body = {
        "chosen": chosen(decision, offers),
        "alternatives": alternatives,
        "reasons": reasons,
        "suitability": {
            "way": decision.suitability_way,
            "reasons": [reason_out(reason, codes) for reason in decision.suitability_reasons],
            "by_factory": dict(decision.best_by_factory),
        },
        "test_verdict": verdict_out(decision, style, offers, committed=committed, asked=asked),
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
        digest=decision_digest(inputs, decision.action, _as_digested(plans, runs)),
        run=runs[0] if runs else None,
        beside=runs[1] if len(runs) > 1 else None,
    )


def runs_to_ask_for(decision: Decision) -> tuple[PricedPlan, ...]:
    """Return the runs that go out now: a second one of the same factory waits for the first.

    A factory has at most one standing recommendation of a style; once it has accepted that, the
    next decision asks for the other.
    """
    if decision.action != "run":
        return ()
    beside = decision.beside
    if beside is None or beside.factory == decision.chosen.factory:
        return (decision.chosen,)
    return (decision.chosen, beside)


def _as_digested(plans: Sequence[PricedPlan], runs: Sequence[ProposedRun]) -> Sequence[AskedRun]:
    return [
        AskedRun(plan.offer or "", {line.sku: line.quantity for line in run.lines}, run.total_cost)
        for plan, run in zip(plans, runs, strict=True)
    ]


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
        digest=decision_digest({}, action, ()),
        run=None,
    )


SENTENCES = {
    "stock_unknown": "No stock was ever reported for {skus} of its SKUs: they count as empty.",
    "planning_paused": "Planning of the style is paused.",
    "planning_ended": "Planning of the style has ended.",
    "no_skus": "The style has no active SKU.",
    "declined_by_factory": "{factory} declined {offer}: not asked again before {until}.",
    "offer_not_yet_valid": "{factory}'s offer {offer} is valid from {valid_from} on.",
    "offer_expired": "{factory}'s offer {offer} was valid until {valid_to}.",
    "withdrawn_by_brand": "{offer} of {factory} was withdrawn: not asked for before {until}.",
    "learned_lead_time": "After {runs} runs {factory} is reckoned to take {days:g} days for "
    "{offer}, not the {stated_days:g} it says.",
    "learned_yield": "After {runs} runs {yield_rate:.1%} of {offer} are reckoned to arrive good "
    "from {factory}, not the {stated_rate:.1%} it says.",
}
"""What planning itself cannot say: it knows arrays, not the catalog or the past."""


def reason_out(reason: Reason, skus: Sequence[str] = ()) -> dict[str, Any]:
    """Return a reason as the contract shows it: code, sentence, numbers; SKUs by their code."""
    values = dict(reason.values)
    own = SENTENCES.get(reason.code)
    text = own.format(**values) if own else reason_text(reason, skus)
    if skus and isinstance(index := values.get("sku"), int):
        values["sku"] = skus[index]
    return {"code": reason.code, "text": text, "values": values}
