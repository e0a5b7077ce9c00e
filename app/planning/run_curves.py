"""A style's runs as scarce things are shared out over them: what each is worth, what it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from app.planning.losses import good_units_of
from app.planning.merge import merge
from app.planning.model import Floats, Integers, OfferTerms, PreviousPlan, Situation
from app.planning.pieces import cut_into_pieces
from app.planning.plans import Plans, plan_cost, price_plans, price_standing
from app.planning.said import PricedPlan
from app.planning.scarcity import RunCurve
from app.planning.sizes import allowed_runs
from app.planning.terms import for_now, run_cost
from app.planning.together import with_run_inbound
from app.planning.trial import within_budget
from app.planning.valuing import arrival_of, value_nothing_now
from app.planning.world import World, outlook_from, world_of

MOST_RUNS = 128
"""Runs of a curve that are told apart in sharing out: its steps are below a hundredth of it, and
within its ration a style is sized to the unit again."""


def run_curves(
    situation: Situation,
    style: str,
    *,
    unit_uses: Mapping[str, Mapping[str, float]],
    money: str | None,
) -> list[RunCurve]:
    """Return the runs of every offer by what they are worth above waiting, if delivered.

    Args:
        situation: The style's, without rations.
        style: Its name.
        unit_uses: By offer, what each unit ordered takes of each scarce thing.
        money: The name of what a run's cost is paid from; None: money is not scarce.
    """
    world = world_of(situation)
    if situation.trial is not None:
        world = replace(world, situation=within_budget(situation, situation.trial))
    plans = price_plans(world)
    curves: list[RunCurve] = []
    for offer in world.situation.offers:
        uses = unit_uses.get(offer.code, {})
        if offer.made_to_order:
            curves += _made_to_order(world, plans, offer, style, uses, money)
        else:
            curves += _curves_of(world, plans, offer, style, uses, money)
    return [_as_delivered(curve, situation) for curve in curves]


def further_curves(
    situation: Situation,
    style: str,
    runs: Sequence[PricedPlan],
    *,
    unit_uses: Mapping[str, Mapping[str, float]],
    money: str | None,
) -> list[RunCurve]:
    """Return what more is worth on top of runs decided on: more of each, or one beside the first.

    Sizes, values and uses are those of what is added.

    Args:
        situation: The style's, without rations.
        style: Its name.
        runs: None, one, or one with another beside it.
        unit_uses: As for `run_curves`, as is `money`.
    """
    alone = run_curves(situation, style, unit_uses=unit_uses, money=money)
    if not runs:
        return alone
    found = _beyond(alone, runs[0], money)
    behind = _behind(situation, runs[0])
    if behind is None:
        return found
    rest = run_curves(behind, style, unit_uses=unit_uses, money=money)
    if len(runs) > 1:
        return found + _beyond(rest, runs[1], money)
    return found + [curve for curve in rest if curve.offer != runs[0].offer]


def _behind(situation: Situation, run: PricedPlan) -> Situation | None:
    """Return the situation with a run on its way and paid for; None: nothing else can be made."""
    stands = replace(situation, previous=PreviousPlan(run.offer or "", run.quantities))
    valued = price_standing(world_of(stands))
    behind = None if valued is None else with_run_inbound(situation, valued)
    if behind is None or situation.trial is None:
        return behind
    left = situation.trial.budget_left - run.total_cost
    return replace(behind, trial=replace(situation.trial, budget_left=left))


def _beyond(curves: Sequence[RunCurve], run: PricedPlan, money: str | None) -> list[RunCurve]:
    """Return the rest of the curves of a run's offer, counted from the run on."""
    mine = [curve for curve in curves if curve.offer == run.offer]
    reached = [
        float(np.interp(run.quantity, curve.sizes, curve.values))
        for curve in mine
        if curve.sizes[0] <= run.quantity <= curve.sizes[-1]
    ]
    found = []
    for curve in mine if reached else ():
        kept = curve.sizes > run.quantity
        paid = dict(curve.run_use)
        if money is not None:
            whole = paid[money] + curve.unit_use[money] * run.quantity
            paid[money] = max(0.0, whole - run.total_cost)
        sizes, values = curve.sizes[kept] - run.quantity, curve.values[kept] - max(reached)
        found.append(replace(curve, sizes=sizes, values=values, run_use=paid))
    return [curve for curve in found if curve.sizes.size]


