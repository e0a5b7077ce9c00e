"""A style on trial: what its runs may cost, and whether it is worth a launch.

A trial buys knowledge: its budget bounds what finding out may cost, and the verdict says when
enough is known.
"""

import math
from dataclasses import replace

import numpy as np

from app.planning.choosing import beats
from app.planning.economics import price
from app.planning.model import OfferTerms, Ration, Situation, Trial
from app.planning.plans import Plans, plan_cost, price_plans
from app.planning.said import TrialVerdict, Verdict
from app.planning.terms import ROUNDING_GUARD, in_packs, largest_run, least_run, run_cost_of
from app.planning.valuing import Valued
from app.planning.world import World

SCALE_FROM, STOP_UP_TO = 0.8, 0.2
"""Chances from which a trial has shown enough: the forecast's intervals are calibrated at 80%, so
what lies between is within what it may err by."""

KEPT_WITHIN = 0.1
"""A verdict that was given stays until the chance is so far on the other side of its bound: from
one day to the next it moved by up to 0.06 (a style that sells two a week), and with it a verdict
given at 0.8."""

LEAST_SOLD = 10
"""Units sold before a trial can say `scale`. Of fewer the rate is known no better than to a third
(one over the root of ten), and the forecast rests on what other styles did."""

LEAST_DAYS = 14
"""Days on sale before a trial that sold less can say `stop`: two weekends."""

CENT = 0.01
"""Sums of floats that are a hair above the budget are within it."""

NEVER_DAYS = 100_000
"""A review period after which nothing can still arrive: a launch has one run."""


def within_budget(situation: Situation, trial: Trial) -> Situation:
    """Return the situation with every offer's next run cut to what the trial may still spend.

    Later runs are free of it: a trial that succeeds ends.
    A run is priced with the set-ups of all colorways; where that leaves less than the offer's
    minimum, with those of as many as can be paid. Made to order ties up no money.
    """
    colorways = len(set(situation.colorways.tolist()))
    offers = tuple(_cut(offer, trial, colorways) for offer in situation.offers)
    return replace(situation, offers=offers)


def _cut(offer: OfferTerms, trial: Trial, colorways: int) -> OfferTerms:
    if offer.made_to_order:
        return offer
    most = affordable(offer, trial.budget_left, colorways)
    if most is None or (offer.ration is not None and offer.ration.most <= most):
        return offer
    return replace(offer, ration=Ration(most, "test_budget", 0.0))


def affordable(offer: OfferTerms, budget: float, colorways: int) -> int | None:
    """Return the largest run that costs no more than `budget`, in units; 0: none does.

    Returns:
        None where units cost nothing: then every run that can be paid at all can be.
    """
    for made in range(colorways, 0, -1):
        for index in reversed(range(len(offer.price_breaks))):
            most = _affordable_at(offer, budget, made, index)
            if most != 0:
                return most
    return 0


def _affordable_at(offer: OfferTerms, budget: float, colorways: int, index: int) -> int | None:
    """Return the largest affordable run at one price: between breaks cost is a straight line."""
    start, price = offer.price_breaks[index]
    pack = offer.order_multiple
    first = in_packs(max(start, least_run(offer)), pack)
    left = budget - run_cost_of(offer, first, colorways)
    if left < 0:
        return 0
    slope = price + offer.freight_per_unit
    is_last = index + 1 == len(offer.price_breaks)
    if slope <= 0 and is_last:
        return None
    most = math.inf if is_last else offer.price_breaks[index + 1][0] - 1
    if slope > 0:
        most = min(most, first + (left + ROUNDING_GUARD) // (slope * pack) * pack)
    return int(most) // pack * pack if most >= first else 0


def affordable_plans(world: World, plans: Plans) -> Plans:
    """Return the plans without the runs that cost more than a trial may still spend."""
    trial = world.situation.trial
    if trial is None:
        return plans
    runs = tuple(run for run in plans.runs if _is_affordable(world, run, trial))
    previous = plans.previous
    if previous is not None and not _is_affordable(world, previous, trial):
        previous = None
    return replace(plans, runs=runs, previous=previous)


def _is_affordable(world: World, run: Valued, trial: Trial) -> bool:
    is_to_order = run.offer is not None and run.offer.made_to_order
    return is_to_order or plan_cost(world, run) <= trial.budget_left + CENT


def verdict_of(world: World, trial: Trial) -> TrialVerdict | None:
    """Return what the trial has shown so far.

    Returns:
        None where no launch can be priced: no offer could arrive before the end.
    """
    once = _launched(world, 0)
    plans = price_plans(once)
    if plans.runs and plans.runs[0].expected_profit <= plans.hold.expected_profit:
        once = _launched(world, _units_needed(world))
        plans = price_plans(once)
    if not plans.runs:
        return None
    launch = plans.runs[0]
    gains = launch.profit - world.nothing
    probability = float(np.count_nonzero(gains > 0)) / gains.size
    gain = float(gains.sum()) / gains.size
    return TrialVerdict(
        _verdict(trial, probability, gain, is_sure=beats(launch, plans.hold)),
        probability,
        price(once, plans, launch),
        gain,
        trial.days_left < 0,
        LEAST_SOLD if trial.sold_units < LEAST_SOLD else None,
    )


def _launched(world: World, least: int) -> World:
    """Return the world in which one run is made, of at least so many units where they allow it."""
    offers = tuple(
        replace(one, ration=None, moq_run=max(one.moq_run, min(least, largest_run(one) or least)))
        for one in world.situation.offers
    )
    launched = replace(world.situation, offers=offers, review_period_days=NEVER_DAYS)
    return replace(world, situation=launched)


def _units_needed(world: World) -> int:
    """Return the units lost where any are, on average.

    Where no launch pays on average the least loss is made by a run of next to nothing, which pays
    nowhere, and from one day to the next by one of any other size: the chance is that of a launch
    sized for the paths that need one.
    """
    lost = world.baseline.style_lost_to_date[-1:]
    return math.ceil(float(lost.sum()) / max(1, int(np.count_nonzero(lost))))


def _verdict(trial: Trial, probability: float, gain: float, *, is_sure: bool) -> Verdict:
    """Say scale or stop where chance and expectation agree, and hold where they do not.

    What was said before stays inside the noise. Before customers have shown anything there is
    nothing but the forecast's prior, and that is what a trial is to test.
    """
    is_shown = trial.sold_units >= LEAST_SOLD
    scales, stopped = trial.former == "scale", trial.former == "stop"
    is_high = probability >= SCALE_FROM - KEPT_WITHIN * scales
    if is_shown and is_high and (is_sure or (scales and gain > 0)):
        return "scale"
    is_low = probability <= STOP_UP_TO + KEPT_WITHIN * stopped
    is_seen = is_shown or trial.days_on_sale >= LEAST_DAYS
    if is_seen and is_low and (gain <= 0 or (stopped and not is_sure)):
        return "stop"
    return "hold"


def stops(verdict: TrialVerdict | None) -> bool:
    """Say whether the trial makes no further run: it failed, or its time is over.

    Whatever it has shown: to launch the style the brand takes it off the trial.
    """
    return verdict is not None and (verdict.verdict == "stop" or verdict.is_over)
