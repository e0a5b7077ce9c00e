"""What the styles that sell steadily show of a brand's season, week by week of the year."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from app.demand.panel import DemandPanel
from app.forecasting.model import Floats, Ints
from app.forecasting.past.profiles import LIVED_WEEKS, at_ages, rates_and_profile
from app.forecasting.seen.evidence import Evidence

Bools = NDArray[np.bool_]

SEASON_WEEKS = 53

LEAST_WEEKS = 8
"""Weeks of the brand's sales from which a week can be told from the others."""

LEVEL_HALF_LIFE_WEEKS = 13.0
"""How far neighbouring weeks speak for a style's own level: launches and ends are followed, and
of a yearly wave 84% is left to the factors at each round."""

YOUNG_WEEKS = 8.0
"""Weeks after its launch that say more about a style's age than about the calendar."""

FOUNDING_WEEKS = 2
"""Styles selling in the first weeks of the brand's data were launched then, or long before."""

STEADY_SHARE = 0.5
"""Least share of its weeks that a style sold in: the others add noise and no season."""

STYLE_OVERDISPERSION = 0.4
"""Variance of a style's week beyond its mean, over the mean squared: what a bestseller's week
is worth is bounded by it."""

MOST_RATIO = 3.0
"""Demand of a style's week over what level and factor let expect that counts in a round: one
large order is no season, and a week strong for all styles is reached in the next rounds."""

LAST_WEEKS = 3
"""Weeks whose factors those that a family has not seen yet have: raised to `season.RETURNS`, as all
weeks to come are. Of the three last weeks' distance from the median before, 77 to 84% was left in
the next week and two of VN1's clients, what moved them all taken out or not. A brand as a whole is
not carried: of online_retail three quarters was left 4 weeks later, but its launches erred 0.4 to
1% more."""

GIFT_WEEKS = (46, 47, 48, 49)
"""Mid-November to mid-December: what a shop sells more of then it does not carry into January. In
VN1's they were 1.2 to 1.4 times a usual week, and the next one was usual again."""

LEAST_FACTOR, MOST_FACTOR = 0.1, 10.0


@dataclass(frozen=True, eq=False)
class Shown:
    """What the steady styles of a brand show of its season; arrays of shape (steady, periods).

    Attributes:
        styles: Index of each in the panel, shape (steady,).
        units: Units counted in stock.
        share: Usual demand at a level of 1 without a season, 0 where a week says nothing.
        weeks: Week of the year of each period, shape (periods,).
    """

    styles: Ints
    units: Floats
    share: Floats
    weeks: Ints

    def told(self, factors: Floats) -> tuple[Floats, Floats]:
        """Return what each week sold, and what it had sold without a season, both weighted.

        Against each style's own level around the week, once these factors are taken out; a
        weighted unit has a variance of one.

        Args:
            factors: Of each week of the year, > 0, shape (SEASON_WEEKS,) or (steady, SEASON_WEEKS).
        """
        periods = len(self.weeks)
        apart = np.abs(np.subtract.outer(np.arange(periods), np.arange(periods)))
        kernel = 0.5 ** (apart / LEVEL_HALF_LIFE_WEEKS)
        in_season = self.share * factors[..., self.weeks]
        level = (self.units @ kernel) / np.maximum(in_season @ kernel, 1e-9)
        expected = level * self.share
        weight = 1.0 / (1.0 + STYLE_OVERDISPERSION * expected)
        told = np.minimum(self.units, MOST_RATIO * level * in_season)
        return weight * told, weight * expected

    def carried(self, factors: Floats) -> Floats:
        """Return factors of which the weeks of the year not seen have those of the last weeks.

        Args:
            factors: Of each week of the year, > 0, shape (..., SEASON_WEEKS).
        """
        seen = self.weeks[(self.share > 0).any(axis=0)]
        ordinary = seen[~np.isin(seen, GIFT_WEEKS)]
        last = (ordinary if len(ordinary) else seen)[-LAST_WEEKS:]
        level = np.exp(np.log(factors[..., last]).mean(axis=-1, keepdims=True))
        return np.where(np.isin(np.arange(SEASON_WEEKS), seen), factors, level)


