"""How far each style follows the launch profile that its brand's other styles taught.

A style that sells evenly in a brand whose launches fade must not be forecast to fade. Its
weight of each way through the profile, a power of it and what else `ways` knows, starts at the
brand's law and is moved by its own history; what is expected of it is the mean over the ways,
flatter than the profile wherever its own history does not yet say which way is its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.demand.panel import DemandPanel
from app.forecasting.model import HORIZON, Floats
from app.forecasting.past.powers import weights_of_powers
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.profiles import at_ages
from app.forecasting.past.season import season_at
from app.forecasting.past.ways import Ways, ways_of
from app.forecasting.seen.ages import ages_ahead
from app.forecasting.seen.evidence import Evidence

SPREAD_WEEKS = 13
"""Weeks to come about whose total the ways may disagree."""

EVEN_OF_AGELESS = 0.5
"""How likely demand is even, whatever the brand's law, where the launch day is not known."""

NO_FAMILY = ""
"""Its styles may follow every family, and so have the most ways: whatever the batch, arrays have
room for them."""


@dataclass(frozen=True, eq=False)
class Following:
    """What each style's age alone lets expect, over the mean of its launch.

    Attributes:
        past: In each period of the panel, > 0, shape (styles, periods).
        ahead: In each period to come, > 0, shape (styles, HORIZON).
        cv: How far the ways disagree about the total to come, shape (styles,).
    """

    past: Floats
    ahead: Floats
    cv: Floats


def follow(panel: DemandPanel, evidence: Evidence, priors: BrandPriors) -> Following:
    """Return how each style's demand moves with its age, as far as its own history says."""
    weeks = panel.period_days / 7.0
    ways = {name: ways_of(priors, name) for name in {one.category or "" for one in panel.styles}}
    count = len(ways_of(priors, NO_FAMILY).kinds)
    past = _at_ways(panel, evidence.age_weeks, ways, count)
    ahead = _at_ways(panel, ages_ahead(panel, evidence.age_weeks), ways, count)
    base = past * np.where(evidence.age_weeks > 0, evidence.seen_share * weeks, 0.0)
    rate = _rates(panel, evidence, priors, base)
    law = _law(panel, [ways[style.category or ""] for style in panel.styles], count)
    if priors.ways:
        law = law * _usual(panel, priors, rate).T
    overdispersion = priors.period_overdispersion(panel.period_days)
    likely = weights_of_powers(evidence.seen_units, base, law, overdispersion)
    weight = likely.T * rate
    weight = weight / _over_ways(weight)
    periods = min(HORIZON, round(SPREAD_WEEKS / weeks))
    total = rate * ahead[:, :, :periods].sum(axis=2)
    mean, square = _over_ways(likely.T * total), _over_ways(likely.T * total**2)
    return Following(
        past=_over_ways(of[:, None] * at for of, at in zip(weight, past, strict=True)),
        ahead=_over_ways(of[:, None] * at for of, at in zip(weight, ahead, strict=True)),
        cv=np.sqrt(np.maximum(square / mean**2 - 1.0, 0.0)),
    )


def _over_ways(values: Iterable[Floats]) -> Floats:
    """Return the sum of each way's, added in their order: NumPy's own depends on the batch."""
    return np.asarray(sum(values))


def seasonal(following: Following, panel: DemandPanel, season: Floats) -> Following:
    """Return what age and the season together let expect.

    Args:
        following: What age alone does.
        panel: The styles.
        season: Factors of each style, > 0, shape (styles, SEASON_WEEKS).
    """
    back = following.past.shape[1]
    factors = season_at(season, panel.origin, panel.period_days, back=back, ahead=HORIZON)
    return replace(
        following,
        past=following.past * factors[:, :back],
        ahead=following.ahead * factors[:, back:],
    )


def themed(following: Following, factors: Floats) -> Following:
    """Return what age and theme together let expect.

    Args:
        following: What age does.
        factors: As `theme_factors` gives them, shape (styles, periods + HORIZON).
    """
    return replace(
        following,
        past=following.past * factors[:, :-HORIZON],
        ahead=following.ahead * factors[:, -HORIZON:],
    )


def _law(panel: DemandPanel, ways: Sequence[Ways], count: int) -> Floats:
    """Return how likely each way is for each style before its history, (styles, count)."""
    law = np.zeros((len(panel.styles), count))
    for row, style, own in zip(law, panel.styles, ways, strict=True):
        row[: len(own.chances)] = own.chances
        if style.launched is None:
            even = np.arange(count) == 0
            row[:] = EVEN_OF_AGELESS * even + (1 - EVEN_OF_AGELESS) * row
    return law


def _rates(panel: DemandPanel, evidence: Evidence, priors: BrandPriors, base: Floats) -> Floats:
    """Return each style's weekly rate if it took each way, (ways, styles).

    Ways agree about today more than about the launch: one that fades had a stronger launch.
    """
    expected = np.exp([priors.rate(style).log_mean for style in panel.styles])
    units = np.where(base[0] > 0, evidence.seen_units, 0.0).sum(axis=1)
    return np.asarray((units + 1.0) / (base.sum(axis=2) + 1.0 / expected))


def _usual(panel: DemandPanel, priors: BrandPriors, rate: Floats) -> Floats:
    """Return how usual each way's rate is in a style's family, 1 at most, (ways, styles).

    Powers ask for much the same rate; a style that just began at the pace of a slow one would need
    a rate that few have. Without this, simulated launches 3 weeks old were missed by 7% more.
    """
    laws = [priors.rate(style) for style in panel.styles]
    log_mean, log_sd = (
        np.array([getattr(law, name) for law in laws]) for name in ("log_mean", "log_sd")
    )
    return np.asarray(np.exp(-0.5 * ((np.log(rate) - log_mean) / log_sd) ** 2))


def _at_ways(panel: DemandPanel, age_weeks: Floats, ways: Mapping[str, Ways], count: int) -> Floats:
    """Return each style's profile by each way at these ages, (count, styles, periods)."""
    relative = np.ones((count, *age_weeks.shape))
    categories = np.array([style.category or "" for style in panel.styles])
    for category, own in ways.items():
        chosen = categories == category
        for way, (profile, tempo) in enumerate(zip(own.profiles, own.tempos, strict=True)):
            relative[way, chosen] = at_ages(profile, age_weeks[chosen] / tempo)
    return relative
