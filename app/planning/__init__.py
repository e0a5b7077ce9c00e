"""Deciding a run: sample paths, stock and offers in; quantities, economics and reasons out.

A pure core of arrays and frozen dataclasses, with no clock, no randomness and no I/O: the same
situation decides the same to the bit. `decide` is what the refresh calls; the functions below it
are one step each, in this order: baseline, later, curve, merge, scan, plans, decision, reasons.
"""

from app.planning.baseline import (
    Baseline,
    Margins,
    margins_of,
    net_of_returns,
    share_of_units,
    simulate_baseline,
)
from app.planning.curve import Arrival, arrive, marginal_values, value_on_paths
from app.planning.decision import decide
from app.planning.later import Outlook, later_cost, look_ahead
from app.planning.merge import MergedCurve, Pieces, cut_into_pieces, merge
from app.planning.model import (
    Action,
    Decision,
    Floats,
    Integers,
    Mode,
    OfferTerms,
    PreviousPlan,
    PricedPlan,
    Reason,
    Situation,
    StyleEconomics,
    Way,
)
from app.planning.reasons import reason_text
from app.planning.scan import SizedRun, size_run
from app.planning.terms import largest_run, least_run, run_cost, run_cost_of, units_cost

__all__ = [
    "Action",
    "Arrival",
    "Baseline",
    "Decision",
    "Floats",
    "Integers",
    "Margins",
    "MergedCurve",
    "Mode",
    "OfferTerms",
    "Outlook",
    "Pieces",
    "PreviousPlan",
    "PricedPlan",
    "Reason",
    "Situation",
    "SizedRun",
    "StyleEconomics",
    "Way",
    "arrive",
    "cut_into_pieces",
    "decide",
    "largest_run",
    "later_cost",
    "least_run",
    "look_ahead",
    "marginal_values",
    "margins_of",
    "merge",
    "net_of_returns",
    "reason_text",
    "run_cost",
    "run_cost_of",
    "share_of_units",
    "simulate_baseline",
    "size_run",
    "units_cost",
    "value_on_paths",
]
