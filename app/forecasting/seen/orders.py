"""How much an order of many says about the next one: large orders counted for what they tell.

Where customers order by the box, one order of 500 is no rate of 500 a week. An order of `q` units
counts as `m * (q / m) ** power` of a style whose usual order is `m`: the usual order fully, ten
of them as less than ten. A brand whose customers buy one at a time has nothing to damp. The
power is learned, as what would have forecast the brand's own past best.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from app.demand.panel import DemandPanel, Floats
from app.forecasting.seen.layout import totals
from app.forecasting.seen.outliers import usual_units

POWERS = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)

USUAL_ORDERS = 50.0
"""Orders of the brand's usual size that a style's own have to outweigh."""

OBSERVED_WEEKS = 4
AHEAD_WEEKS = 6
"""Weeks seen, and weeks forecast from them, of the trials that choose the power."""

TRIAL_STEP = 4
"""Weeks between the origins of two trials."""

TRIALS_AT_FULL = 100.0
"""Trials at no damping that a brand's own have to outweigh."""

GAIN = 0.01
"""Share of the error that more damping must save: on a tie the units stay as they are."""


@dataclass(frozen=True)
class OrderLaw:
    """What a brand's orders have taught about large ones.

    Attributes:
        power: To which power an order counts relative to the usual one, above 0, at most 1.
        usual: Units of the brand's usual order.
        scale: What keeps the units of a style of ordinary orders as they were.
        trials: Trials behind the power; 0: a default, nothing is damped.
    """

    power: float = 1.0
    usual: float = 1.0
    scale: float = 1.0
    trials: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the law as JSON types; reading it back gives the same bits."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "OrderLaw":
        """Return the law that `to_json` made `stored` of."""
        return cls(**stored)


def telling_units(panel: DemandPanel, law: OrderLaw) -> Floats:
    """Return the panel's usual units, each order counted for what it tells, (skus, periods)."""
    units = usual_units(panel)
    if law.power >= 1.0:
        return units
    return law.scale * _damped(panel, units, law.power, law.usual)


def learn_orders(panel: DemandPanel) -> OrderLaw:
    """Return what the orders of a brand's weekly panel teach.

    Trials are each style's weeks seen and the weeks after them, every few weeks through its
    past; each origin has its own ratio of later to earlier demand, so that a brand's good and
    bad months do not speak for one power or another.
    """
    units = usual_units(panel)
    if units.sum() <= panel.orders[units > 0].sum():
        return OrderLaw()
    usual = _brand_usual(panel, units)
    starts = range(0, units.shape[1] - OBSERVED_WEEKS - AHEAD_WEEKS + 1, TRIAL_STEP)
    losses = np.zeros(len(POWERS))
    trials = 0
    for at, power in enumerate(POWERS):
        told = _by_style(panel, _damped(panel, units, power, usual))
        wanted, on_sale = _by_style(panel, units), _by_style(panel, panel.exposure)
        for start in starts:
            seen = slice(start, start + OBSERVED_WEEKS)
            after = slice(start + OBSERVED_WEEKS, start + OBSERVED_WEEKS + AHEAD_WEEKS)
            teaches = (on_sale[:, after].min(axis=1) > 0) & (told[:, seen].sum(axis=1) > 0)
            early, late = told[teaches, seen].sum(axis=1), wanted[teaches, after].sum(axis=1)
            if early.sum() <= 0 or late.sum() <= 0:
                continue
            losses[at] += np.abs(early * late.sum() / early.sum() - late).sum()
            trials += len(early) if at == 0 else 0
    if not losses.all():
        return OrderLaw()
    good = losses <= losses.min() + GAIN * losses[0]
    power = max(power for power, fits in zip(POWERS, good, strict=True) if fits)
    power = 1.0 - (1.0 - power) * trials / (trials + TRIALS_AT_FULL)
    return OrderLaw(power, usual, _scale(panel, units, power, usual), trials)


def _damped(panel: DemandPanel, units: Floats, power: float, usual: float) -> Floats:
    """Return the units with each order damped; orders but the largest count as equal ones."""
    largest = np.minimum(panel.largest, units)
    rest = units - largest
    others = np.where(rest > 0, np.maximum(np.minimum(panel.orders, units) - 1, 1.0), 0.0)
    own = _own_usual(panel, rest, others, usual)[panel.style_of][:, None]
    each = rest / np.maximum(others, 1.0)
    return np.asarray(own * ((largest / own) ** power + others * (each / own) ** power))


def _own_usual(panel: DemandPanel, rest: Floats, others: Floats, usual: float) -> Floats:
    """Return the usual order of each style, shrunk to the brand's, (styles,)."""
    count = _by_style(panel, others).sum(axis=1)
    mean = _by_style(panel, rest).sum(axis=1) / np.maximum(count, 1.0)
    log_own = np.log(np.where(count > 0, np.maximum(mean, 0.5), usual))
    log_usual = (count * log_own + USUAL_ORDERS * np.log(usual)) / (count + USUAL_ORDERS)
    return np.asarray(np.exp(log_usual))


def _brand_usual(panel: DemandPanel, units: Floats) -> float:
    """Return the median over styles of the mean order, the largest of each period left out."""
    largest = np.minimum(panel.largest, units)
    rest = _by_style(panel, units - largest).sum(axis=1)
    count = _by_style(panel, np.maximum(np.minimum(panel.orders, units) - 1, 0.0)).sum(axis=1)
    shown = (count > 0) & (rest > 0)
    return float(np.median(rest[shown] / count[shown])) if shown.any() else 1.0


def _scale(panel: DemandPanel, units: Floats, power: float, usual: float) -> float:
    """Return the median over styles of units over damped units."""
    told = _by_style(panel, _damped(panel, units, power, usual)).sum(axis=1)
    total = _by_style(panel, units).sum(axis=1)
    return float(np.median(total[told > 0] / told[told > 0]))


def _by_style(panel: DemandPanel, values: Floats) -> Floats:
    """Sum SKUs to styles, (styles, periods)."""
    return totals(panel.style_of, values, len(panel.styles))
