"""The marginal unit: what the k-th good unit of a run is worth, from one baseline simulation.

Unit k of a run is sold to the k-th unit of demand that the baseline loses after it arrives, so
every run size is worth what one simulation says (`marginal`).
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from app.planning.baseline import Baseline
from app.planning.customers import Counts, share_of_units
from app.planning.landing import Landing
from app.planning.missed import lost_before
from app.planning.model import Floats, Integers

MOST_STRETCHED = 8
"""No run is larger than so many times what any path could sell, however bad its yield may be."""

LEAST_FACTOR = 1e-6
"""A path on which nothing of a run is good sells none of it, however much is ordered."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """Paths on which the run lands within a period: held for the rest of it only.

    Attributes:
        period: The period of each path's landing, from `Arrival.first` on, shape (paths,).
        saved: Holding saved on a unit sold in that period, shape (paths,).
    """

    period: Integers
    saved: Floats


@dataclass(frozen=True, eq=False)
class Arrival:
    """A run that arrives on a given day, as its units meet the demand left for them.

    Attributes:
        first: The first period it can arrive in; `periods` or later: too late.
        lost: Units lost up to each period from `first` on, never falling in time and never below
            `missed`, shape (periods - first, skus, paths).
        missed: Of them, those that it comes too late for or leaves to earlier parts, shape
            (skus, paths). The rest of `lost`, `sellable`, it could have sold by then, and
            `sellable_ever` to the end.
        steps: What having sold a unit by each of these periods adds, shape (periods - first,).
        unsold: What a unit never sold is worth, shape (paths,), or (1,) where it is the same;
            `unsold_mean` is that of a unit on average good.
        entry: Where paths differ in their landing, the holding `steps` counts too much.
        yield_factor: Good units over their mean, shape (paths,); None: 1.
    """

    first: int
    lost: Counts
    missed: Counts
    steps: Floats
    unsold: Floats
    entry: Entry | None = None
    yield_factor: Floats | None = None

    sellable_ever: Counts = field(init=False)
    unsold_mean: float = field(init=False)

    def __post_init__(self) -> None:
        """Take once what is asked for again and again."""
        last = self.lost[-1] if len(self.lost) else self.missed
        worth = self.unsold if self.yield_factor is None else self.unsold * self.yield_factor
        object.__setattr__(self, "sellable_ever", last - self.missed)
        object.__setattr__(self, "unsold_mean", float(worth.sum()) / worth.size)

    @cached_property
    def most_sellable(self) -> int:
        """The most (mean good) units of a SKU that any path could sell."""
        sellable = self.sellable_ever
        if not self.lost.size:
            return 0
        if self.yield_factor is None:
            return int(sellable.max())
        stretched = np.ceil(sellable / np.maximum(self.yield_factor, LEAST_FACTOR))
        return min(int(stretched.max()), MOST_STRETCHED * int(sellable.max()))

    @property
    def sellable(self) -> Counts:
        """Good units of it that could have been sold up to each period, the shape of `lost`."""
        return np.asarray(self.lost - self.missed)


def arrive(
    baseline: Baseline,
    worth: Floats,
    landing: Landing,
    *,
    period_days: int,
    holding: float,
    end_value: float,
    waiting_share: float,
    beyond: Floats | None = None,
) -> Arrival:
    """Return how a run that lands so meets the demand the baseline loses.

    A run that arrives within a period serves at most the demand of the rest of it, taken as
    even: of the units lost in that period min(lost, demand x rest). It is held from its arrival
    to the start of the period it sells in. Of the customers lost before, `waiting_share` waits
    and is served first.

    Args:
        baseline: The paths without a run.
        worth: Value of serving a lost unit, by period, never rising, shape (periods,).
        landing: Its day and its yield, perhaps path by path.
        period_days: Length of a period.
        holding: Per unit and period.
        end_value: Of a unit in stock at the end. A value above `worth` counts as `worth`.
        waiting_share: In [0, 1].
        beyond: Units lost that earlier parts of the run serve, from the first on, shape (skus,
            paths); None: it has none.
    """
    periods = worth.size
    arrived = landing.days / period_days
    first = int(arrived.min())
    if first >= periods:
        nothing = np.zeros((0, *baseline.lost_to_date.shape[1:]), dtype=np.int64)
        missed = np.zeros(nothing.shape[1:], dtype=np.int64)
        return Arrival(first, nothing, missed, np.zeros(0), np.array([min(end_value, 0.0)]))
    entered = arrived.astype(np.int64)
    spare = arrived - entered
    missed = lost_before(baseline, entered, spare)
    if waiting_share > 0:
        missed = missed - share_of_units(missed, waiting_share)
    if beyond is not None:
        missed = np.maximum(missed, beyond)
    lost = baseline.lost_to_date[first:]
    if entered.size > 1 or beyond is not None:
        lost = np.maximum(lost, missed)
    steps = worth[first:] + holding
    steps[:-1] -= worth[first + 1 :]
    steps[-1] -= end_value
    steps = np.maximum(steps, 0.0)
    unsold = _unsold(float(worth[-1]), float(steps[-1]), holding, periods, arrived)
    entry = None
    if entered.size > 1:
        at = np.minimum(entered, periods - 1) - first
        saved = np.where(entered < periods, holding * spare, 0.0)
        entry = Entry(at, np.minimum(saved, steps[at]))
    elif spare[0] > 0:
        steps[0] = max(steps[0] - holding * spare[0], 0.0)
    return Arrival(first, lost, missed, steps, unsold, entry, landing.yield_factor)


def _unsold(
    worth: float, last_step: float, holding: float, periods: int, arrived: Floats
) -> Floats:
    """Return what a unit never sold is worth, shape as `arrived`: (paths,) or (1,).

    Args:
        worth: Of serving a unit lost in the last period.
        last_step: What selling in it adds.
        holding: Per unit and period.
        periods: All of them.
        arrived: Periods until the run lands, parts of one counted; after the last: too late.
    """
    if arrived.size == 1:
        at = float(arrived[0])
        late = min(max(periods - at, 0.0), 1.0)
        sold = max(last_step - holding * (1 - late), 0.0)
        return np.array([worth - holding * max(periods - 1 - at, 0.0) - sold])
    in_last = np.minimum(np.maximum(periods - arrived, 0.0), 1.0)
    sells = np.maximum(last_step - holding * (1 - in_last), 0.0)
    return np.asarray(worth - holding * np.maximum(periods - 1 - arrived, 0.0) - sells)
