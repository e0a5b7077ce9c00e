"""Every plan of a decision: the best run of each offer, hold, and the standing plan."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from app.planning.baseline import ends_within_horizon, life_days
from app.planning.later import Outlook
from app.planning.model import Integers, OfferTerms
from app.planning.scan import SizedRun, size_run
from app.planning.terms import for_now, largest_run, least_run, run_cost_of, useful_units
from app.planning.valuing import Valued, arrival_of, colorways_of, value_nothing_now, value_run
from app.planning.world import World, outlook_from


@dataclass(frozen=True, slots=True, eq=False)
class Plans:
    """All that was priced.

    Attributes:
        hold: Nothing now; what can be made from the next review on is in its profit.
        runs: The best run of every offer whose terms and lead time allow one, best first.
        sized: By offer code, how its run was found; not for made to order.
        previous: The standing plan at today's prices; None: there is none, or it cannot be had.
    """

    hold: Valued
    runs: tuple[Valued, ...]
    sized: dict[str, SizedRun]
    previous: Valued | None


NO_LIMITS: Mapping[str, float] = MappingProxyType({})

SURELY = 1e-6
"""Two runs' gains that differ by less, as a share, may be told apart by rounding."""


def price_plans(
    world: World, only: Collection[str] | None = None, at_most: Mapping[str, float] = NO_LIMITS
) -> Plans:
    """Return every plan, priced on the same paths.

    Args:
        world: What all plans have in common.
        only: Offers that runs now are priced of; None: all.
        at_most: What a run of an offer can gain above hold at most, where that is known: such a
            run is left out if another gains more.
    """
    outlook = outlook_from(world)
    hold = value_nothing_now(world, outlook)
    runs: list[Valued] = []
    sized: dict[str, SizedRun] = {}
    offers = [one for one in world.situation.offers if only is None or one.code in only]
    place = {offer.code: index for index, offer in enumerate(offers)}
    for offer in sorted(offers, key=lambda one: -at_most.get(one.code, math.inf)):
        most = max((run.expected_profit for run in runs), default=-math.inf) - hold.expected_profit
        if at_most.get(offer.code, math.inf) < most - SURELY * (1 + abs(most)):
            continue
        if offer.made_to_order:
            if world.periods and (offer.ration is None or offer.ration.most > 0):
                runs += _made_to_order(world, offer)
            continue
        arrival = arrival_of(world, outlook, offer)
        if arrival.first >= world.periods or lands_beyond(world, offer):
            continue
        terms = for_now(offer)
        size = size_run(arrival, terms, world.situation.colorways, outlook.kept)
        if size is not None:
            sized[offer.code] = size
            runs.append(value_run(world, outlook, arrival, offer, size.quantities, size.good_units))
    runs.sort(key=lambda run: (-run.expected_profit, place[run.offer.code] if run.offer else 0))
    return Plans(hold, tuple(runs), sized, _previous(world, outlook))


def lands_beyond(world: World, offer: OfferTerms) -> bool:
    """Say whether a run lands, on average, only after all demand that is foretold.

    Of a style without an end such units would be worth what others cost, however many there are,
    and the few paths on which they land early would ask for years of demand.
    """
    if ends_within_horizon(world.situation):
        return False
    return offer.lead_time_days >= world.periods * world.situation.period_days


def is_final(world: World) -> bool:
    """Say whether nothing released at the next review could arrive before the end of life.

    Without an offer that is said only once the end is there: a factory may make one any day.
    """
    situation = world.situation
    end = life_days(situation)
    if end is None or not ends_within_horizon(situation):
        return False
    if not situation.offers:
        return end <= 0
    soonest = situation.review_period_days + min(one.lead_time_days for one in situation.offers)
    if situation.upcoming_days is not None:
        soonest = min(soonest, situation.upcoming_days)
    return soonest >= end


def _made_to_order(world: World, offer: OfferTerms) -> list[Valued]:
    """Return making each waiting customer's unit as it is ordered, from now on.

    The quantity is what is expected to be ordered until the next review; orders that do not come
    to the offer's minimum by then are none that the factory takes.
    """
    outlook = outlook_from(world, on_demand_now=offer.code)
    plan = value_nothing_now(world, outlook)
    quantities = expected_orders(world, offer)
    if not quantities.any() or not _meets_minimum(world, offer, quantities):
        return []
    good = quantities.astype(np.float64) * offer.yield_rate
    sells = np.ones(quantities.size)
    lost, left = plan.lost_units, plan.leftover_units
    return [Valued(offer, quantities, good, plan.profit, lost, left, sells)]


def expected_orders(world: World, offer: OfferTerms) -> Integers:
    """Return the units of each SKU that waiting customers order until the next review.

    In the offer's packs and as many as arrive good on average, shape (skus,).
    """
    if world.periods == 0:
        return np.zeros(world.situation.on_hand.size, dtype=np.int64)
    review = math.ceil(world.situation.review_period_days / world.situation.period_days)
    until = min(review, world.periods) - 1
    waiting = world.situation.economics.backorder_share
    ordered = world.baseline.lost_to_date[until].mean(axis=1) * waiting / offer.yield_rate
    pack = offer.order_multiple
    return np.asarray(np.rint(ordered / pack), dtype=np.int64) * pack


def price_standing(world: World) -> Valued | None:
    """Return the standing plan at today's prices; None: there is none, or it cannot be had."""
    return _previous(world, outlook_from(world))


def _previous(world: World, outlook: Outlook) -> Valued | None:
    """Return the standing plan, if its offer still takes it and it still arrives in time."""
    previous = world.situation.previous
    if previous is None:
        return None
    for offer in world.situation.offers:
        if offer.code != previous.offer or offer.made_to_order:
            continue
        quantities = np.asarray(previous.quantities, dtype=np.int64)
        arrival = arrival_of(world, outlook, offer)
        in_time = arrival.first < world.periods and not lands_beyond(world, offer)
        if in_time and _is_allowed(world, offer, quantities):
            useful = float(useful_units(offer, quantities.sum())) / quantities.sum()
            good = quantities * (useful * offer.yield_rate)
            return value_run(world, outlook, arrival, offer, quantities, good)
    return None


def _is_allowed(world: World, offer: OfferTerms, quantities: Integers) -> bool:
    """Say whether an offer takes exactly these quantities."""
    largest = largest_run(for_now(offer))
    return (
        _meets_minimum(world, offer, quantities)
        and (largest is None or int(quantities.sum()) <= largest)
        and bool((quantities % offer.order_multiple == 0).all())
    )


def _meets_minimum(world: World, offer: OfferTerms, quantities: Integers) -> bool:
    """Say whether a run reaches the minima of run, colorway and SKU."""
    by_colorway = np.bincount(world.situation.colorways, weights=quantities)
    made, colored = quantities[quantities > 0], by_colorway[by_colorway > 0]
    return (
        int(quantities.sum()) >= least_run(offer)
        and bool((made >= offer.moq_sku).all())
        and bool((colored >= offer.moq_colorway).all())
    )


def plan_cost(world: World, plan: Valued) -> float:
    """Return what a plan commits now."""
    if plan.offer is None:
        return 0.0
    colorways = colorways_of(world.situation, plan.quantities)
    return run_cost_of(plan.offer, plan.quantity, colorways)
