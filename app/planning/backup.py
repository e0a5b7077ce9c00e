"""A share of a run for a second factory, where the first one does not always keep its word.

A run that is declined or comes late leaves what waiting earns. Two factories seldom fail
together, so that a part of the run made elsewhere insures the rest, for a second set-up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.planning.choosing import MATERIAL_SHARE, NOISE_ERRORS, difference, pays
from app.planning.model import Floats, Integers, OfferTerms, PreviousPlan
from app.planning.plans import Plans, plan_cost, price_plans, price_standing
from app.planning.together import Beside, with_run_inbound
from app.planning.valuing import Valued
from app.planning.world import World, world_of

RELIABLE = 0.8
"""Chance of delivery from which no backup is looked for: one of five runs let down. A factory
nobody knows yet counts as 0.9, one that declined once of once as 0.86."""

SHARES_TRIED = (0.25, 0.5)
"""Shares of the run for the second factory."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A run in two parts.

    Attributes:
        first: The part the first factory keeps.
        second: The part of the second one.
        profit: Over what each factory may do, shape (paths,).
    """

    first: Valued
    second: Beside
    profit: Floats


def split_of(world: World, plans: Plans, whole: Valued) -> Split | None:
    """Return the best split of a run between two factories of the same mode.

    Returns:
        None where the factory is reliable, nobody else makes it this way in about the same time,
        the style is on trial (which buys little), or no split beats the whole run beyond the
        noise.
    """
    chances = {record.code: record.delivers for record in world.situation.records}
    offer = whole.offer
    if offer is None or offer.made_to_order or world.situation.trial is not None:
        return None
    if chances.get(offer.factory, 1.0) >= RELIABLE:
        return None
    others = [run for run in plans.runs if _backs_up(world, run, whole) and pays(run, plans.hold)]
    if not others or others[0].offer is None:
        return None
    other = others[0].offer
    found = [
        _split(world, plans, offer, other, kept, chances) for kept in _parts(whole, SHARES_TRIED)
    ]
    best = max((one for one in found if one), key=lambda one: one.profit.sum(), default=None)
    standing = _standing_split(world, plans, offer, other, chances)
    if standing and not (best and _pays(world, best.profit, standing.profit, standing.first)):
        best = standing
    alone = _expected(whole.profit, plans.hold.profit, chances[offer.factory])
    return best if best and _pays(world, best.profit, alone, whole) else None


def _pays(world: World, profit: Floats, other: Floats, instead_of: Valued) -> bool:
    """Say whether a split earns more than something else by what matters, beyond the noise."""
    gain, error = difference(profit, other)
    return gain > max(NOISE_ERRORS * error, MATERIAL_SHARE * plan_cost(world, instead_of))


def _parts(whole: Valued, shares: Sequence[float]) -> list[Integers]:
    """Return what the first factory keeps of a run, in whole packs."""
    pack = whole.offer.order_multiple if whole.offer else 1
    return [
        np.floor(whole.quantities * (1 - share) / pack).astype(np.int64) * pack for share in shares
    ]


def _backs_up(world: World, run: Valued, whole: Valued) -> bool:
    one, other = run.offer, whole.offer
    if one is None or other is None or one.made_to_order:
        return False
    apart = abs(one.lead_time_days - other.lead_time_days)
    is_as_fast = apart < world.situation.review_period_days
    return one.factory != other.factory and one.mode == other.mode and is_as_fast


def _standing_split(
    world: World, plans: Plans, one: OfferTerms, other: OfferTerms, chances: dict[str, float]
) -> Split | None:
    """Return the two runs that stand, if they are a split between these offers."""
    standing = [world.situation.previous, world.situation.previous_beside]
    units = {plan.offer: plan.quantities for plan in standing if plan is not None}
    if units.keys() != {one.code, other.code}:
        return None
    return _split(world, plans, one, other, units[one.code], chances, units[other.code])


def _split(
    world: World,
    plans: Plans,
    one: OfferTerms,
    other: OfferTerms,
    kept: Integers,
    chances: dict[str, float],
    given: Integers | None = None,
) -> Split | None:
    """Return a run of `kept` units by one offer with another run beside it.

    The other run is `given`, or the best one with the first inbound; None: the terms forbid it.
    """
    first = _as_stated(world, one, kept)
    situation = None if first is None else with_run_inbound(world.situation, first)
    if first is None or situation is None:
        return None
    standing = None if given is None else PreviousPlan(other.code, given)
    behind = world_of(replace(situation, previous=standing), world)
    priced = price_plans(behind, only={other.code} if given is None else ())
    second = priced.previous
    if given is None:
        second = next((run for run in priced.runs if run.offer is other), None)
    alone = None if second is None else _as_stated(world, other, second.quantities)
    if second is None or alone is None or not pays(second, priced.hold):
        return None
    both = first.profit + (second.profit - priced.hold.profit)
    one_keeps, other_keeps = chances[one.factory], chances.get(other.factory, 1.0)
    taken = _expected(both, first.profit, other_keeps)
    refused = _expected(alone.profit, plans.hold.profit, other_keeps)
    beside = Beside(behind, priced, second, both, kept_previous=given is not None)
    return Split(first, beside, _expected(taken, refused, one_keeps))


def _as_stated(world: World, offer: OfferTerms, quantities: Integers) -> Valued | None:
    """Return exactly this run, priced; None: the offer's terms do not take it."""
    if not quantities.any():
        return None
    situation = replace(world.situation, previous=PreviousPlan(offer.code, quantities))
    return price_standing(replace(world, situation=situation))


def _expected(kept: Floats, failed: Floats, chance: float) -> Floats:
    return chance * kept + (1 - chance) * failed
