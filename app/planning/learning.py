"""What waiting teaches: later orders that are placed by what has been sold until then.

Each first step (a run of some size, or none) is followed by reviews at which more is ordered.
Paths are grouped by what will be seen there: units of the style sold to date, which stock may
have cut short, never the demand itself. The best order of each group is found on one half of the
paths and placed on the other (cross-fitted): nothing is gained by knowing the very paths it is
scored on. One review makes it two-stage; all that are left, a rollout of the planning law.

Sources: Fisher & Raman (1996), "Reducing the cost of demand uncertainty through accurate response
to early sales", Operations Research 44(1); Bertsekas, Tsitsiklis & Wu (1997), "Rollout algorithms
for combinatorial optimization", Journal of Heuristics 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.planning.baseline import Baseline
from app.planning.curve import Arrival, arrive
from app.planning.customers import Counts
from app.planning.earning import value_on_paths
from app.planning.landing import Landing, before_the_end, landing_of
from app.planning.margins import steps_down
from app.planning.model import Floats, Integers, OfferTerms
from app.planning.placing import place
from app.planning.second_order import best_orders, landed
from app.planning.spread import spread_over_paths
from app.planning.terms import net_cost_of
from app.planning.valuing import Valued, colorways_of
from app.planning.world import World, outlook_after

LEAST_SPREAD = 0.6
"""Of the demand left, from which looking before ordering again is followed at all. Below it next
to nothing is to be learned: styles on sale for some weeks, followed, earned 3 points less."""

GROUPS = 4
"""Of what is seen at a review. Eight taught no more on 256 paths: each has half as many."""

LEAST_IN_HALF = 4
"""Paths of a group that its order is found on; with fewer paths there are fewer groups."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Where first steps stand at a review.

    Attributes:
        paths: Those looked at, shape (paths,); even places are one half, odd ones the other.
        profit: Of each step so far, if nothing is ordered any more, shape (steps, paths).
        lost: Units lost to date behind it, shape (steps, periods, skus, paths).
    """

    paths: Integers
    profit: Floats
    lost: Counts


def stage_of(world: World, steps: Sequence[Valued], most_paths: int) -> Stage:
    """Return what each first step earns alone on evenly spread paths, and is lost behind it."""
    every = world.nothing.size
    paths = np.arange(0, every, max(1, -(-every // most_paths)))
    baseline = _on(world.baseline, paths)
    profit = np.repeat(world.nothing[None, paths], len(steps), axis=0)
    lost = np.repeat(baseline.lost_to_date[None], len(steps), axis=0)
    for at, step in enumerate(steps):
        if step.offer is None:
            continue
        arrival = arrive(
            baseline,
            baseline.served,
            _landing(world, step.offer, paths),
            period_days=world.situation.period_days,
            holding=world.margins.holding,
            end_value=world.end_value,
            waiting_share=world.waiting_share,
        )
        value, _ = value_on_paths(arrival, step.good_units)
        colorways = colorways_of(world.situation, step.quantities)
        profit[at] += value - net_cost_of(step.offer, step.quantity, colorways)
        _serve(lost[at], arrival, step.good_units)
    return Stage(paths, profit, lost)


def _serve(lost: Counts, arrival: Arrival, good_units: Floats) -> None:
    """Take what a run serves off the units lost to date, shape (periods, skus, paths)."""
    if arrival.first >= len(lost):
        return
    units = good_units[:, None]
    if arrival.yield_factor is not None:
        units = units * arrival.yield_factor
    left = np.maximum(np.rint(arrival.lost - units), arrival.missed).astype(lost.dtype)
    np.minimum(lost[arrival.first :], left, out=lost[arrival.first :])


def _on(baseline: Baseline, paths: Integers) -> Baseline:
    """Return the baseline on some of its paths, by index."""
    return replace(
        baseline,
        demanded=baseline.demanded[paths],
        demand_to_date=baseline.demand_to_date[:, :, paths],
        style_demand_to_date=baseline.style_demand_to_date[:, paths],
        lost_to_date=baseline.lost_to_date[:, :, paths],
        short_to_date=baseline.short_to_date[:, :, paths],
    )


def _landing(world: World, offer: OfferTerms, paths: Integers) -> Landing:
    """Return how a run released now lands on some of the paths, before the style's end."""
    every = landing_of(offer, 0.0, world.nothing.size)
    days = every.days[paths] if every.days.size > 1 else every.days
    factor = None if every.yield_factor is None else every.yield_factor[paths]
    return before_the_end(Landing(days, factor), world.situation)


