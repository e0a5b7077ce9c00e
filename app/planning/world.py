"""One style's decision in the making: the paths that every plan is priced on."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from app.planning.baseline import (
    Baseline,
    baseline_profit,
    ends_within_horizon,
    horizon_periods,
    simulate_baseline,
    with_run_on_its_way,
)
from app.planning.kept_stock import costs_with_kept_material, kept_value
from app.planning.later import Outlook, look_ahead
from app.planning.later_costs import later_costs
from app.planning.margins import Margins, margins_of
from app.planning.model import Floats, OfferTerms, Situation
from app.planning.renewal import Renewal, renewal_of
from app.planning.terms import least_run
from app.planning.to_date import periods_kept


@dataclass(frozen=True, eq=False)
class World:
    """What all plans of a decision have in common.

    Attributes:
        periods: Periods that count, to the end of life or horizon.
        end_value: Of a unit in stock at the end: salvage, or with no end what `kept_value`
            says.
        nothing: Profit if no run is ever made again, shape (paths,).
        demand_units: Net units demanded to the end, on average.
        leftover_units: Units left over at the end with no further run, on average.
        waiting_share: Customers lost before a run who wait for it; none where they can have
            theirs made to order instead.
        later_costs: Of a unit of each offer's later runs, by code.
        renewal: What stock left at a review saves of them; None: its share of a later run.
    """

    situation: Situation
    margins: Margins
    baseline: Baseline
    periods: int
    end_value: float
    nothing: Floats
    demand_units: float
    leftover_units: float
    waiting_share: float
    colorways: int
    later_costs: Mapping[str, float]
    renewal: Renewal | None

    @cached_property
    def expected_nothing(self) -> float:
        """Profit if no run is ever made again, on average over the paths."""
        return float(self.nothing.sum()) / self.nothing.size

    @cached_property
    def customers_per_unit(self) -> float:
        """Customers whom a net unit serves until the end: what comes back later serves nobody."""
        if self.margins.return_periods == 0 or not self.demand_units:
            return self.margins.customers_per_unit
        demanded = self.baseline.demanded
        return float(demanded.sum()) / demanded.size / self.demand_units

    @cached_property
    def demand_spread(self) -> float:
        """Coefficient of variation of the demand left, over the joint paths; 0: none is left."""
        total = self.baseline.demanded
        mean = float(total.sum()) / total.size
        apart = total - mean
        return math.sqrt(float((apart * apart).sum()) / total.size) / mean if mean > 0 else 0.0

    @cached_property
    def runs_out_days(self) -> Floats:
        """Days until each SKU has run out on half the paths; infinite: never, shape (skus,)."""
        return _runs_out_days(self.baseline, self.situation.period_days)


def world_of(situation: Situation, before: World | None = None) -> World:
    """Return the baseline of a situation and what all its plans share.

    Args:
        situation: What is decided on.
        before: The world that differs only by a run that is on its way in this one: all but what
            that run serves is its.
    """
    if before is not None:
        return _behind_a_run(before, situation)
    margins = margins_of(situation.economics, situation.period_days)
    end_value = situation.economics.salvage_value
    if situation.offers and not ends_within_horizon(situation):
        end_value = kept_value(situation, margins)
    on_demand = any(_is_made_to_order(situation, offer) for offer in situation.offers)
    waiting = 0.0 if on_demand else situation.economics.backorder_share
    baseline = simulate_baseline(situation, margins, end_value, waiting)
    colorways = len(set(situation.colorways.tolist()))
    costs = _later_costs(situation, baseline, margins, end_value, colorways)
    return World(
        situation,
        margins,
        baseline,
        horizon_periods(situation),
        end_value,
        baseline_profit(baseline, margins, end_value),
        float(baseline.style_demand_to_date[-1:].sum()) / situation.demand.shape[1],
        float(baseline.leftover.sum()) / baseline.leftover.size,
        waiting,
        colorways,
        costs,
        _renewal(situation, baseline, margins, costs, colorways),
    )


def _later_costs(
    situation: Situation, baseline: Baseline, margins: Margins, end_value: float, colorways: int
) -> Mapping[str, float]:
    """Return what a unit of each offer's later runs costs, by code."""

    def costs_of(offers: Sequence[OfferTerms]) -> Mapping[str, float]:
        review = situation.review_period_days
        return later_costs(
            baseline,
            margins,
            tuple(offers),
            colorways=colorways,
            period_days=situation.period_days,
            available_days=tuple(_available_day(offer, review, None) for offer in offers),
            review_days=review,
            waiting_share=situation.economics.backorder_share,
            end_value=end_value,
        )

    wanted = float(baseline.mean_lost_to_date[-1]) if baseline.mean_lost_to_date.size else 0.0
    return costs_with_kept_material(costs_of, situation.offers, wanted)


