"""What a factory's counter is worth: its quantities, days and price, on the decision's own paths.

The counter, what was recommended, hold, and every other way of making the style are priced on the
same paths, so that their differences are far surer than any one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

import numpy as np

from app.planning.choosing import difference
from app.planning.curve import Arrival
from app.planning.earning import value_on_paths
from app.planning.landing import landing_of
from app.planning.later import Outlook
from app.planning.model import Floats, Integers, Mode, OfferTerms, Situation
from app.planning.plans import Plans, price_plans
from app.planning.terms import useful_units
from app.planning.trial import affordable_plans, within_budget
from app.planning.valuing import Valued, arrival_at
from app.planning.world import World, outlook_from, world_of


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Units of a run that come on one day.

    Attributes:
        quantities: Units ordered of each SKU, shape (skus,).
        days: From the origin until they can be sold, on average, >= 0.
    """

    quantities: Integers
    days: float


@dataclass(frozen=True, slots=True, eq=False)
class Making:
    """A run on terms of its own.

    Attributes:
        offer: Code of the offer whose yield and reliability it has.
        parts: What comes when; all of it is one run.
        cost: Of the whole run: units, set-ups, freight, tooling.
    """

    offer: str
    parts: tuple[Part, ...]
    cost: float

    @property
    def quantity(self) -> int:
        """Units ordered, over all parts."""
        return int(sum(part.quantities.sum() for part in self.parts))


@dataclass(frozen=True, slots=True)
class Against:
    """A counter beside another plan.

    Attributes:
        action: `run` or `hold`.
        expected_profit: Of the other plan.
        given_up: What the counter earns less than it; below 0: more.
        standard_error: Of that difference, on common paths.
    """

    action: Literal["run", "hold"]
    mode: Mode | None
    offer: str | None
    factory: str | None
    quantity: int
    expected_profit: float
    given_up: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class CounterPrice:
    """What a counter earns.

    Attributes:
        expected_profit: Of the style with the counter as the run, later runs included.
        original: Beside what was recommended.
        alternatives: Beside hold and the best run of every other offer, the best one first.
    """

    expected_profit: float
    original: Against
    alternatives: tuple[Against, ...]


def price_counter(
    situation: Situation,
    original: Making,
    counter: Making,
    beside: Sequence[Making] = (),
) -> CounterPrice:
    """Return what a factory's counter earns beside what it was asked for and the other ways.

    Args:
        situation: What was decided on, its paths drawn again.
        original: What was recommended.
        counter: What the factory would do instead.
        beside: Runs that come whatever becomes of this one.

    Raises:
        ValueError: If an offer is not the situation's, or is made to order: nothing then
            arrives on a day.
    """
    world = world_of(_with_inbound(situation, beside))
    plans = _plans(world)
    outlook = outlook_from(world)
    asked = profit_of(world, outlook, original)
    offered = profit_of(world, outlook, counter)
    named = _offer(situation, original)
    others = [plan for plan in plans.runs if plan.offer and plan.offer.code != named.code]
    ways = sorted([*others, plans.hold], key=lambda plan: -plan.expected_profit)
    return CounterPrice(
        expected_profit=float(offered.sum()) / offered.size,
        original=_against(named, original.quantity, asked, offered),
        alternatives=tuple(_beside_plan(plan, plans, offered) for plan in ways),
    )


def profit_of(world: World, outlook: Outlook, making: Making) -> Floats:
    """Return the profit on every path with a run that comes in parts, shape (paths,).

    Each part begins with the first unit lost that those before it do not serve: with lost sales
    that is exact.
    """
    offer = _offer(world.situation, making)
    profit = world.nothing + outlook.future - making.cost
    share = _good_share(offer, making.quantity)
    taken: Floats | None = None
    first: Arrival | None = None
    for part in sorted(making.parts, key=lambda one: one.days):
        arrival = _arrival(world, outlook, offer, part.days, taken)
        first = first or arrival
        good = np.asarray(part.quantities * share, dtype=np.float64)
        profit += value_on_paths(arrival, good)[0]
        if arrival.first >= world.periods:
            continue
        units = good[:, None]
        if arrival.yield_factor is not None:
            units = units * arrival.yield_factor
        taken = arrival.missed + units
    if outlook.kept is not None and first is not None:
        made = sum(float((part.quantities * share).sum()) for part in making.parts)
        profit += outlook.kept.on_paths(first, made)
    return profit


def _arrival(
    world: World, outlook: Outlook, offer: OfferTerms, days: float, beyond: Floats | None
) -> Arrival:
    """Return how units meet what is lost, due on a day as reliably as the offer's lead time is."""
    paths = world.situation.demand.shape[1]
    landing = landing_of(offer, days - offer.lead_time_days, paths)
    landing = replace(landing, days=np.maximum(landing.days, 0.0))
    return arrival_at(world, outlook, landing, beyond)


def _plans(world: World) -> Plans:
    """Return the other ways, within the budget of a trial."""
    trial = world.situation.trial
    if trial is not None:
        world = replace(world, situation=within_budget(world.situation, trial))
    return affordable_plans(world, price_plans(world))


def _with_inbound(situation: Situation, runs: Sequence[Making]) -> Situation:
    """Return the situation with runs on their way, each part from its first whole period on."""
    inbound = situation.inbound.copy()
    for run in runs:
        share = _good_share(_offer(situation, run), run.quantity)
        for part in run.parts:
            period = ceil(part.days / situation.period_days)
            if period < inbound.shape[1]:
                inbound[:, period] += np.rint(part.quantities * share).astype(inbound.dtype)
    return replace(situation, inbound=inbound)


def _good_share(offer: OfferTerms, quantity: int) -> float:
    """Return the share of the units ordered that arrives good, on average."""
    if quantity == 0:
        return 0.0
    return float(useful_units(offer, np.array(quantity))) / quantity * offer.yield_rate


def _offer(situation: Situation, making: Making) -> OfferTerms:
    offer = next((one for one in situation.offers if one.code == making.offer), None)
    if offer is None:
        raise ValueError(f"there is no offer {making.offer}")
    if offer.made_to_order:
        raise ValueError(f"offer {making.offer} is made to order")
    return offer


def _beside_plan(plan: Valued, plans: Plans, counter: Floats) -> Against:
    offer = None if plan is plans.hold else plan.offer
    quantity = plan.quantity if offer else 0
    return _against(offer, quantity, plan.profit, counter)


def _against(offer: OfferTerms | None, quantity: int, profit: Floats, counter: Floats) -> Against:
    given_up, error = difference(profit, counter)
    return Against(
        action="run" if offer else "hold",
        mode=offer.mode if offer else None,
        offer=offer.code if offer else None,
        factory=offer.factory if offer else None,
        quantity=quantity,
        expected_profit=float(profit.sum()) / profit.size,
        given_up=given_up,
        standard_error=error,
    )
