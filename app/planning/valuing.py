"""What a plan earns on every path of a world: a run that lands in it, or none now."""

from dataclasses import dataclass, field

import numpy as np

from app.planning.curve import Arrival, arrive
from app.planning.earning import reached_share, value_on_paths
from app.planning.landing import Landing, before_the_end, landing_of
from app.planning.later import Outlook
from app.planning.model import Floats, Integers, OfferTerms, Situation
from app.planning.terms import net_cost_of
from app.planning.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Valued:
    """A plan with its profit on every path.

    Attributes:
        offer: None: nothing is made.
        sells_last: Chance that the last unit made of each SKU sells, shape (skus,).
        expected_profit: The mean over the paths.
        quantity: Units ordered of all SKUs together.
    """

    offer: OfferTerms | None
    quantities: Integers
    good_units: Floats
    profit: Floats
    lost_units: float
    leftover_units: float
    sells_last: Floats
    expected_profit: float = field(init=False)
    quantity: int = field(init=False)

    def __post_init__(self) -> None:
        """Take once what every comparison asks for."""
        object.__setattr__(self, "expected_profit", float(self.profit.sum()) / self.profit.size)
        object.__setattr__(self, "quantity", sum(self.quantities.tolist()))


def arrival_of(
    world: World, outlook: Outlook, offer: OfferTerms, release_days: float = 0.0
) -> Arrival:
    """Return how a run by an offer, released on a day, meets what the baseline loses."""
    landing = landing_of(offer, release_days, world.situation.demand.shape[1])
    return arrival_at(world, outlook, landing)


def arrival_at(
    world: World, outlook: Outlook, landing: Landing, beyond: Floats | None = None
) -> Arrival:
    """Return how units that land so meet what the baseline loses.

    Args:
        world: What all plans have in common.
        outlook: What units are worth by period.
        landing: When they arrive and how many are good, before the end of life is looked at.
        beyond: As `arrive` takes it.
    """
    return arrive(
        world.baseline,
        outlook.worth,
        before_the_end(landing, world.situation),
        period_days=world.situation.period_days,
        holding=world.margins.holding,
        end_value=world.end_value,
        waiting_share=world.waiting_share,
        beyond=beyond,
    )


def value_run(
    world: World,
    outlook: Outlook,
    arrival: Arrival,
    offer: OfferTerms,
    quantities: Integers,
    good_units: Floats,
) -> Valued:
    """Return a run and its profit on every path, later runs included."""
    value, sold = value_on_paths(arrival, good_units)
    cost = net_cost_of(offer, sum(quantities.tolist()), colorways_of(world.situation, quantities))
    lost = outlook.lost_units - float(outlook.ending[arrival.first :] @ sold)
    leftover = world.leftover_units + float(good_units.sum() - sold[-1])
    sells = reached_share(arrival, good_units)
    profit = world.nothing + outlook.future
    profit += value
    profit -= cost
    if outlook.kept is not None:
        profit += outlook.kept.on_paths(arrival, float(good_units.sum()))
    return Valued(offer, quantities, good_units, profit, lost, leftover, sells)


def value_nothing_now(world: World, outlook: Outlook) -> Valued:
    """Return the plan of making nothing now, with the later runs of `outlook`."""
    none = np.zeros(world.situation.on_hand.size, dtype=np.int64)
    idle = np.zeros(none.size)
    profit = world.nothing + outlook.future
    return Valued(None, none, idle, profit, outlook.lost_units, world.leftover_units, idle)


def colorways_of(situation: Situation, quantities: Integers) -> int:
    """Return how many colorways a run sets up."""
    pairs = zip(situation.colorways.tolist(), quantities.tolist(), strict=True)
    return len({colorway for colorway, units in pairs if units > 0})