def _renewal(
    situation: Situation,
    baseline: Baseline,
    margins: Margins,
    costs: Mapping[str, float],
    colorways: int,
) -> Renewal | None:
    """Return what stock left at a review saves; None where life ends or customers wait."""
    if ends_within_horizon(situation) or situation.economics.backorder_share > 0:
        return None
    return renewal_of(
        baseline,
        margins,
        situation.offers,
        costs,
        colorways=colorways,
        period_days=situation.period_days,
        review_days=situation.review_period_days,
    )


def _behind_a_run(before: World, situation: Situation) -> World:
    """Return the world in which a run more is on its way."""
    baseline = with_run_on_its_way(before.baseline, situation, before.waiting_share)
    return replace(
        before,
        situation=situation,
        baseline=baseline,
        nothing=baseline_profit(baseline, before.margins, before.end_value),
        leftover_units=float(baseline.leftover.sum()) / baseline.leftover.size,
    )


def _is_made_to_order(situation: Situation, offer: OfferTerms) -> bool:
    """Say whether an offer makes to order and may ever get its minimum of orders together."""
    if not offer.made_to_order:
        return False
    least = least_run(offer)
    if least <= 1:
        return True
    asked = float(situation.demand.mean(axis=(1, 2)).sum()) * situation.economics.backorder_share
    reviews = situation.review_period_days / situation.period_days
    return asked * max(reviews, 1.0) / offer.yield_rate >= least


def outlook_from(world: World, on_demand_now: str | None = None) -> Outlook:
    """Return the later runs that compete with one released now.

    They are released at the next review. Made to order begins then as well; with `on_demand_now`
    that offer begins at once.
    """
    return _outlook(world, _available_days(world.situation, on_demand_now))


def outlook_after(world: World, days: float) -> Outlook:
    """Return the later runs that compete with one released so many days from now."""
    situation = world.situation
    review = days + situation.review_period_days
    return _outlook(world, tuple(_available_day(offer, review, None) for offer in situation.offers))


def _outlook(world: World, available_days: tuple[float, ...]) -> Outlook:
    situation = world.situation
    return look_ahead(
        world.baseline,
        situation.offers,
        world.later_costs,
        period_days=situation.period_days,
        available_days=available_days,
        review_days=situation.review_period_days,
        waiting_share=situation.economics.backorder_share,
        renewal=world.renewal,
    )


def _available_days(situation: Situation, on_demand_now: str | None) -> tuple[float, ...]:
    """Return the day from which each offer's later runs can serve; infinite: none is released."""
    return tuple(
        _available_day(offer, situation.review_period_days, on_demand_now)
        for offer in situation.offers
    )


def _available_day(offer: OfferTerms, review_days: float, on_demand_now: str | None) -> float:
    if offer.made_to_order and offer.code == on_demand_now:
        return 0
    if offer.last_release_days is not None and review_days > offer.last_release_days:
        return math.inf
    return review_days if offer.made_to_order else review_days + offer.lead_time_days


def _runs_out_days(baseline: Baseline, period_days: int) -> Floats:
    """Return the start of the first period by which half the paths have lost sales."""
    periods = len(baseline.lost_to_date)
    kept = periods_kept(baseline.lost_to_date)
    return np.where(kept < periods, kept * float(period_days), np.inf)
