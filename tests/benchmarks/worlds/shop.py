"""Stock of many styles going through a world's weeks, and what they earn."""

import numpy as np

from tests.benchmarks.worlds.cells import Floats, Ints
from tests.benchmarks.worlds.demand import Truth


class Shop:
    """Stock, runs on their way and profit of each row; a row is a style under one policy.

    In a week: what arrives is on the shelf, runs are released, demand is met as far as stock
    goes, what is left is held. Leftovers fetch salvage at the end. A run is told to bring its
    told share of good units after its told lead time; when it comes, what it brought is seen.
    """

    def __init__(self, truth: Truth, copies: int = 1) -> None:
        self.truth = truth
        self.cell = truth.cell
        self.demand = np.tile(truth.demand, (copies, 1))
        self._good = np.tile(truth.good_share, (copies, 1))
        self._off = np.tile(truth.lead_off, (copies, 1))
        rows, self._ways = len(self.demand), len(self.cell.ways)
        self._most_off = self.cell.lead_off_weeks
        last = self.cell.weeks + self.cell.launch + self._most_off + 1
        self.week = 0
        self.on_hand: Ints = np.zeros(rows, dtype=np.int64)
        self._arriving: Ints = np.zeros((rows, last), dtype=np.int64)
        self._told: Ints = np.zeros((2 * self._most_off + 1, rows, last), dtype=np.int64)
        self.profit: Floats = np.zeros(rows)
        self.lost: Ints = np.zeros(rows, dtype=np.int64)
        self.runs: Ints = np.zeros((rows, self._ways), dtype=np.int64)
        self.made: Ints = np.zeros((rows, self._ways), dtype=np.int64)

    @property
    def position(self) -> Ints:
        """Return units in stock and told to be on their way."""
        return np.asarray(self.on_hand + self._told[:, :, self.week + 1 :].sum(axis=(0, 2)))

    def inbound(self, row: int) -> Ints:
        """Return units told to arrive in each week from now to the end; late ones: next week."""
        week, weeks = self.week, self.cell.weeks
        units = np.zeros(weeks - week, dtype=np.int64)
        for index, told in enumerate(self._told[:, row]):
            coming = np.flatnonzero(told[week + 1 :]) + week + 1
            due = np.maximum(coming - (index - self._most_off), week + 1) - week
            kept = due < units.size
            np.add.at(units, due[kept], told[coming[kept]])
        return units

    def open_week(self) -> None:
        self.on_hand = self.on_hand + self._arriving[:, self.week]

    def order(self, way: int, quantity: Ints) -> None:
        """Release runs of one way; 0 is none. None arrives in the week of its release."""
        terms = self.cell.ways[way]
        rows = np.flatnonzero(quantity > 0)
        if rows.size == 0:
            return
        units = quantity[rows]
        self.profit[rows] -= terms.setup_cost + terms.unit_cost * units
        self.runs[rows, way] += 1
        self.made[rows, way] += units
        due = self.week + terms.lead_weeks
        when = np.maximum(due + self._off[rows, self.week], self.week + 1)
        good = np.rint(units * self._good[rows, self.week]).astype(np.int64)
        self._arriving[rows, when] += good
        told = np.rint(units * self.cell.told_yield).astype(np.int64)
        self._told[when - due + self._most_off, rows, when] += told

    def close_week(self) -> None:
        wanted = self.demand[:, self.week]
        sold = np.minimum(wanted, self.on_hand)
        self.on_hand = self.on_hand - sold
        self.lost += wanted - sold
        self.profit += self.cell.price * sold - self.cell.holding * self.on_hand
        self.week += 1
        if self.week == self.cell.weeks:
            self.profit += self.cell.salvage * self.on_hand
