"""The economics of plans on the wire: the choice and every alternative, in exact cents."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from app.planning import Constraint, Decision, Foresight, PricedPlan
from app.sourcing.queries import Offered

CENT = Decimal("0.01")


def money(amount: float | Decimal) -> str:
    """Return an amount in cents, as text."""
    return str(Decimal(str(amount)).quantize(CENT, ROUND_HALF_UP))


def alternative(plan: PricedPlan, offers: Mapping[str, Offered]) -> dict[str, Any]:
    """Return one way of making (or hold) with what it would earn, commit and risk."""
    offered = None if plan.offer is None else offers[plan.offer]
    return {
        "action": plan.action,
        "mode": plan.mode,
        "offer": None if offered is None else offered.offer.code,
        "factory": None if offered is None else offered.factory,
        "lead_time_days": None if offered is None else offered.lead_time_days,
        "quantity": plan.quantity,
        "total_cost": money(plan.total_cost),
        **_figures(plan),
    }


def chosen(decision: Decision, offers: Mapping[str, Offered]) -> dict[str, Any]:
    """Return the plan taken, with its economics and the run beside it."""
    beside = None if decision.beside is None else alternative(decision.beside, offers)
    return {
        **alternative(decision.chosen, offers),
        "economics": economics(decision, decision.chosen),
        "beside": beside,
    }


def economics(decision: Decision, plan: PricedPlan) -> dict[str, Any]:
    """Return the economics of a run of the decision.

    Where there are two, what they earn, lose and leave over is that of both.
    """
    both = None if decision.beside is None else money(decision.beside.expected_profit)
    return {
        **_figures(plan),
        "expected_profit_alone": _money_or_none(plan.expected_profit_alone),
        "expected_profit_if_nothing": money(decision.expected_profit_if_nothing),
        "expected_profit_with_beside": both,
        "value_of_waiting": money(decision.value_of_waiting),
        "later_runs_valued": "followed" if decision.is_followed else "average_cost",
        "foresight": _foresight(decision.foresight),
        "cash_committed": money(plan.total_cost),
    }


def _foresight(found: Foresight | None) -> dict[str, Any] | None:
    """Return what looking before ordering again is worth; None: it was not asked."""
    if found is None:
        return None
    return {
        "one_shot": money(found.one_shot),
        "two_stage": money(found.two_stage),
        "perfect_information": money(found.perfect_information),
        "learning": money(found.learning),
        "hold": money(found.hold),
        "review": found.review,
        "first_quantity": found.first_quantity,
        "first_mode": found.first_mode,
    }


def _figures(plan: PricedPlan) -> dict[str, Any]:
    sells = plan.last_unit_sells_probability
    return {
        "expected_profit": money(plan.expected_profit),
        "profit_standard_error": money(plan.profit_standard_error),
        "gain_over_waiting": money(plan.gain_over_waiting),
        "expected_lost_units": round(plan.expected_lost_units, 1),
        "expected_leftover_units": round(plan.expected_leftover_units, 1),
        "fill_rate": round(plan.fill_rate, 4),
        "setup_cost_per_unit": money(plan.setup_cost_per_unit),
        "penalty_per_unit_vs_large": _money_or_none(plan.penalty_per_unit_vs_large),
        "break_even_quantity": plan.break_even_quantity,
        "last_unit_sells_probability": None if sells is None else round(sells, 4),
        "investment_avoided": _money_or_none(plan.investment_avoided),
        "constraints": [_constraint(one) for one in plan.constraints],
    }


def _constraint(limit: Constraint) -> dict[str, Any]:
    return {
        "constraint": limit.name,
        "bound": limit.bound,
        "wanted": limit.wanted,
        "cost": money(limit.cost),
        "cost_per_unit": money(limit.cost_per_unit),
        "price": _money_or_none(limit.price),
        "gap": limit.gap,
    }


def _money_or_none(amount: float | None) -> str | None:
    return None if amount is None else money(amount)
