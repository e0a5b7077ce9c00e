"""Ours: what a refresh would have decided, told only what the simulated warehouse saw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil

import numpy as np

from app.backtest.books import DayAtWarehouse
from app.backtest.terms import Flags, Ints, expected_good
from app.backtest.world import WEEK, World
from app.clock.time import start_of_day
from app.demand.panel import DemandPanel
from app.demand.panel_parts import part
from app.demand.position import Position
from app.forecasting.past.priors import BrandPriors
from app.forecasting.seen.cuts import before
from app.recommendations.proposal import ProposedRun
from app.refresh.decide import decide_styles
from app.refresh.gather import Gathered
from app.refresh.limits import Limits
from app.sourcing.terms import named

NAME = "shortrun"


@dataclass(frozen=True, eq=False)
class Release:
    """A run that we ask for.

    Attributes:
        style: Index of the style.
        offer: Index of its offer in the world.
        quantities: Units of each of the world's SKUs, shape (skus,).
    """

    style: int
    offer: int
    quantities: Ints


@dataclass(frozen=True, eq=False)
class _OnItsWay:
    """Expected units of a run: when they were promised, and when they really come."""

    promised: date
    arrives: int
    good: Ints


class Shortrun:
    """Our side of a backtest: what it has seen, what it waits for, what it decides."""

    def __init__(
        self, world: World, gathered: Gathered, seen: DemandPanel, start: int, *, paths: int
    ) -> None:
        """Know the past up to the start as it was; what follows is what the warehouse sells.

        Args:
            world: What happens.
            gathered: The styles, SKUs and offers; its panels and positions are replaced.
            seen: The weekly past of the same styles and SKUs, up to the world's last day.
            start: The first day that is decided.
            paths: Joint sample paths of each style.
        """
        first = start // WEEK
        self._world, self._gathered, self._paths = world, gathered, paths
        self._demand, self._returned = seen.demand.copy(), seen.returned.copy()
        self._in_stock = seen.in_stock_share.copy()
        self._orders, self._largest = seen.orders.copy(), seen.largest.copy()
        self._contracted = seen.contracted.copy()
        counts = (self._demand, self._returned, self._orders, self._largest, self._contracted)
        for values in counts:
            values[:, first:] = 0
        self._in_stock[:, first:] = 1.0
        self._seen = seen
        self._on_its_way: list[_OnItsWay] = []
        self._tooled: set[tuple[int, int, str]] = set()
        self._style_at = {style.id: index for index, style in enumerate(seen.styles)}
        self._sku_at = {sku: index for index, sku in enumerate(seen.sku_ids)}
        self._offer_at = _offer_indices(world, gathered, seen)
        self.priors = BrandPriors()
        self.errors: dict[str, str] = {}

    def see(self, week: int, days: Sequence[DayAtWarehouse], lane: int) -> None:
        """Take in a week of sales: seven days from the first of `week` on."""
        world = self._world
        first = week * WEEK
        sold = np.stack([day.sold[lane] for day in days], axis=1)
        share = np.stack([day.in_stock[lane] for day in days], axis=1)
        span = slice(first, first + WEEK)
        exposure, wanted = world.exposure[:, span], world.wanted[:, span]
        on_sale = exposure.sum(axis=1)
        served = np.divide(sold, wanted, out=np.zeros(sold.shape), where=wanted > 0)
        orders = np.ceil(np.maximum(world.orders[:, span], sold > 0) * served)
        largest = np.minimum(np.maximum(world.largest[:, span], 1), sold).max(axis=1)
        self._demand[:, week] = sold.sum(axis=1)
        self._orders[:, week] = orders.sum(axis=1)
        self._largest[:, week] = largest
        self._returned[:, week] = sum(day.returned[lane] for day in days)
        self._in_stock[:, week] = np.divide(
            (exposure * share).sum(axis=1), on_sale, out=np.ones(len(on_sale)), where=on_sale > 0
        )

    def panel(self, day: int) -> DemandPanel:
        """Return what is known of the styles on sale on a day."""
        simulated = replace(
            self._seen,
            demand=self._demand,
            returned=self._returned,
            in_stock_share=self._in_stock,
            orders=self._orders,
            largest=self._largest,
            contracted=self._contracted,
        )
        return before(simulated, (self._world.days - day) // WEEK)

    def decide(
        self, day: int, panel: DemandPanel, chosen: Flags, on_hand: Ints, waiting: Ints
    ) -> list[Release]:
        """Return the runs that a refresh of these styles of the panel would ask for today.

        Args:
            day: Today.
            panel: As `panel` gives it.
            chosen: Which of its styles, shape (styles of the panel,).
            on_hand: Units in stock of the world's SKUs, `waiting` customers for them.
        """
        some = part(panel, chosen)
        known = {style.id for style in some.styles}
        origin = self._world.day(day)
        gathered = replace(
            self._gathered,
            at=start_of_day(origin, self._gathered.brand.timezone),
            origin=origin,
            priors=self.priors,
            styles={key: row for key, row in self._gathered.styles.items() if key in known},
            panels=[some],
            positions=self._positions(day, on_hand, waiting),
            tooled=frozenset(self._tooled),
            limits=Limits(origin),
        )
        decided = decide_styles(gathered, paths=self._paths)
        self.errors |= {
            gathered.styles[key].code: message for key, message in decided.errors.items()
        }
        return [
            self._release(key, run)
            for key in sorted(decided.proposals)
            for run in decided.proposals[key].runs
        ]

    def send(self, day: int, release: Release, arrives: int) -> None:
        """Remember a run that was released: promised by its mean lead time, here on `arrives`."""
        offers, style = self._world.offers, release.style
        own = self._world.style_of == style
        total = int(release.quantities.sum())
        chosen = np.full((1, self._world.styles), release.offer)
        units = np.full((1, self._world.styles), total)
        share = float(expected_good(offers, chosen, units)[0, style]) / total
        lead = ceil(offers.lead_days[style, release.offer])
        good = np.rint(np.where(own, release.quantities, 0) * share).astype(np.int64)
        promised = self._world.day(day + lead)
        self._on_its_way.append(_OnItsWay(promised, arrives, good))

    def _positions(self, day: int, on_hand: Ints, waiting: Ints) -> Mapping[int, Position]:
        """Return positions as reports and promises tell them; who waits has the first units."""
        self._on_its_way = [run for run in self._on_its_way if run.arrives >= day]
        coming: dict[int, list[tuple[date, int]]] = {}
        for run in sorted(self._on_its_way, key=lambda run: run.promised):
            for sku in np.flatnonzero(run.good).tolist():
                coming.setdefault(sku, []).append((run.promised, int(run.good[sku])))
        return {
            sku_id: Position(
                on_hand=int(on_hand[sku]),
                stock_known=True,
                inbound=_less(coming.get(sku, []), int(waiting[sku])),
            )
            for sku_id, sku in self._sku_at.items()
        }

    def _release(self, style_id: int, run: ProposedRun) -> Release:
        style = self._style_at[style_id]
        quantities = np.zeros(len(self._world.style_of), dtype=np.int64)
        for line in run.lines:
            quantities[self._sku_at[line.sku_id]] = line.quantity
        self._tooled.add((style_id, run.factory_id, run.offer))
        key = (style, run.factory_id, run.offer)
        ways = self._offer_at[key]
        return Release(style, ways.get(run.lead_time_days, min(ways.values())), quantities)


def _less(coming: list[tuple[date, int]], waiting: int) -> tuple[tuple[date, int], ...]:
    """Return what is coming less the units that already have a customer, earliest first."""
    left = []
    for due, units in coming:
        taken = min(waiting, units)
        waiting -= taken
        if units > taken:
            left.append((due, units - taken))
    return tuple(left)


def _offer_indices(
    world: World, gathered: Gathered, seen: DemandPanel
) -> dict[tuple[int, int, str], dict[int, int]]:
    """Return the world's index of each (style, factory, offer), by its lead time in whole days."""
    found: dict[tuple[int, int, str], dict[int, int]] = {}
    for index, style in enumerate(seen.styles):
        place = {terms.code: at for at, terms in enumerate(world.offers.terms[index])}
        for name, offered in named(gathered.offers[style.code]).items():
            key = (index, offered.offer.factory_id, offered.offer.code)
            at = place[name]
            lead = ceil(world.offers.lead_days[index, at])
            found.setdefault(key, {})[lead] = at
    return found
