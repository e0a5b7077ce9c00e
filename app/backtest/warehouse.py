"""A simulated warehouse, lived day by day by many rules at once.

The first axis of every array is the rule ("lane"): they share the world and its luck, and nothing
else. A day begins with what arrives and what comes back; who waits is served first.
"""

import numpy as np
from numpy.typing import NDArray

from app.backtest.books import Books, DayAtWarehouse
from app.backtest.terms import NO_LIMIT, Floats, Ints, expected_good, units_cost
from app.backtest.world import World

RETURN_DAYS = 21
"""Days from a sale until its return can be sold again: the mean of `DEFAULT_DELAY`."""

MOST_SDS = 4.0
"""Lead times and yields further out than this are cut."""


class Warehouse:
    """Stock, runs on their way and the books of some rules, from a day on."""

    def __init__(self, world: World, lanes: int) -> None:
        """Begin with nothing in stock."""
        skus, styles = len(world.style_of), world.styles
        latest = world.offers.lead_days + MOST_SDS * world.offers.lead_sd
        self.world = world
        self.on_hand = np.zeros((lanes, skus), dtype=np.int64)
        self.on_order = np.zeros((lanes, skus), dtype=np.int64)
        self.waiting = np.zeros((lanes, skus), dtype=np.int64)
        self.to_order = np.full((lanes, styles), -1)
        self._slots = int(latest.max()) + 2
        self._coming: dict[int, NDArray[np.int32]] = {}
        self._has_tools = np.zeros((lanes, styles, world.offers.exists.shape[1]), dtype=np.bool_)
        self._to_make = np.zeros((lanes, styles), dtype=np.int64)
        self._sold_lately = np.zeros((RETURN_DAYS, lanes, skus), dtype=np.int32)
        self._due_back = np.zeros((lanes, skus), dtype=np.int64)
        self._zero_units(lanes, skus)
        self._money = {
            name: np.zeros((lanes, styles))
            for name in ("making", "setup", "ordered", "runs", "setups")
        }

    def _zero_units(self, lanes: int, skus: int) -> None:
        names = ("wanted", "sold", "lost", "waited", "unmet", "returned", "resalable", "stock_days")
        self._units = {name: np.zeros((lanes, skus), dtype=np.int64) for name in names}

    def receive(self, units: Ints) -> None:
        """Put units on the shelf that nobody pays for: the same for every rule, (skus,)."""
        self.on_hand += units

    @property
    def position(self) -> Ints:
        """Return on hand and on order less who waits, shape (lanes, skus)."""
        return np.asarray(self.on_hand + self.on_order - self.waiting)

    def release(self, day: int, review: int, quantities: Ints, chosen: Ints) -> Ints:
        """Pay for runs and send them on their way; say on which day each arrives.

        Args:
            day: Today.
            review: Number of the review, whose luck the runs have.
            quantities: Units ordered, shape (lanes, skus).
            chosen: Index of each style's offer, shape (lanes, styles); below 0: nothing.

        Returns:
            Days of arrival, shape (lanes, styles).
        """
        world, offers = self.world, self.world.offers
        quantities = np.where(chosen[:, world.style_of] >= 0, quantities, 0)
        chosen = np.maximum(chosen, 0)
        units = world.of_styles(quantities).astype(np.int64)
        runs = units > 0
        self._pay(chosen, units, world.colorways_made(quantities))
        style = np.arange(world.styles)
        late = np.clip(world.luck.lead[:, review], -MOST_SDS, MOST_SDS)
        lead = offers.lead_days[style, chosen] + late * offers.lead_sd[style, chosen]
        arrives = day + np.maximum(np.rint(lead), 0).astype(np.int64)
        good = self._good(quantities, units, chosen, review)
        self.on_order += good
        lane, sku = np.nonzero(good)
        slots = arrives[lane, world.style_of[sku]] % self._slots
        for slot in np.unique(slots).tolist():
            coming = self._coming.setdefault(slot, np.zeros(good.shape, dtype=np.int32))
            mine = slots == slot
            np.add.at(coming, (lane[mine], sku[mine]), good[lane[mine], sku[mine]])
        return np.where(runs, arrives, NO_LIMIT)

    def _pay(self, chosen: Ints, units: Ints, colorways: Ints) -> None:
        offers, style = self.world.offers, np.arange(self.world.styles)
        runs = units > 0
        lanes = np.arange(len(units))[:, None]
        new_tools = runs & ~self._has_tools[lanes, style, chosen]
        self._has_tools[lanes, style, chosen] |= runs
        setup = offers.per_run[style, chosen] + offers.per_colorway[style, chosen] * colorways
        setup = setup + np.where(new_tools, offers.tooling[style, chosen], 0.0)
        self._money["making"] += np.where(runs, units_cost(offers, chosen, units), 0.0)
        self._money["setup"] += np.where(runs, setup, 0.0)
        self._money["ordered"] += units
        self._money["runs"] += runs
        self._money["setups"] += np.where(runs, colorways, 0)

    def _good(self, quantities: Ints, units: Ints, chosen: Ints, review: int) -> Ints:
        """Return the good units of each SKU's share in its run, rounded by the SKU's own luck."""
        offers, luck = self.world.offers, self.world.luck
        style = np.arange(self.world.styles)
        mean = expected_good(offers, chosen, units)
        share = np.divide(mean, units, out=np.zeros(mean.shape), where=units > 0)
        spread = offers.yield_sd[style, chosen] / offers.yield_rate[style, chosen]
        luckier = 1.0 + spread * np.clip(luck.good[:, review], -MOST_SDS, MOST_SDS)
        share = np.clip(share * luckier, 0.0, 1.0)
        exact = quantities * share[:, self.world.style_of]
        return np.floor(exact + luck.rounding[:, review]).astype(np.int64)

    def live(self, day: int) -> DayAtWarehouse:
        """Live one day."""
        units, wanted = self._units, self.world.wanted[:, day]
        coming = self._coming.pop(day % self._slots, None)
        if coming is not None:
            self.on_hand += coming
            self.on_order -= coming
        returned = self._take_back(day)
        served = np.minimum(self.waiting, self.on_hand)
        self.waiting -= served
        self.on_hand -= served
        sold = np.minimum(self.on_hand, wanted)
        begins_empty = self.on_hand == 0
        self.on_hand -= sold
        unmet = wanted - sold
        in_stock = np.divide(sold, wanted, out=np.ones(sold.shape), where=unmet > 0)
        in_stock[begins_empty] = 0.0
        waits = self._let_wait(unmet)
        units["wanted"] += wanted
        units["sold"] += sold + waits
        units["lost"] += unmet - waits
        units["stock_days"] += self.on_hand
        self._sold_lately[day % RETURN_DAYS] = sold + waits
        return DayAtWarehouse(sold + waits, in_stock, returned)

    def _let_wait(self, unmet: Ints) -> Ints:
        """Return who of the unserved waits; where made to order, theirs is made at once."""
        share = self.world.economics.waiting_share[self.world.style_of]
        if not share.any():
            return np.zeros_like(unmet)
        units = self._units
        units["unmet"] += unmet
        waits = np.floor(units["unmet"] * share + 0.5).astype(np.int64) - units["waited"]
        units["waited"] += waits
        self.waiting += waits
        made = np.where(self.to_order[:, self.world.style_of] >= 0, self.waiting, 0)
        self.waiting -= made
        self._to_make += self.world.of_styles(made).astype(np.int64)
        return np.asarray(waits)

    def _take_back(self, day: int) -> Ints:
        """Return what comes back today, and put what can be sold again on the shelf."""
        economics, style_of, units = self.world.economics, self.world.style_of, self._units
        if not economics.return_rate.any():
            return np.zeros_like(self.on_hand)
        self._due_back += self._sold_lately[day % RETURN_DAYS]
        back = np.floor(self._due_back * economics.return_rate[style_of] + 0.5).astype(np.int64)
        returned = back - units["returned"]
        units["returned"] = back
        again = np.floor(back * economics.resalable_share[style_of] + 0.5).astype(np.int64)
        self.on_hand += again - units["resalable"]
        units["resalable"] = again
        return np.asarray(returned)

    def settle(self) -> None:
        """Pay for what was made to order since the last review: one run of each style."""
        chosen = np.maximum(self.to_order, 0)
        style = np.arange(self.world.styles)
        share = self.world.offers.yield_rate[style, chosen]
        needed = np.ceil(self._to_make / share - 1e-9).astype(np.int64)
        least = self.world.offers.least[style, chosen]
        units = np.where(self._to_make > 0, np.maximum(needed, least), 0)
        self._pay(chosen, units, np.minimum(units, 1))
        self._to_make[:] = 0

    def books(self, day: int) -> Books:
        """Return what came of everything before `day`, stock valued as on it.

        A unit left counts its salvage value where life has ended, else what replacing it costs.
        """
        world, economics, units = self.world, self.world.economics, self._units
        price, money = economics.price, self._money
        sold, lost = world.of_styles(units["sold"]), world.of_styles(units["lost"])
        revenue = price * (sold - world.of_styles(units["returned"]))
        holding = economics.holding * world.of_styles(units["stock_days"])
        goodwill = economics.goodwill * lost
        owed = world.of_styles(self.waiting)
        left = world.of_styles(self.on_hand) + world.of_styles(self.on_order) - owed
        back = economics.return_rate * world.of_styles(self._sold_lately.sum(axis=0))
        again = economics.resalable_share * back
        each = np.where(economics.last_day < day, economics.salvage, self._replacement())
        return Books(
            profit=revenue - money["making"] - money["setup"] - holding - goodwill,
            revenue=revenue,
            making_cost=money["making"].copy(),
            setup_cost=money["setup"].copy(),
            holding_cost=holding,
            goodwill_cost=goodwill,
            stock_value=each * (left + again) - price * back,
            salvage_value=economics.salvage * (left + again) - price * back,
            wanted=world.of_styles(units["wanted"]),
            sold=sold,
            lost=lost,
            leftover=left,
            on_hand=world.of_styles(self.on_hand),
            ordered=money["ordered"].copy(),
            runs=money["runs"].copy(),
            setups=money["setups"].copy(),
        )

    def _replacement(self) -> Floats:
        cost = self.world.offers.replacement_cost()
        return np.where(np.isfinite(cost), cost, self.world.economics.salvage)
