"""What a run leaves at the next review, and what that saves (`renewal`)."""

from dataclasses import dataclass

import numpy as np

from app.compiled import compiled
from app.planning.baseline import Baseline
from app.planning.curve import LEAST_FACTOR, Arrival
from app.planning.model import Floats
from app.planning.renewal import Renewal


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Stock at the next review, and what it saves.

    From the arrival of a run released there on, what holding it costs is taken back: the run's own
    cost has that already. A size that has more than its share of it is still held for longer.

    Attributes:
        landed: Periods until a run released there has arrived.
        units: If nothing is made now: left by then, and what is demanded from the review to then,
            shape (paths,). Where stock does not run out meanwhile, that is what is left at the
            review and on its way; what is lost meanwhile takes nothing.
        alone: What they save, shape (paths,).
    """

    renewal: Renewal
    landed: int
    units: Floats
    alone: Floats

    def on_paths(self, arrival: Arrival, good_units: float) -> Floats:
        """Return what a run adds to that, shape (paths,)."""
        good = good_units * _factor(arrival)
        left = self.units + np.maximum(good - self._sold(arrival), 0.0)
        held = np.maximum(good - self._sold_after(arrival), 0.0).sum(axis=0)
        saved = _saved(self.renewal.saves, self.renewal.block, left) - self.alone
        return np.asarray(saved + self.renewal.holding * held)

    def gains(self, arrival: Arrival, good_units: Floats) -> Floats:
        """Return what runs of several sizes add on average, shape (sizes,)."""
        factor, renewal, sold = _factor(arrival), self.renewal, self._sold(arrival)
        mean = _mean_saved(renewal.saves, renewal.block, self.units, sold, factor, good_units)
        after = self._sold_after(arrival)
        weights = np.broadcast_to(factor / self.units.size, after.shape).ravel()
        held = _mean_above(good_units, (after / factor).ravel(), weights)
        return np.asarray(mean - self.alone.mean() + renewal.holding * held)

    def most_added(self, arrival: Arrival) -> float:
        """Return the most that one good unit more may add."""
        return self.renewal.most_saved + self.renewal.holding * len(self._sold_after(arrival))

    def _sold(self, arrival: Arrival) -> Floats:
        """Return the units that a run can have sold before then, shape (paths,)."""
        by_then = arrival.lost[: max(0, self.landed - arrival.first)]
        sold = np.zeros(self.units.size)
        return sold + (by_then[-1] - arrival.missed).sum(axis=0) if len(by_then) else sold

    def _sold_after(self, arrival: Arrival) -> Floats:
        """Return the same by the end of each period from then on, shape (periods, paths)."""
        after = arrival.lost[max(0, self.landed - arrival.first) :]
        sold = after.sum(axis=1) - arrival.missed.sum(axis=0)
        return np.asarray(sold, dtype=np.float64)


def _factor(arrival: Arrival) -> Floats:
    """Return good units over their mean, shape (paths,), or (1,) where it is the same."""
    if arrival.yield_factor is None:
        return np.ones(1)
    return np.maximum(arrival.yield_factor, LEAST_FACTOR)


def _mean_above(values: Floats, knots: Floats, weights: Floats) -> Floats:
    """Return the weighted sum of how far each value lies above each knot, shape as `values`."""
    order = knots.argsort(kind="stable")
    below = np.concatenate([[0.0], weights[order].cumsum()])
    passed = np.concatenate([[0.0], (weights * knots)[order].cumsum()])
    reached = knots[order].searchsorted(values, side="right")
    return np.asarray(values * below[reached] - passed[reached])


def kept_at_review(
    renewal: Renewal, baseline: Baseline, review_periods: float, landed: int
) -> Kept:
    """Return the stock at a review so many periods from now.

    Args:
        renewal: What it saves.
        baseline: The paths without a run.
        review_periods: Until the review, to be rounded.
        landed: Periods until a run released there has arrived: what comes until then counts.
    """
    periods = max(1, round(review_periods))
    demanded = baseline.style_demand_to_date
    left = float(baseline.supply[landed].sum()) + baseline.style_lost_to_date[landed - 1]
    units = np.maximum(left - demanded[landed - 1], 0.0)
    units += demanded[landed - 1] - demanded[periods - 1]
    units = np.maximum(units, 0.0)
    return Kept(renewal, landed, units, _saved(renewal.saves, renewal.block, units))


@compiled
def _saved(saves: Floats, block: float, units: Floats) -> Floats:
    """Return what so many units left save; beyond the last state each as much as the last one."""
    saved = np.empty(units.size)
    for path in range(units.size):
        blocks = units[path] / block
        whole = min(int(blocks), saves.size - 2)
        saved[path] = saves[whole] + (blocks - whole) * (saves[whole + 1] - saves[whole])
    return saved


@compiled
def _mean_saved(
    saves: Floats, block: float, alone: Floats, sold: Floats, factor: Floats, good_units: Floats
) -> Floats:
    """Return what is saved on average with runs of several sizes, shape (sizes,).

    Args:
        saves: By blocks left, shape (states,).
        block: Units in a block.
        alone: Units left without a run, shape (paths,).
        sold: Most of a run that is sold by then, shape (paths,).
        factor: Good units over their mean, shape (paths,), or (1,) where it is the same.
        good_units: Shape (sizes,).
    """
    mean = np.zeros(good_units.size)
    for size in range(good_units.size):
        for path in range(alone.size):
            good = good_units[size] * factor[path if factor.size > 1 else 0]
            blocks = (alone[path] + max(good - sold[path], 0.0)) / block
            whole = min(int(blocks), saves.size - 2)
            mean[size] += saves[whole] + (blocks - whole) * (saves[whole + 1] - saves[whole])
    return mean / alone.size