def rolled_out(world: World, stage: Stage, reviews: Sequence[int], groups: int = GROUPS) -> Floats:
    """Return what each step earns when the planning law orders at each of the next reviews.

    What can be made after the last of them is worth what `later` says.

    Args:
        world: What all plans have in common.
        stage: The first steps.
        reviews: 1 is the next one, ascending.
        groups: Of paths; 1: orders are placed without looking at what was sold.

    Returns:
        Profit, shape (steps, paths).
    """
    worth = world.baseline.served
    for review in reviews:
        days = review * world.situation.review_period_days
        if not is_before_the_end(world, review):
            break
        worth = outlook_after(world, days).worth
        stage = ordered_at(world, stage, days, worth, groups)
    later = steps_down(world.baseline.served - worth)
    return np.asarray(stage.profit + np.einsum("t,stkp->sp", later, stage.lost))


def two_stage(world: World, stage: Stage, review: int, groups: int = GROUPS) -> Floats:
    """Return what each step earns with one more order, at a review, and none after it.

    Shape (steps, paths).
    """
    days = review * world.situation.review_period_days
    return ordered_at(world, stage, days, world.baseline.served, groups).profit


def is_before_the_end(world: World, review: int) -> bool:
    """Say whether a whole period has been seen by a review, and one at least is left."""
    seen = review * world.situation.review_period_days // world.situation.period_days
    return 1 <= seen < world.periods


def ordered_at(world: World, stage: Stage, days: int, worth: Floats, groups: int) -> Stage:
    """Return the stage once each group has ordered what pays on the other half of its paths.

    Args:
        world: What all plans have in common.
        stage: What was done before.
        days: Until the review.
        worth: Of serving a lost unit, by period, as the order is sized, shape (periods,).
        groups: Of paths.
    """
    groups = _even_groups(stage.paths.size, groups)
    if groups == 0:
        return stage
    blocks = seen_groups(_seen(world, stage, days), groups)
    after = Stage(stage.paths, stage.profit.copy(), stage.lost.copy())
    found = [
        (offer, landing)
        for offer in world.situation.offers
        if not _is_gone(offer, days) and (landing := landed(world, offer, days, worth)) is not None
    ]
    if not found:
        return after
    orders = best_orders(world, found, stage.lost, blocks)
    taken = np.where(orders.gain.max(axis=0) > 0, orders.gain.argmax(axis=0), -1)
    for number, (offer, sized) in enumerate(found):
        served = world.baseline.served
        landing = sized if worth is served else landed(world, offer, days, served)
        if landing is not None:
            beyond = landing.unsold * orders.over[number] - orders.cost[number]
            place(
                after.lost,
                after.profit,
                blocks,
                taken == number,
                orders.units[number],
                beyond,
                landing.first,
                landing.steps,
                landing.unsold,
            )
    return after


def _even_groups(paths: int, most: int) -> int:
    """Return the largest number of groups that paths fall into evenly, half by half; 0: none."""
    fits = (
        one
        for one in range(min(most, paths // (2 * LEAST_IN_HALF)), 0, -1)
        if paths % (2 * one) == 0
    )
    return next(fits, 0)


def _is_gone(offer: OfferTerms, days: int) -> bool:
    is_late = offer.last_release_days is not None and days > offer.last_release_days
    return offer.made_to_order or is_late


def _seen(world: World, stage: Stage, days: int) -> Floats:
    """Return the units of the style sold by a review, ties told apart evenly."""
    last = days // world.situation.period_days - 1
    demanded = world.baseline.style_demand_to_date[last, stage.paths]
    sold = demanded - stage.lost[:, last].sum(axis=1)
    return np.asarray(sold + spread_over_paths(stage.paths.size))


def seen_groups(seen: Floats, groups: int) -> Integers:
    """Return the paths of each group in each half, shape (steps, groups, 2, paths of a half).

    By rank within the half.
    """
    steps, paths = seen.shape
    each = paths // (2 * groups)
    halves = [np.argsort(seen[:, side::2], axis=1, kind="stable") * 2 + side for side in (0, 1)]
    cut = [half.reshape(steps, groups, each) for half in halves]
    return np.stack(cut, axis=2)
