"""The decision for one style: run, hold or discontinue, with everything that was priced."""

from dataclasses import dataclass, replace

from app.planning.backup import split_of
from app.planning.choosing import Choice, best_or_hold, most_promising, or_standing
from app.planning.economics import price, price_all, with_beside
from app.planning.findings import Findings
from app.planning.foresight import foresight_of
from app.planning.model import Situation
from app.planning.plans import Plans, is_final, price_plans, price_standing
from app.planning.reasons import reasons_for
from app.planning.rollout import followed, is_far_apart
from app.planning.said import Action, Decision, PricedPlan, TrialVerdict
from app.planning.suitability import best_by_factory, suitability
from app.planning.terms import lowest_unit_cost
from app.planning.together import Beside, beside_of, first_of_two
from app.planning.trial import affordable_plans, stops, verdict_of, within_budget
from app.planning.valuing import Valued
from app.planning.world import World, world_of


@dataclass(frozen=True, slots=True, eq=False)
class _Taken:
    """The run or hold that is taken out of all plans, and the run beside it."""

    plans: Plans
    choice: Choice
    beside: Beside | None = None


def decide(situation: Situation) -> Decision:
    """Return what to do with one style now.

    Every offer and hold are priced on the same paths. The best run wins if it earns more than hold
    on average; a standing plan stays unless another is better beyond the noise.

    Raises:
        ValueError: If an array's shape does not fit the others, or a value is out of range.
    """
    check(situation)
    world = world_of(situation)
    verdict = None if situation.trial is None else verdict_of(world, situation.trial)
    if situation.trial is not None:
        world = replace(world, situation=within_budget(situation, situation.trial))
    plans = affordable_plans(world, price_plans(world))
    if is_far_apart(world):
        plans = followed(world, plans)
    taken = _Taken(plans, Choice(plans.hold)) if stops(verdict) else _choose(world, plans)
    return _decision(world, taken, verdict)


def _decision(world: World, taken: _Taken, verdict: TrialVerdict | None) -> Decision:
    """Return what was decided, with its economics and its reasons."""
    plans, choice, final = taken.plans, taken.choice, is_final(world)
    priced = price_all(world, plans)
    chosen = priced.get(id(choice.plan)) or price(world, plans, choice.plan)
    others = tuple(
        priced[id(plan)] for plan in (*plans.runs, plans.hold) if not _is_same(plan, choice.plan)
    )
    beside = _price_beside(taken.beside, [chosen, *others])
    if taken.beside is not None and beside is not None:
        chosen = with_beside(chosen, beside, taken.beside.profit, plans.hold)
    findings = Findings(
        world,
        plans,
        chosen,
        others,
        _action(world, plans, choice, final=final, verdict=verdict),
        final=final,
        kept_previous=choice.kept_previous,
        beside=beside,
        trial=verdict,
    )
    nothing = world.expected_nothing
    way, way_reasons = suitability(findings)
    return Decision(
        action=findings.action,
        final=final,
        chosen=chosen,
        expected_profit_if_nothing=nothing,
        value_of_waiting=plans.hold.expected_profit - nothing,
        alternatives=others,
        beside=findings.beside,
        reasons=reasons_for(findings),
        suitability_way=way,
        suitability_reasons=way_reasons,
        best_by_factory=best_by_factory(findings),
        trial=verdict,
        foresight=foresight_of(world, plans),
        is_followed=is_far_apart(world),
    )


def _is_same(plan: Valued, other: Valued) -> bool:
    """Say whether two plans are one: the standing plan may be the best run of its offer."""
    if plan is other:
        return True
    if plan.offer is None or other.offer is None or plan.offer.code != other.offer.code:
        return False
    return bool((plan.quantities == other.quantities).all())


def check(situation: Situation) -> None:
    """Refuse a situation whose arrays do not fit together.

    Raises:
        ValueError: Naming what does not fit.
    """
    if situation.demand.ndim != 3 or situation.demand.shape[1] == 0:
        raise ValueError("demand must have shape (skus, paths, periods) with at least one path")
    skus, _, periods = situation.demand.shape
    for name, shape in (("colorways", (skus,)), ("on_hand", (skus,)), ("inbound", (skus, periods))):
        if getattr(situation, name).shape != shape:
            raise ValueError(f"{name} must have shape {shape}")
    if situation.period_days <= 0 or situation.review_period_days <= 0:
        raise ValueError("period_days and review_period_days must be positive")
    if len({offer.code for offer in situation.offers}) != len(situation.offers):
        raise ValueError("offer codes must be unique")
    for offer in situation.offers:
        if not offer.price_breaks or not 0 < offer.yield_rate <= 1 or offer.order_multiple < 1:
            raise ValueError(f"offer {offer.code}: needs a price, a yield in (0, 1], a multiple")


def _choose(world: World, plans: Plans) -> _Taken:
    """Return what to take: the best beyond the noise, or what stands within it."""
    best = most_promising(world, plans)
    choice = best_or_hold(plans, best)
    standing, other = world.situation.previous, world.situation.previous_beside
    beside: Beside | None = None
    if choice.plan.offer is not None and choice.plan is best:
        first, beside = first_of_two(world, plans, best)
        choice = Choice(first)
        if standing and other and first.offer and first.offer.code == other.offer:
            turned = replace(world.situation, previous=other, previous_beside=standing)
            world = replace(world, situation=turned)
            plans = replace(plans, previous=price_standing(world))
            other = standing
    split = split_of(world, plans, choice.plan)
    if split is not None:
        kept = split.second.kept_previous
        return _Taken(plans, Choice(split.first, kept_previous=kept), split.second)
    wanted = choice.plan
    choice = or_standing(world, choice, plans.previous)
    if choice.plan is plans.hold:
        return _Taken(plans, choice)
    if other is not None or choice.plan is not wanted:
        beside = beside_of(world, plans, choice.plan, other)
    return _Taken(plans, choice, beside)


def _action(
    world: World, plans: Plans, choice: Choice, *, final: bool, verdict: TrialVerdict | None
) -> Action:
    """Say what is done: discontinue where no run can ever pay again, or a trial has failed."""
    if choice.plan is not plans.hold:
        return "run"
    offers = world.situation.offers
    is_all = bool(offers) and world.situation.upcoming_days is None
    never_pays = is_all and all(lowest_unit_cost(offer) >= world.margins.served for offer in offers)
    is_over = verdict is not None and verdict.is_over
    failed = is_over and verdict is not None and verdict.verdict == "stop"
    if is_over and not failed and plans.runs and not never_pays:
        return "hold"  # the brand may launch it today
    return "discontinue" if final or never_pays or failed else "hold"


def _price_beside(beside: Beside | None, others: list[PricedPlan]) -> PricedPlan | None:
    """Return the economics of the second run; its expected profit is that of both."""
    if beside is None:
        return None
    both = float(beside.profit.sum()) / beside.profit.size
    large = [plan for plan in others if plan.mode == "large_batch"]
    large.sort(key=lambda plan: -plan.expected_profit)
    costs = [(plan.total_cost, plan.quantity) for plan in large]
    return replace(price(beside.world, beside.plans, beside.run, costs), expected_profit=both)
