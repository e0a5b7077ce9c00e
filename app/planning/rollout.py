"""Plans where reviews are far apart: each is followed by the runs that the law would release.

`later` lets a later run serve whatever is lost from its first possible day on, at its average
cost. With a review a week that is close to what deciding each week earns; a month apart it makes
first runs too small. Here every plan, and runs larger and smaller than `plans` found, are followed
review by review (`learning`), and the best size of each offer is kept.

Measured in simulated worlds decided every four weeks (`tests.benchmarks.worlds --review 4`), points
of the clairvoyant's profit more than by average costs, with standard errors: 8.1 (2.2) in a life
of 8 weeks, 0.1 (0.6) with long lead times, 0.2 (1.2) at five units a week, no change in lives of 26
weeks, where too many reviews are left, or too little is unknown once few are. With a review a week
it decided worse, by up to 10 points: four groups of paths learn less than a forecast does, and that
adds up.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.planning.baseline import ends_within_horizon
from app.planning.choosing import NOISE_ERRORS, difference
from app.planning.learning import LEAST_SPREAD, is_before_the_end, rolled_out, stage_of
from app.planning.model import OfferTerms
from app.planning.plans import Plans, is_final
from app.planning.scan import size_run
from app.planning.terms import for_now, in_packs, least_run
from app.planning.valuing import Valued, arrival_of, value_run
from app.planning.world import World, outlook_from

FAR_APART_DAYS = 14
"""From here on the law's own reviews are followed."""

MOST_REVIEWS = 5
"""Left until the end, up to which they are followed. A style with more of them has time to correct
itself, and what four groups do not learn adds up with each."""

SIZES = (0.5, 1.4, 2.0, 3.0)
"""Times the size that `plans` found: the others that are tried."""

PATHS_TO_SIZE = 128
"""Sizes are compared on so many paths, and the plans that are left on all."""


def is_far_apart(world: World) -> bool:
    """Say whether the plans of a style are followed from review to review.

    Not where customers wait, units are made to order, or material is shared out over all runs to
    come: orders that follow would not know of it.
    """
    situation = world.situation
    return (
        situation.review_period_days >= FAR_APART_DAYS
        and situation.trial is None
        and ends_within_horizon(situation)
        and not is_final(world)
        and world.demand_spread >= LEAST_SPREAD
        and world.waiting_share == 0
        and not any(offer.made_to_order or offer.last_buy for offer in situation.offers)
        and 0 < len(_reviews(world)) <= MOST_REVIEWS
    )


def followed(world: World, plans: Plans) -> Plans:
    """Return the plans at what they earn when the law decides at the reviews that are left."""
    runs = _best_sizes(world, [plans.hold, *_candidates(world, plans)])
    steps = [plans.hold, *runs, *([plans.previous] if plans.previous else [])]
    stage = stage_of(world, steps, world.nothing.size)
    profit = rolled_out(world, stage, _reviews(world))
    hold, *rest = [replace(step, profit=at) for step, at in zip(steps, profit, strict=True)]
    previous = rest.pop() if plans.previous else None
    rest.sort(key=lambda run: -run.expected_profit)
    return replace(plans, hold=hold, runs=tuple(rest), previous=previous)


def _best_sizes(world: World, steps: Sequence[Valued]) -> list[Valued]:
    """Return each offer's run, of another size where that earns more beyond the noise."""
    profit = rolled_out(world, stage_of(world, steps, PATHS_TO_SIZE), _reviews(world))
    best: dict[str, int] = {}
    for at, step in enumerate(steps):
        if step.offer is not None:
            before = best.setdefault(step.offer.code, at)
            gain, error = difference(profit[at], profit[before])
            if gain > NOISE_ERRORS * error:
                best[step.offer.code] = at
    return [steps[at] for at in best.values()]


def _reviews(world: World) -> list[int]:
    """Return the reviews that something is left to order for."""
    every = range(1, MOST_REVIEWS + 2)
    return [review for review in every if is_before_the_end(world, review)]


def _candidates(world: World, plans: Plans) -> Iterator[Valued]:
    """Yield the run of each offer, and some of other sizes that its terms allow."""
    outlook = outlook_from(world)
    for run in plans.runs:
        yield run
        if run.offer is None:
            continue
        arrival = arrival_of(world, outlook, run.offer)
        quantity = run.quantity
        for times in SIZES:
            terms = _terms_for(run.offer, quantity, times)
            size = None if terms is None else size_run(arrival, terms, world.situation.colorways)
            if size is not None:
                yield value_run(
                    world, outlook, arrival, run.offer, size.quantities, size.good_units
                )


def _terms_for(offer: OfferTerms, quantity: int, times: float) -> OfferTerms | None:
    """Return the terms that make a run about so many times as large; None: it is as large."""
    wanted = in_packs(math.ceil(quantity * times), offer.order_multiple)
    terms = for_now(offer)
    if times > 1:
        return replace(terms, moq_run=max(terms.moq_run, wanted))
    if not least_run(terms) <= wanted < quantity:
        return None
    most = wanted if terms.max_quantity is None else min(wanted, terms.max_quantity)
    return replace(terms, max_quantity=most)