def shown_to_season(panel: DemandPanel, evidence: Evidence) -> Shown | None:
    """Return what a brand's past shows of its season, None where it is too short or too little.

    Args:
        panel: The brand's styles.
        evidence: What the panel shows, without the weeks after a style's end.
    """
    periods = panel.demand.shape[1]
    if panel.period_days != 7 or periods < LEAST_WEEKS:
        return None
    lived = evidence.seen_share.sum(axis=1) >= LIVED_WEEKS
    if not lived.any():
        return None
    _, profile, _ = rates_and_profile(panel, evidence, lived)
    named = np.array([style.launched is not None for style in panel.styles])
    steady, units, share, founding = _steady(evidence, at_ages(profile, evidence.age_weeks), named)
    if not len(steady):
        return None
    share[founding] *= _fading(units[founding], share[founding])
    weeks = weeks_of_year(panel.origin, 7, np.arange(-periods, 0))
    return Shown(steady, units, share, weeks)


def weeks_of_year(origin: date, period_days: int, periods: Ints) -> Ints:
    """Return the week of the year that the middle of each period lies in, 0 to 52.

    Args:
        origin: The day that period 0 starts.
        period_days: Days in a period.
        periods: Periods counted from the origin on, negative before it; any shape, that of the
            answer.
    """
    middle = origin + timedelta(days=period_days // 2)
    first = np.datetime64(middle, "D") + periods * period_days
    day_of_year = (first - first.astype("datetime64[Y]")).astype(np.int64)
    return np.asarray(np.minimum(day_of_year // 7, SEASON_WEEKS - 1), dtype=np.int64)


def _steady(
    evidence: Evidence, profile: Floats, named: Bools
) -> tuple[Ints, Floats, Floats, Bools]:
    """Return which styles can show a season, and units and usual demand of their weeks.

    The last says which of these styles sold from the first weeks of the data on.

    Args:
        evidence: What the panel shows.
        profile: What its age lets expect of each style and week, > 0.
        named: Whether each style's launch day is known: it may be the day of its first sale,
            and a week that is in because of a sale says too much.
    """
    on_sale = evidence.on_sale > 0
    periods = on_sale.shape[1]
    first = np.where(on_sale.any(axis=1), on_sale.argmax(axis=1), periods)
    launched = first >= first.min(initial=periods) + FOUNDING_WEEKS
    young = launched[:, None] & (evidence.age_weeks < YOUNG_WEEKS)
    by_sale = named[:, None] & (np.arange(periods) <= first[:, None])
    aged = np.where(launched[:, None], profile, 1.0)
    share = np.where(young | by_sale, 0.0, evidence.seen_share * aged)
    sold = (evidence.seen_units > 0) & (share > 0)
    seen = (share > 0).sum(axis=1)
    steady = (seen >= LEAST_WEEKS - 1) & (sold.sum(axis=1) >= STEADY_SHARE * seen)
    units = np.where(share > 0, evidence.seen_units, 0.0)
    return np.flatnonzero(steady), units[steady], share[steady], ~launched[steady]


def _fading(units: Floats, share: Floats) -> Floats:
    """Return how styles that were there from the start faded since, <= 1, shape (periods,).

    All of the same age, they show age and calendar as one. What falls off steadily is taken for
    age, as launches do; what rises, or rises and falls, for the calendar.
    """
    mean = units.sum(axis=1) / np.maximum(share.sum(axis=1), 1e-9)
    weight = 1.0 / (1.0 + STYLE_OVERDISPERSION * mean)
    expected = weight @ (mean[:, None] * share)
    shown = expected > 0
    ratio = (weight @ units)[shown] / expected[shown]
    weeks = np.arange(units.shape[1], dtype=np.float64)
    shapes = np.stack([np.ones_like(weeks), -np.ones_like(weeks), -weeks, -np.log1p(weeks / 4)])
    trust = np.sqrt(expected[shown] * np.minimum(ratio, 1.0))
    logs = np.log(np.maximum(ratio, LEAST_FACTOR**2))
    found, _ = nnls((shapes[:, shown] * trust).T, logs * trust)
    return np.asarray(np.exp(found[2:] @ shapes[2:]))
