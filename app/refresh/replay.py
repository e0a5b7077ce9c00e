"""Decide again from what was kept, and say whether everything comes out as it was.

It reads no offer, price, stock or sale: what has become of them since does not matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.planning import Decision, Situation, decide
from app.recommendations.kept import (
    AskedRun,
    Kept,
    ReplayUnavailable,
    decision_digest,
    offer_code,
    rebuild,
)
from app.recommendations.run_cost import cost_by
from app.recommendations.tables import Recommendation
from app.refresh.proposals import runs_to_ask_for


@dataclass(frozen=True, slots=True)
class Issued:
    """What a recommendation says, as far as a decision can be held against it."""

    digest: str
    offer: str
    factory: str
    quantities: Mapping[str, int]
    total_cost: Decimal

    @classmethod
    def of(cls, row: Recommendation) -> "Issued":
        """Read the row."""
        units = {line["sku"]: int(line["quantity"]) for line in row.lines}
        return cls(row.digest, row.offer, row.factory, units, row.total_cost)


@dataclass(frozen=True, slots=True)
class Replay:
    """What deciding again came to.

    Attributes:
        digest: Of what it came to.
        recorded_digest: As stored with the decision.
        differences: What is not as recorded: `action`, `digest`, `forecast`, `seed`, and of a
            recommendation `run`, `quantities`, `total_cost`, `recommendation_digest`.
    """

    digest: str
    recorded_digest: str
    differences: tuple[str, ...]

    @property
    def identical(self) -> bool:
        """Whether everything is as recorded."""
        return not self.differences


def replay(kept: Kept, issued: Issued | None = None) -> Replay:
    """Decide again and compare; with what was issued of it, where that is asked about.

    Raises:
        ReplayUnavailable: If it cannot be decided again: the reason says why.
    """
    rebuilt = rebuild(kept)
    try:
        decision = decide(rebuilt.situation)
        runs = asked_runs(decision, rebuilt.situation, rebuilt.skus)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise ReplayUnavailable("what was kept of it cannot be decided on") from error
    digest = decision_digest(rebuilt.inputs, decision.action, runs)
    found = [name for name in ("forecast", "seed") if rebuilt.inputs[name] != kept.inputs[name]]
    if decision.action != kept.action:
        found.append("action")
    if digest != kept.digest:
        found.append("digest")
    if issued is not None:
        found += _not_as_issued(issued, kept, runs, rebuilt.situation)
    return Replay(digest, kept.digest, tuple(found))


def asked_runs(decision: Decision, situation: Situation, skus: Sequence[str]) -> Sequence[AskedRun]:
    """Return the runs that go out, with what they cost by the terms they were priced on.

    Args:
        decision: On the situation.
        situation: Its offers are the ones that the decision names.
        skus: The codes of its SKUs, in order.
    """
    terms = {offer.code: offer for offer in situation.offers}
    asked = []
    for plan in runs_to_ask_for(decision):
        named = plan.offer or ""
        colorways = len(set(situation.colorways[plan.quantities > 0].tolist()))
        cost = cost_by(terms[named], plan.quantity, colorways)
        units = zip(skus, plan.quantities.tolist(), strict=True)
        ordered = {sku: quantity for sku, quantity in units if quantity}
        asked.append(AskedRun(named, ordered, cost.total))
    return asked


def _not_as_issued(
    issued: Issued,
    kept: Kept,
    runs: Sequence[AskedRun],
    situation: Situation,
) -> list[str]:
    """Return what a recommendation says otherwise than the run of its factory."""
    factories = {offer.code: offer.factory for offer in situation.offers}
    run = next((one for one in runs if factories[one.offer] == issued.factory), None)
    if run is None:
        return ["run"]
    said = {
        "run": offer_code(run.offer) == issued.offer,
        "quantities": run.quantities == issued.quantities,
        "total_cost": run.total_cost == issued.total_cost,
        "recommendation_digest": issued.digest == kept.digest,
    }
    return [name for name, agrees in said.items() if not agrees]
