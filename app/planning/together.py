"""A second run beside the first: a large one on the sea, a small one until it lands.

With one run a decision, the urgent small run would win at every review and the slow large one
would be put off for good. So a second run is priced with the first one's units on their way. The
same does where the first factory cannot make all that is wanted.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from app.planning.choosing import (
    MATERIAL_SHARE,
    NOISE_ERRORS,
    ROUNDING_GUARD,
    best_or_hold,
    difference,
    or_standing,
    pays,
)
from app.planning.merge import is_exact
from app.planning.model import Floats, PreviousPlan, Situation
from app.planning.plans import Plans, plan_cost, price_plans
from app.planning.terms import for_now, largest_run
from app.planning.trial import within_budget
from app.planning.valuing import Valued
from app.planning.world import World, world_of


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """A second run, in the world where the first one's units are on their way.

    Attributes:
        plans: Everything priced there.
        run: The run taken.
        profit: Of both runs together, shape (paths,): of the first alone, and what the second adds
            to waiting behind it.
    """

    world: World
    plans: Plans
    run: Valued
    profit: Floats
    kept_previous: bool


def first_of_two(world: World, plans: Plans, best: Valued) -> tuple[Valued, Beside | None]:
    """Return the run to decide on first, and the best one beside it.

    A slower one that pays beside the best comes first: what is put off from review to review for
    the urgent one would never be made. So does a cheap one cut short by its factory's limits, if
    the rest made elsewhere earns more than all of it made there.
    """
    beside = beside_of(world, plans, best, None)
    if beside is not None and _lead_days(beside.run) > _lead_days(best):
        slow = next((run for run in plans.runs if _is_by(run, beside.run)), None)
        fast = None
        if slow is not None and pays(slow, plans.hold):
            fast = beside_of(world, plans, slow, None)
        return (best, beside) if slow is None or fast is None else (slow, fast)
    found = best, beside
    most = float(best.profit.sum()) if beside is None else _earned(beside)
    for run in plans.runs:
        is_apart = abs(_lead_days(run) - _lead_days(best)) >= world.situation.review_period_days
        if is_apart or not _is_cut_short_elsewhere(plans, run, best) or not pays(run, plans.hold):
            continue
        rest = beside_of(world, plans, run, None)
        if rest is not None and _earned(rest) > most:
            most, found = _earned(rest), (run, rest)
    return found


def _is_by(run: Valued, other: Valued) -> bool:
    """Say whether two runs are by one offer; a trial's budget may have cut either."""
    return run.offer is not None and other.offer is not None and run.offer.code == other.offer.code


def _earned(beside: Beside) -> float:
    return float(beside.profit.sum())


def _is_cut_short_elsewhere(plans: Plans, run: Valued, best: Valued) -> bool:
    if run.offer is None or best.offer is None or run.offer.factory == best.offer.factory:
        return False
    return is_cut_short(plans, run)


def beside_of(
    world: World, plans: Plans, first: Valued, standing: PreviousPlan | None
) -> Beside | None:
    """Return the best second run, if with the first one inbound it earns more than waiting.

    Tried are offers whose run alone beats waiting and arrives at least a review period sooner or
    later than the first, those of other factories where the first one's limits bind, and what
    stands.
    """
    tried = _worth_trying(world, plans, first, standing)
    situation = with_run_inbound(world.situation, first) if tried else None
    if situation is None:
        return None
    left = world.situation.trial
    if left is not None:
        rest = replace(left, budget_left=left.budget_left - plan_cost(world, first))
        situation = within_budget(replace(situation, trial=rest), rest)
    behind = world_of(replace(situation, previous=standing), world)
    gains = {} if standing else _gains_alone(world, plans)
    priced = price_plans(behind, only=tried, at_most=gains)
    best = next((run for run in priced.runs if run.offer and run.offer.code in tried), None)
    choice = or_standing(behind, best_or_hold(priced, best), priced.previous)
    if choice.plan is priced.hold:
        return None
    profit = first.profit + (choice.plan.profit - priced.hold.profit)
    if not _beats_alone(world, plans, first, profit, stands=choice.kept_previous):
        return None
    return Beside(behind, priced, choice.plan, profit, choice.kept_previous)


def _gains_alone(world: World, plans: Plans) -> dict[str, float]:
    """Return what each offer's run gains alone: behind another it gains no more.

    Units on their way only take demand from it. That is not sure where the first run spends a
    trial's money, where those on their way are sold to customers who wait, where material that
    will not come again is shared out over what is left to make, and of a run that is not quite
    the best.
    """
    situation = world.situation
    is_shared_out = any(offer.last_buy for offer in situation.offers)
    if situation.trial is not None or world.waiting_share > 0 or is_shared_out:
        return {}
    return {
        run.offer.code: run.expected_profit - plans.hold.expected_profit
        for run in plans.runs
        if run.offer is not None
        and not run.offer.made_to_order
        and is_exact(run.offer, world.colorways)
    }


def _beats_alone(
    world: World, plans: Plans, first: Valued, profit: Floats, *, stands: bool
) -> bool:
    """Say whether two runs together earn more than any run alone; what stands, nearly as much."""
    alone = max((first, *plans.runs), key=lambda run: run.expected_profit)
    gain, error = difference(profit, alone.profit)
    if not stands:
        return gain > ROUNDING_GUARD * (1 + abs(alone.expected_profit))
    return -gain <= max(NOISE_ERRORS * error, MATERIAL_SHARE * plan_cost(world, first))


def _worth_trying(
    world: World, plans: Plans, first: Valued, standing: PreviousPlan | None
) -> frozenset[str]:
    """Return the codes of the offers that may pay beside the first run."""
    review = world.situation.review_period_days
    is_short = is_cut_short(plans, first)
    tried = {
        run.offer.code
        for run in plans.runs
        if run.offer is not None
        and first.offer is not None
        and run.offer is not first.offer
        and (
            abs(_lead_days(run) - _lead_days(first)) >= review
            or (is_short and run.offer.factory != first.offer.factory)
        )
        and pays(run, plans.hold)
    }
    if standing is not None and first.offer is not None and standing.offer != first.offer.code:
        tried.add(standing.offer)
    return frozenset(tried)


def is_cut_short(plans: Plans, run: Valued) -> bool:
    """Say whether a run's maximum or its factory's capacity keeps it from its best size."""
    if run.offer is None or run.offer.code not in plans.sized:
        return False
    largest = largest_run(for_now(run.offer))
    return largest is not None and plans.sized[run.offer.code].free_quantity > largest


def _lead_days(run: Valued) -> float:
    return run.offer.lead_time_days if run.offer else 0.0


def with_run_inbound(situation: Situation, run: Valued) -> Situation | None:
    """Return the situation with a run's good units inbound, from its first whole period on.

    Returns:
        None if there is no such period or nothing else to choose from.
    """
    others = [offer for offer in situation.offers if offer is not run.offer]
    if run.offer is None or run.offer.made_to_order or not others:
        return None
    period = math.ceil(run.offer.lead_time_days / situation.period_days)
    if period >= situation.inbound.shape[1]:
        return None
    inbound = situation.inbound.copy()
    inbound[:, period] += np.rint(run.good_units).astype(inbound.dtype)
    return replace(situation, inbound=inbound, previous=None)
