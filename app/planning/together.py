"""A second run beside the first: a large one on the sea, a small one until it lands.

With one run a decision, the urgent small run would win at every review and the slow large one
would be put off for good. So a second offer is priced with the first one's units on their way.
"""

import math
from dataclasses import replace

import numpy as np

from app.planning.choosing import beats
from app.planning.model import OfferTerms, Situation
from app.planning.plans import Plans, price_plans
from app.planning.world import Valued, World, world_of


def companion_of(world: World, plans: Plans) -> OfferTerms | None:
    """Return the offer whose run, released beside the best one, beats waiting beyond the noise.

    Only offers are tried that beat waiting alone, and arrive at least a review period sooner or
    later: otherwise one of the two is enough.
    """
    run, *others = plans.runs
    review = world.situation.review_period_days
    if not any(_is_apart(run, other, review) and beats(other, plans.hold) for other in others):
        return None
    situation = with_run_inbound(world.situation, run)
    if situation is None:
        return None
    beside = price_plans(world_of(situation), leave_out=run.offer)
    if beside.runs and beats(beside.runs[0], beside.hold):
        return beside.runs[0].offer
    return None


def _is_apart(one: Valued, other: Valued, review_days: float) -> bool:
    if one.offer is None or other.offer is None:
        return False
    return abs(one.offer.lead_time_days - other.offer.lead_time_days) >= review_days


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
