"""Live a brand's past again, week by week: decide by every rule, then see what was wanted.

First the settings of the rules that a user tunes are lived from the first day on, so that each
day can say which would have earned most until then. From the start on all rules stand beside
each other with the same stock. Nothing that decides is told the day or what follows it; only the
setting found with hindsight is, and is named so.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.backtest.books import Books, DayAtWarehouse
from app.backtest.initial import stock_of_launched, stock_of_sold
from app.backtest.policies import s_s
from app.backtest.policies.choosing import RULES, choose, every_candidate
from app.backtest.policies.large_run import NAME as LARGE_RUN
from app.backtest.policies.large_run import LargeRun
from app.backtest.policies.levels import levels_of, offer_index, orders
from app.backtest.policies.shortrun import NAME as SHORTRUN
from app.backtest.policies.shortrun import Release, Shortrun
from app.backtest.terms import Floats, Ints
from app.backtest.told import told_on
from app.backtest.warehouse import Warehouse
from app.backtest.world import WEEK, World, is_on_sale
from app.forecasting.past.priors import BrandPriors

LEARNED_WEEKS = 4
"""Weeks that the settings chosen, and what the brand's past taught, serve."""

DECIDED_TOGETHER = 50
"""Styles decided before the replay pauses: about a second's work, so that whoever runs it beside
live refreshes can look after them."""

LANES = (SHORTRUN, *RULES, LARGE_RUN)
"""Rules by lane; the settings that hindsight chooses from follow."""

Learn = Callable[[int], Iterator[BrandPriors]]
"""Learns step by step what a brand's whole past taught by a day; the last one counts."""


