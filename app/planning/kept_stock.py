"""What a unit is worth that is still in stock where the paths end."""

from app.planning.baseline import horizon_periods
from app.planning.margins import Margins
from app.planning.model import Situation
from app.planning.terms import DAYS_PER_WEEK, lowest_unit_cost

WEEKS_PER_YEAR = 52

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