def _as_delivered(curve: RunCurve, situation: Situation) -> RunCurve:
    """Return a curve times the chance that its factory delivers: otherwise it is as if waiting."""
    factory = next(one.factory for one in situation.offers if one.code == curve.offer)
    chance = next((one.delivers for one in situation.records if one.code == factory), 1.0)
    return curve if chance == 1.0 else replace(curve, values=curve.values * chance)


def _made_to_order(
    world: World,
    plans: Plans,
    offer: OfferTerms,
    style: str,
    uses: Mapping[str, float],
    money: str | None,
) -> list[RunCurve]:
    """Return making to order as a run of one size: it is taken whole or not at all."""
    found = [run for run in plans.runs if run.offer is offer]
    if not found:
        return []
    gain = found[0].expected_profit - plans.hold.expected_profit
    paid = {} if money is None else {money: plan_cost(world, found[0])}
    sizes = found[0].quantities.sum(keepdims=True)
    return [RunCurve(style, offer.code, sizes, np.array([gain]), uses, paid)]


def _curves_of(
    world: World,
    plans: Plans,
    offer: OfferTerms,
    style: str,
    uses: Mapping[str, float],
    money: str | None,
) -> list[RunCurve]:
    """Return a curve for each set of colorways, and within it for each price."""
    outlook = outlook_from(world)
    arrival = arrival_of(world, outlook, offer)
    if arrival.first >= world.periods:
        return []
    idle = value_nothing_now(world, outlook).expected_profit
    waiting = plans.hold.expected_profit - idle
    good = good_units_of(arrival, outlook.kept)
    pieces = cut_into_pieces(good.marginal, good.unsold, offer, good.block, good.most_together)
    curves = []
    for merged in merge(pieces, world.situation.colorways, offer):
        runs = allowed_runs(merged, good, for_now(offer))
        for sizes, gains in [] if runs is None else _by_price(offer, *runs):
            per_unit, per_run = {**uses}, {}
            if money is not None:
                paid = run_cost(offer, sizes, merged.colorways)
                per_unit[money], per_run[money] = _line(sizes, paid)
            curves.append(RunCurve(style, offer.code, sizes, gains - waiting, per_unit, per_run))
    return curves


def _thinned(sizes: Integers, gains: Floats) -> tuple[Integers, Floats]:
    """Return at most so many runs of a curve, its ends and its best among them."""
    if sizes.size <= MOST_RUNS:
        return sizes, gains
    spread = np.linspace(0, sizes.size - 1, MOST_RUNS).round().astype(np.int64)
    kept = np.union1d(spread, int(np.argmax(gains)))
    return sizes[kept], gains[kept]


def _by_price(offer: OfferTerms, sizes: Integers, gains: Floats) -> list[tuple[Integers, Floats]]:
    """Return the runs apart at each price break: between two of them cost is a straight line."""
    ends = np.searchsorted(sizes, [start for start, _ in offer.price_breaks[1:]])
    parts = zip(np.split(sizes, ends), np.split(gains, ends), strict=True)
    return [_thinned(mine, gain) for mine, gain in parts if mine.size]


def _line(sizes: Integers, paid: Floats) -> tuple[float, float]:
    """Return slope and height of the line through what runs cost, neither below 0."""
    span = int(sizes[-1] - sizes[0])
    if not span:
        return 0.0, float(paid[0])
    slope = max(0.0, float(paid[-1] - paid[0]) / span)
    return slope, max(0.0, float(paid[0]) - slope * int(sizes[0]))