@dataclass
class Lived:
    """What a replay came to.

    Attributes:
        books: At the end, of every lane; those after `LANES` are for hindsight.
        opening: What the first stock counts, shape (styles,): no rule pays for it.
        days: First day of each review.
        worth: Profit with stock at its value after each review, shape (lanes, styles) each;
            so are units sold and lost and runs until then, and units on hand.
        errors: Styles that could not be decided on some day, and why.
    """

    books: Books
    opening: Floats
    days: list[int] = field(default_factory=list)
    worth: list[NDArray[np.float32]] = field(default_factory=list)
    sold: list[NDArray[np.float32]] = field(default_factory=list)
    lost: list[NDArray[np.float32]] = field(default_factory=list)
    on_hand: list[NDArray[np.float32]] = field(default_factory=list)
    runs: list[NDArray[np.float32]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


class Replay:
    """One backtest under way: `steps` runs it, pausing often."""

    def __init__(self, world: World, ours: Shortrun, learn: Learn, *, start: int) -> None:
        """Prepare to live the world; what decides begins on day `start`, a whole review."""
        self.world, self.ours, self.learn, self.start = world, ours, learn, start
        self.candidates = every_candidate(world)
        self.at = offer_index(world, self.candidates)
        self.grid = [index for index, one in enumerate(self.candidates) if one.rule == s_s.BY_STYLE]
        self.shadow = Warehouse(world, len(self.candidates))
        self.live = Warehouse(world, len(LANES) + len(self.grid))
        self.large = LargeRun(world, world.days)
        self.chosen = np.zeros((len(RULES), world.styles), dtype=np.int64)
        self.lived: Lived | None = None

    def steps(self) -> Iterator[float]:
        """Live everything; yield the share that is done, and leave the result in `lived`."""
        review = self.world.review_days
        first = self.start % review or review
        self._open_shop(self.shadow, 0, first)
        self._live_days(self.shadow, 0, first)
        for day in range(first, self.start, review):
            self._shadow_review(day)
            self._open_shop(self.shadow, day, day + review)
            self._live_days(self.shadow, day, day + review)
        yield 0.0
        yield from self._from_start()

    def _from_start(self) -> Iterator[float]:
        world, review = self.world, self.world.review_days
        told = told_on(world, self.start)
        on_sale = is_on_sale(world, self.start)[world.style_of]
        self.live.receive(np.where(on_sale, stock_of_sold(world, told), 0))
        self.lived = self._nothing_yet()
        for day in range(self.start, world.days, review):
            if (day - self.start) % (LEARNED_WEEKS * WEEK) < review:
                earned = self.shadow.books(day)
                scores = earned.profit + earned.stock_value
                self.chosen = choose(world, self.candidates, scores, day)
                for priors in self.learn(day):
                    self.ours.priors = priors
                    yield self._done(day)
            releases: list[Release] = []
            for some in self._ours(day):
                releases += some
                yield self._done(day)
            self._review(day, releases)
            after = min(day + review, world.days)
            stocked = self._open_shop(self.live, day, after)
            self.lived.opening += self.world.of_styles(stocked) * self._each()
            self._open_shop(self.shadow, day, after)
            self._live_days(self.shadow, day, after)
            self._tell(day, self._live_days(self.live, day, after))
            self.live.settle()
            self._write_down(day, after)
        self.lived.errors = self.ours.errors
        self.lived.books = self.live.books(world.days)

    def _ours(self, day: int) -> Iterator[list[Release]]:
        """Yield what we release today, some styles at a time."""
        panel = self.ours.panel(day)
        for first in range(0, len(panel.styles), DECIDED_TOGETHER):
            chosen = np.zeros(len(panel.styles), dtype=np.bool_)
            chosen[first : first + DECIDED_TOGETHER] = True
            on_hand, waiting = self.live.on_hand[0], self.live.waiting[0]
            yield self.ours.decide(day, panel, chosen, on_hand, waiting)

    def _review(self, day: int, releases: list[Release]) -> None:
        """Release what every rule orders today."""
        world = self.world
        told = told_on(world, day)
        levels = levels_of(world, self.candidates, told)
        self._shadow_review(day, levels)
        self._release_ours(day, releases)
        low, high, chosen = self._live_levels(levels)
        lanes = [*range(1, 1 + len(RULES)), *range(len(LANES), len(self.live.on_hand))]
        quantities = np.zeros_like(self.live.on_hand)
        offers = np.full((len(quantities), world.styles), -1)
        offers[lanes] = chosen
        position = self.live.position
        quantities[lanes] = orders(world, position[lanes], (low, high), chosen, day)
        large = LANES.index(LARGE_RUN)
        quantities[large] = self.large.orders(position[large], told)
        offers[large] = self.large.chosen
        self.live.release(day, self._number(day), quantities, offers)

    def _live_levels(self, levels: tuple[Floats, Floats]) -> tuple[Floats, Floats, Ints]:
        """Return the levels and offers of the rules as chosen, and of hindsight's grid."""
        of, sku = self.world.style_of, np.arange(len(self.world.style_of))
        rows = self.chosen[:, of]
        style = np.arange(self.world.styles)
        low, high = (np.concatenate([one[rows, sku], one[self.grid]]) for one in levels)
        return low, high, np.concatenate([self.at[self.chosen, style], self.at[self.grid]])

    def _release_ours(self, day: int, releases: list[Release]) -> None:
        """Release our runs; a second one of a style goes out after the first."""
        self.live.to_order[0] = -1
        waves: list[list[Release]] = []
        for one in releases:
            if self.world.offers.made_to_order[one.style, one.offer]:
                self.live.to_order[0, one.style] = one.offer
                continue
            wave = next((w for w in waves if all(r.style != one.style for r in w)), None)
            if wave is None:
                wave = []
                waves.append(wave)
            wave.append(one)
        for wave in waves:
            quantities = np.zeros_like(self.live.on_hand)
            offers = np.full((len(quantities), self.world.styles), -1)
            for one in wave:
                quantities[0] += one.quantities
                offers[0, one.style] = one.offer
            arrives = self.live.release(day, self._number(day), quantities, offers)
            for one in wave:
                self.ours.send(day, one, int(arrives[0, one.style]))

    def _shadow_review(self, day: int, levels: tuple[Floats, Floats] | None = None) -> None:
        levels = levels or levels_of(self.world, self.candidates, told_on(self.world, day))
        position = self.shadow.position
        quantities = orders(self.world, position, levels, self.at, day)
        self.shadow.release(day, self._number(day), quantities, self.at)

    def _number(self, day: int) -> int:
        return day // self.world.review_days

    def _open_shop(self, warehouse: Warehouse, first: int, after: int) -> Ints:
        """Stock the styles launched in these days, the same for every rule; say with what."""
        units = stock_of_launched(self.world, first, after)
        warehouse.receive(units)
        return units

    def _live_days(self, warehouse: Warehouse, first: int, after: int) -> list[DayAtWarehouse]:
        return [warehouse.live(day) for day in range(first, after)]

    def _tell(self, day: int, days: list[DayAtWarehouse]) -> None:
        """Let us see what our own warehouse sold, week by week."""
        for week in range(len(days) // WEEK):
            own = days[week * WEEK : (week + 1) * WEEK]
            self.ours.see(day // WEEK + week, own, lane=0)

    def _nothing_yet(self) -> Lived:
        return Lived(
            books=self.live.books(self.start),
            opening=self.world.of_styles(self.live.on_hand[0]) * self._each(),
        )

    def _each(self) -> Floats:
        cost = self.world.offers.replacement_cost()
        return np.where(np.isfinite(cost), cost, self.world.economics.salvage)

    def _write_down(self, day: int, after: int) -> None:
        assert self.lived is not None
        books = self.live.books(after)
        self.lived.days.append(day)
        self.lived.worth.append((books.profit + books.stock_value).astype(np.float32))
        for name in ("sold", "lost", "on_hand", "runs"):
            getattr(self.lived, name).append(getattr(books, name).astype(np.float32))

    def _done(self, day: int) -> float:
        return (day - self.start) / (self.world.days - self.start)
