"""One style's decision in the making: the paths every plan is priced on, and pricing one."""

from dataclasses import dataclass

import numpy as np

from app.planning.baseline import (
    Baseline,
    Margins,
    baseline_profit,
    ends_within_horizon,
    horizon_periods,
    margins_of,
    simulate_baseline,
)
from app.planning.curve import Arrival, arrive, value_on_paths
from app.planning.later import Outlook, look_ahead
from app.planning.model import Floats, Integers, OfferTerms, Situation
from app.planning.terms import lowest_unit_cost, run_cost_of


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """What all plans of a decision have in common.

    Attributes:
        periods: Periods that count, to the end of life or horizon.
        end_value: Of a unit in stock at the end: salvage, or with no end what it costs to
            replace, set-ups aside.
        nothing: Profit if no run is ever made again, shape (paths,).
        demand_units: Net units demanded to the end, on average.
        leftover_units: Units left over at the end with no further run, on average.
        runs_out_days: Days until each SKU has run out on half the paths; infinite: never,
            shape (skus,).
        waiting_share: Customers lost before a run who wait for it; none where they can have
            theirs made to order instead.
    """

    situation: Situation
    margins: Margins
    baseline: Baseline
    periods: int
    end_value: float
    nothing: Floats
    demand_units: float
    leftover_units: float
    runs_out_days: Floats
    waiting_share: float
    colorways: int


@dataclass(frozen=True, slots=True, eq=False)
class Valued:
    """A plan with its profit on every path.

    Attributes:
        offer: None: nothing is made.
        sells_last: Chance that the last unit made of each SKU sells, shape (skus,).
    """

    offer: OfferTerms | None
    quantities: Integers
    good_units: Floats
    profit: Floats
    lost_units: float
    leftover_units: float
    sells_last: Floats

    @property
    def expected_profit(self) -> float:
        """Return the mean over the paths."""
        return float(self.profit.sum()) / self.profit.size


def world_of(situation: Situation) -> World:
    """Return the baseline of a situation and what all its plans share."""
    margins = margins_of(situation.economics, situation.period_days)
    baseline = simulate_baseline(situation, margins)
    end_value = situation.economics.salvage_value
    if situation.offers and not ends_within_horizon(situation):
        end_value = min(lowest_unit_cost(offer) for offer in situation.offers)
    paths = situation.demand.shape[1]
    on_demand = any(offer.made_to_order for offer in situation.offers)
    return World(
        situation,
        margins,
        baseline,
        horizon_periods(situation),
        end_value,
        baseline_profit(baseline, margins, end_value),
        float(baseline.demand_to_date[:, :, -1:].sum()) / paths,
        float(baseline.leftover.sum()) / paths,
        _runs_out_days(baseline, situation.period_days),
        0.0 if on_demand else situation.economics.backorder_share,
        len(set(situation.colorways.tolist())),
    )


def outlook_from(world: World, release_days: float, on_demand_now: str | None = None) -> Outlook:
    """Return the later runs that compete with one released at `release_days`.

    They are released a review period after it. Made to order begins at the next review; with
    `on_demand_now` that offer begins at once.
    """
    situation = world.situation
    review = situation.review_period_days
    available = tuple(
        (0 if offer.code == on_demand_now else review)
        if offer.made_to_order
        else release_days + review + offer.lead_time_days
        for offer in situation.offers
    )
    return look_ahead(
        world.baseline,
        world.margins,
        situation.offers,
        colorways=world.colorways,
        period_days=situation.period_days,
        available_days=available,
        review_days=review,
        waiting_share=situation.economics.backorder_share,
        salvage_value=situation.economics.salvage_value,
    )


def arrival_of(world: World, outlook: Outlook, days: float) -> Arrival:
    """Return how a run sellable from day `days` on meets what the baseline loses."""
    return arrive(
        world.baseline,
        outlook.worth,
        days=days,
        period_days=world.situation.period_days,
        holding=world.margins.holding,
        end_value=world.end_value,
        waiting_share=world.waiting_share,
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
    cost = run_cost_of(offer, int(quantities.sum()), colorways_of(world.situation, quantities))
    lost = outlook.lost_units - float(outlook.ending[arrival.first :] @ sold)
    leftover = world.leftover_units + float(good_units.sum() - sold[-1])
    reached = arrival.sellable[:, :, -1] >= good_units[:, None]
    sells = np.count_nonzero(reached, axis=1) / reached.shape[1]
    profit = world.nothing + outlook.future
    profit += value
    profit -= cost
    return Valued(offer, quantities, good_units, profit, lost, leftover, sells)


def value_nothing_now(world: World, outlook: Outlook) -> Valued:
    """Return the plan of making nothing now, with the later runs of `outlook`."""
    none = np.zeros(world.situation.on_hand.size, dtype=np.int64)
    idle = np.zeros(none.size)
    profit = world.nothing + outlook.future
    return Valued(None, none, idle, profit, outlook.lost_units, world.leftover_units, idle)


def colorways_of(situation: Situation, quantities: Integers) -> int:
    """Return how many colorways a run sets up."""
    return len(set(situation.colorways[quantities > 0].tolist()))


def _runs_out_days(baseline: Baseline, period_days: int) -> Floats:
    """Return the start of the first period by which half the paths have lost sales."""
    skus, paths, periods = baseline.lost_to_date.shape
    if periods == 0:
        return np.full(skus, np.inf)
    kept = np.count_nonzero(2 * np.count_nonzero(baseline.lost_to_date, axis=1) < paths, axis=1)
    return np.where(kept < periods, kept * float(period_days), np.inf)
