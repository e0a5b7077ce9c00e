"""What is kept: units in stock where the paths end, and the brand's own material for later runs."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from app.planning.baseline import horizon_periods
from app.planning.margins import Margins
from app.planning.model import OfferTerms, Situation
from app.planning.terms import DAYS_PER_WEEK, lowest_unit_cost

WEEKS_PER_YEAR = 52

MORE_THAN_ANY_RUN = 2**40
"""Units that kept material is enough for where it limits no run."""

LOST_A_YEAR = 0.25
"""Share of its cost that a unit loses in a year in stock, by capital and age together: of a brand
that states no holding cost a unit left at the horizon would else be as good as money, and two to
four times the demand in sight was asked for, to save set-ups of 100. A quarter is a customary
carrying charge."""


def kept_value(situation: Situation, margins: Margins) -> float:
    """Return what a unit kept past the horizon is worth.

    What its replacement costs, less what `LOST_A_YEAR` says that stock loses over the horizon and
    the brand's own holding cost does not count already; never more than it earns.
    """
    cheapest = min(lowest_unit_cost(offer) for offer in situation.offers)
    weeks = horizon_periods(situation) * situation.period_days / DAYS_PER_WEEK
    lost_a_week = LOST_A_YEAR / WEEKS_PER_YEAR * cheapest
    uncounted = max(0.0, lost_a_week - situation.economics.holding_cost_per_unit_week)
    return min(max(0.0, cheapest - uncounted * weeks), margins.revenue)


def costs_with_kept_material(
    costs_of: Callable[[Sequence[OfferTerms]], Mapping[str, float]],
    offers: Sequence[OfferTerms],
    wanted_units: float,
) -> Mapping[str, float]:
    """Return what a unit of each offer's later runs costs, by code.

    The brand's own material is used up once, whatever the number of runs: of the units still
    wanted the share that it is enough for costs less.

    Args:
        costs_of: What a unit of the later runs of offers costs, whatever was used before.
        offers: Every way of making the style.
        wanted_units: Good units lost with no further run, on average.
    """
    bare = [replace(one, kept_units=0) if one.kept_units else one for one in offers]
    costs = dict(costs_of(bare))
    keeping = [one for one in offers if one.kept_units > 0 and math.isfinite(costs[one.code])]
    if not keeping or wanted_units <= 0:
        return costs
    enough = costs_of([replace(one, kept_units=MORE_THAN_ANY_RUN) for one in keeping])
    for offer in keeping:
        share = min(1.0, offer.kept_units * offer.yield_rate / wanted_units)
        costs[offer.code] += share * (enough[offer.code] - costs[offer.code])
    return costs
