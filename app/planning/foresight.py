"""What is to be known about a style is worth: one run, a second one after looking, or knowing all.

Three values of the same paths, each at least the one before: `one_shot`, the best single run
released now, or none; `two_stage`, a first run or none, and a second one at a later review by what
was sold until then; `perfect_information`, at most what anyone could earn who knew the demand.

Source:
    Birge & Louveaux (2011), "Introduction to Stochastic Programming" (2e), chapter 4: the values
    of the recourse problem, and wait-and-see as a bound of it.
"""

import math
from dataclasses import replace

import numpy as np

from app.planning.baseline import ends_within_horizon
from app.planning.customers import Counts
from app.planning.landing import before_the_end, landing_of
from app.planning.learning import LEAST_SPREAD, Stage, is_before_the_end, stage_of, two_stage
from app.planning.model import OfferTerms
from app.planning.plans import Plans, is_final, price_plans
from app.planning.said import Foresight
from app.planning.terms import lowest_unit_cost, setup_cost
from app.planning.trial import NEVER_DAYS
from app.planning.valuing import Valued
from app.planning.world import World

PATHS_LOOKED_AT = 128

REVIEWS = (1, 4)
"""At which a second order may be placed; the best of them counts."""


def foresight_of(world: World, plans: Plans) -> Foresight | None:
    """Return what looking before ordering again is worth.

    First steps are hold, the best run of the plans, and the best of those with nothing after it.

    Returns:
        None where little is unknown, the style has no end in sight, nothing can be ordered later,
        or something made fetches more than it costs even if it never sells.
    """
    if not _is_worth_asking(world):
        return None
    once = replace(world, situation=replace(world.situation, review_period_days=NEVER_DAYS))
    firsts = (_best_made(plans), _best_made(price_plans(once)))
    runs = [run for run in firsts if run is not None]
    if not runs:
        return None
    stage = stage_of(world, [plans.hold, *runs], PATHS_LOOKED_AT)
    alone = stage.profit.mean(axis=1)
    reviews = [review for review in REVIEWS if is_before_the_end(world, review)]
    seeing = [two_stage(world, stage, review).mean(axis=1) for review in reviews]
    at = max(range(len(reviews)), key=lambda one: float(seeing[one].max()))
    blind = two_stage(world, stage, reviews[at], groups=1).mean(axis=1)
    best = np.maximum(np.max(seeing, axis=0), alone)
    step = int(best.argmax())
    first = runs[step - 1] if step else None
    return Foresight(
        one_shot=float(alone.max()),
        two_stage=float(best[step]),
        perfect_information=_most_anyone_earns(world, stage),
        learning=max(0.0, float(best[step] - np.maximum(blind, alone).max())),
        hold=float(best[0]),
        review=reviews[at],
        first_quantity=0 if first is None else first.quantity,
        first_mode=None if first is None or first.offer is None else first.offer.mode,
    )


def _best_made(plans: Plans) -> Valued | None:
    """Return the best run that is not made to order."""
    return next((run for run in plans.runs if run.offer and not run.offer.made_to_order), None)


def _is_worth_asking(world: World) -> bool:
    offers = [offer for offer in world.situation.offers if not offer.made_to_order]
    if not offers or not ends_within_horizon(world.situation) or is_final(world):
        return False
    cheapest = min(lowest_unit_cost(offer) for offer in offers)
    if cheapest <= world.end_value or not is_before_the_end(world, 1):
        return False
    return world.demand_spread >= LEAST_SPREAD


def _most_anyone_earns(world: World, stage: Stage) -> float:
    """Return what no plan can exceed: each lost unit is made when it is wanted, at the least cost.

    By the offers that can have arrived by then, held for no time, with none left over, and one
    set-up on each path for all of it together.
    """
    served = world.baseline.served
    cost = np.full(served.size, np.inf)
    fixed = math.inf
    for offer in world.situation.offers:
        first, unit_cost = _at_best(world, offer)
        cost[first:] = np.minimum(cost[first:], unit_cost)
        least = setup_cost(offer, 1) + offer.freight_per_run + offer.tooling_cost
        fixed = min(fixed, least)
    gain = np.maximum(served - cost, 0.0)
    lost = world.baseline.style_lost_to_date[:, stage.paths]
    made = _by_period(lost)
    if world.waiting_share or any(offer.made_to_order for offer in world.situation.offers):
        gain = np.maximum.accumulate(gain[::-1])[::-1]
    earned = np.maximum(gain @ made - fixed, 0.0)
    return float((world.nothing[stage.paths] + earned).mean())


def _by_period(to_date: Counts) -> Counts:
    return np.diff(to_date, axis=0, prepend=0)


def _at_best(world: World, offer: OfferTerms) -> tuple[int, float]:
    """Return the first period a run can arrive in on any path, and the least a unit may cost."""
    landing = before_the_end(landing_of(offer, 0.0, world.nothing.size), world.situation)
    most = 1.0 if landing.yield_factor is None else float(landing.yield_factor.max())
    first = 0 if offer.made_to_order else int(landing.days.min() // world.situation.period_days)
    return min(first, world.periods), lowest_unit_cost(offer) / max(1.0, most)
