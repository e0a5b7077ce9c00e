"""Deciding a run: sample paths, stock and offers in; quantities, economics and reasons out.

A pure core of arrays and frozen dataclasses, with no clock, no randomness and no I/O: the same
situation decides the same to the bit. `decide` is what the refresh calls; the modules below it
are one step each, in this order: baseline (what is lost with no run), later (what a later run would
cost), landing and curve (how a run meets what is lost), marginal (what each unit of it is worth),
pieces, merge, losses, composed, sizes and scan (the best size), earning and valuing (what a run
earns), plans, rollout (plans where reviews are far apart), choosing, together and backup (a second
run), trial, foresight (what learning is worth), decision, economics, reasons. Rollout and foresight
place later orders by what was sold (`learning`, `second_order`, `placing`). What numpy can only do
in many passes over memory is a compiled loop beside what asks for it, or in `to_date`. `counter`
prices other terms, `rationing` shares out what several styles cannot all have, and `stored` keeps a
situation as JSON.
"""

from app.planning.baseline import Baseline, simulate_baseline
from app.planning.curve import Arrival, arrive
from app.planning.customers import net_of_returns, share_of_units
from app.planning.decision import decide
from app.planning.earning import value_on_paths
from app.planning.landing import Landing, landing_of
from app.planning.later import Outlook, look_ahead
from app.planning.later_costs import cost_per_unit_sold
from app.planning.marginal import marginal_values
from app.planning.margins import Margins, margins_of
from app.planning.merge import MergedCurve, merge
from app.planning.model import (
    FactoryRecord,
    Floats,
    Integers,
    Mode,
    OfferTerms,
    PreviousPlan,
    Ration,
    Situation,
    StyleEconomics,
    Trial,
)
from app.planning.pieces import Pieces, cut_into_pieces
from app.planning.said import (
    Action,
    Constraint,
    Decision,
    Foresight,
    PricedPlan,
    Reason,
    TrialVerdict,
    Way,
)
from app.planning.scan import SizedRun, size_run
from app.planning.sentences import reason_text
from app.planning.terms import largest_run, least_run, run_cost, run_cost_of, units_cost

__all__ = [
    "Action",
    "Arrival",
    "Baseline",
    "Constraint",
    "Decision",
    "FactoryRecord",
    "Floats",
    "Foresight",
    "Integers",
    "Landing",
    "Margins",
    "MergedCurve",
    "Mode",
    "OfferTerms",
    "Outlook",
    "Pieces",
    "PreviousPlan",
    "PricedPlan",
    "Ration",
    "Reason",
    "Situation",
    "SizedRun",
    "StyleEconomics",
    "Trial",
    "TrialVerdict",
    "Way",
    "arrive",
    "cost_per_unit_sold",
    "cut_into_pieces",
    "decide",
    "landing_of",
    "largest_run",
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
