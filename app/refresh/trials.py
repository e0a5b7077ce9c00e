"""Styles on trial: what is left of the budget, and the verdict as it is shown."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from app.catalog.tables import Style
from app.planning import Decision, Trial
from app.refresh.economics import alternative, money
from app.sourcing.queries import Offered

PROBABILITY_OF = (
    "On the joint paths of demand, one launch now, sized for all that is left of the style's life "
    "with no budget and no run after it, earns more than making none."
)


FORMER: Mapping[str, Literal["scale", "stop"]] = {"scale": "scale", "stop": "stop"}
"""Verdicts that stay inside the noise; to hold is none."""


def trial_of(
    style: Style,
    committed: Decimal,
    origin: date,
    *,
    facts: Mapping[str, Any],
    period_days: int,
    former: str | None,
) -> Trial | None:
    """Return what planning is told of a trial; None: the style is not on one.

    Args:
        style: On trial or not.
        committed: Money that accepted and countered work ties up; what stands is decided anew,
            and so counts within what is left.
        origin: The brand-local day that plans start.
        facts: What the style's forecast rests on: units sold, periods on sale.
        period_days: Days of such a period.
        former: The verdict of the last decision.
    """
    if style.test is None:
        return None
    left = max(Decimal(style.test["budget"]) - committed, Decimal(0))
    until = date.fromisoformat(style.test["until"])
    return Trial(
        budget_left=float(left),
        days_left=float((until - origin).days),
        sold_units=int(facts.get("sold_units", 0)),
        days_on_sale=int(facts.get("periods_on_sale", 0)) * period_days,
        former=FORMER.get(former or ""),
    )


def verdict_out(
    decision: Decision,
    style: Style,
    offers: Mapping[str, Offered],
    *,
    committed: Decimal,
    asked: Decimal,
) -> dict[str, Any] | None:
    """Return what the trial has shown; None: the style is not on one, or nothing can be launched.

    Args:
        decision: On a style on trial or not.
        offers: By the key that the decision names them with.
        committed: Money that accepted and countered work ties up.
        asked: What the runs cost that the decision asks for.
    """
    found = decision.trial
    if style.test is None or found is None:
        return None
    return {
        "verdict": found.verdict,
        "probability": round(found.probability, 4),
        "probability_of": PROBABILITY_OF,
        "expected_gain": money(found.gain),
        "launch": alternative(found.launch, offers),
        "budget": money(Decimal(style.test["budget"])),
        "committed": money(committed),
        "asked": money(asked),
        "until": style.test["until"],
        "is_over": found.is_over,
        "sold_needed": found.sold_needed,
    }
