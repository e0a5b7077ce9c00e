"""Rules with two levels: at or below the one, order up to the other."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.backtest.ordering import allowed
from app.backtest.terms import Floats, Ints
from app.backtest.told import LEAST_MEAN, Told
from app.backtest.world import WEEK, World, is_on_sale

NOTHING = -1
"""The offer of who makes nothing."""


@dataclass(frozen=True, eq=False)
class Setting:
    """What a rule's levels are made of, at one offer; arrays of shape (skus,).

    Attributes:
        told: Demand lately.
        weeks: Lead time and review period together: what a review's order has to last for.
        price: What a unit sells for, `cost` of making it, `salvage` of one left over.
        holding: Per unit and week.
        per_run: Set-up of a run, every colorway in it, shared out over the style's SKUs.
    """

    told: Told
    weeks: Floats
    price: Floats
    cost: Floats
    salvage: Floats
    goodwill: Floats
    holding: Floats
    per_run: Floats

    def through(self, safety: Floats | float) -> Floats:
        """Return the demand of those weeks, and so many standard deviations of it."""
        return self.told.mean * self.weeks + safety * self.told.deviation * np.sqrt(self.weeks)


Levels = Callable[[Setting], tuple[Floats, Floats]]
"""The two levels of each SKU's inventory position, shape (skus,) each."""


@dataclass(frozen=True)
class Candidate:
    """One way of setting a rule.

    Attributes:
        rule: The rule it is a setting of.
        offer: Which of a style's offers, quickest first, its last where it has no more; NOTHING.
        levels: What makes its levels.
    """

    rule: str
    offer: int
    levels: Levels


def nothing(_: Setting) -> tuple[Floats, Floats]:
    """Return levels that never order: a style that does not pay is not made."""
    raise AssertionError("who makes nothing has no levels")


def with_every_offer(world: World, rule: str, levels: Levels) -> list[Candidate]:
    """Return a rule with each offer in turn, and making nothing: its past says what suits."""
    every = [Candidate(rule, offer, levels) for offer in range(most_offers(world))]
    return [Candidate(rule, NOTHING, nothing), *every]


def most_offers(world: World) -> int:
    """Return how many offers for stock a style has at most."""
    return int(world.offers.stocked.sum(axis=1).max(initial=0))


def offer_index(world: World, candidates: list[Candidate]) -> Ints:
    """Return each candidate's offer of each style, (candidates, styles); -1 where none is."""
    last = world.offers.stocked.sum(axis=1) - 1
    wanted = np.array([one.offer for one in candidates])[:, None]
    return np.asarray(np.minimum(wanted, last[None, :]))


def levels_of(world: World, candidates: list[Candidate], told: Told) -> tuple[Floats, Floats]:
    """Return both levels of every candidate, shape (candidates, skus) each."""
    last = np.maximum(world.offers.stocked.sum(axis=1) - 1, 0)
    settings = {
        offer: setting_of(world, told, np.minimum(offer, last))
        for offer in {one.offer for one in candidates} - {NOTHING}
    }
    never = np.full(len(world.style_of), -np.inf)
    pairs = [
        (never, never) if one.offer == NOTHING else one.levels(settings[one.offer])
        for one in candidates
    ]
    return np.stack([low for low, _ in pairs]), np.stack([high for _, high in pairs])


def orders(
    world: World, position: Ints, levels: tuple[Floats, Floats], chosen: Ints, day: int
) -> Ints:
    """Return what rules order at a review, shape (lanes, skus).

    One SKU at its level sets its style up; the others are topped up in the same run. Nothing is
    ordered before a style is on sale, nor what would arrive after its life.
    """
    low, high = levels
    style = np.arange(world.styles)
    empty = (position <= low).astype(np.int64)
    triggered = world.of_styles(empty) > 0
    arrives = day + world.offers.lead_days[style, np.maximum(chosen, 0)]
    may = is_on_sale(world, day) & (arrives <= world.economics.last_day)
    runs = (triggered & may)[:, world.style_of]
    short = np.where(runs, np.maximum(high - position, 0.0), 0.0)
    return allowed(world, short, chosen)


def setting_of(world: World, told: Told, at: Ints) -> Setting:
    """Return what rules set their levels by, at an offer of each style, `at` of shape (styles,)."""
    offers, economics, of = world.offers, world.economics, world.style_of
    style = np.arange(world.styles)
    wanted = np.maximum(told.mean, LEAST_MEAN)
    share = wanted / world.of_styles(wanted)[of]
    colorways = world.colorways_made(np.ones((1, len(of)), dtype=np.int64))[0]
    run = offers.per_run[style, at] + colorways * offers.per_colorway[style, at]
    return Setting(
        told=told,
        weeks=(offers.lead_days[style, at][of] + world.review_days) / WEEK,
        price=economics.price[of],
        cost=offers.unit_cost[style, at][of],
        salvage=economics.salvage[of],
        goodwill=economics.goodwill[of],
        holding=economics.holding[of] * WEEK,
        per_run=run[of] * share,
    )
