"""A decision as it is being explained, and the figures that several explanations share."""

import math
from dataclasses import dataclass
from functools import cached_property

from app.planning.baseline import life_days
from app.planning.model import Mode, OfferTerms
from app.planning.plans import Plans
from app.planning.said import Action, PricedPlan, TrialVerdict
from app.planning.world import World


@dataclass(frozen=True, eq=False)
class Findings:
    """A decision with all that it was made from.

    Attributes:
        plans: What could be chosen from, within a trial's budget.
        others: Every priced plan but the chosen one.
    """

    world: World
    plans: Plans
    chosen: PricedPlan
    others: tuple[PricedPlan, ...]
    action: Action
    final: bool
    kept_previous: bool
    beside: PricedPlan | None
    trial: TrialVerdict | None = None

    @cached_property
    def runs(self) -> tuple[PricedPlan, ...]:
        """Return every run that was priced, the best first."""
        every = [plan for plan in (self.chosen, *self.others) if plan.action == "run"]
        return tuple(sorted(every, key=lambda plan: -plan.expected_profit))

    @property
    def hold(self) -> PricedPlan:
        """Return the plan of waiting."""
        return next(plan for plan in (self.chosen, *self.others) if plan.action == "hold")

    @property
    def main_mode(self) -> Mode | None:
        """Return how most of the units asked for are made: of two runs, by the larger one."""
        if self.beside is not None and self.beside.quantity > self.chosen.quantity:
            return self.beside.mode
        return self.chosen.mode

    @property
    def waiting_gain(self) -> float:
        """Return what hold, with the runs that can follow it, earns above nothing ever made."""
        return self.hold.expected_profit - self.world.expected_nothing

    @property
    def period_days(self) -> int:
        """Return the length of a period."""
        return self.world.situation.period_days

    @property
    def days_ahead(self) -> int:
        """Return the days that count: to the end of life or horizon."""
        days = self.world.periods * self.period_days
        end = life_days(self.world.situation)
        return days if end is None else min(days, end)

    @property
    def offers(self) -> tuple[OfferTerms, ...]:
        """Return every way of making the style."""
        return self.world.situation.offers

    @property
    def chosen_offer(self) -> OfferTerms | None:
        """Return the offer of the chosen run."""
        return next((offer for offer in self.offers if offer.code == self.chosen.offer), None)

    @property
    def lead_days(self) -> float:
        """Return the lead time that matters: of the chosen offer, else the shortest."""
        chosen = self.chosen_offer
        if chosen is not None:
            return chosen.lead_time_days
        return min((offer.lead_time_days for offer in self.offers), default=0.0)

    def lost_before(self, days: float) -> float:
        """Return the units the baseline loses, on average, in the periods that end by `days`."""
        ended = self.world.periods
        if math.isfinite(days):
            ended = min(ended, int(days // self.period_days))
        return float(self.world.baseline.mean_lost_to_date[ended - 1]) if ended else 0.0
