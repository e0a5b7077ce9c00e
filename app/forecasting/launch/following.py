"""How far each style follows the launch profile that its brand's other styles taught.

A style that sells evenly in a brand whose launches fade must not be forecast to fade. Its
weight of each power of the profile starts at the brand's law and is moved by its own history;
what is expected of it is the mean over the powers, flatter than the profile wherever its own
history does not yet say which power is its own.
"""

from dataclasses import dataclass, replace

import numpy as np

from app.demand.panel import DemandPanel
from app.forecasting.model import HORIZON, Floats
from app.forecasting.past.powers import POWERS, to_powers, weights_of_powers
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.profiles import at_ages
from app.forecasting.past.season import season_at
from app.forecasting.seen.ages import ages_ahead
from app.forecasting.seen.evidence import Evidence

SPREAD_WEEKS = 13
"""Weeks to come about whose total the powers may disagree."""

EVEN_OF_AGELESS = 0.5
"""How likely demand is even, whatever the brand's law, where the launch day is not known."""


@dataclass(frozen=True, eq=False)
class Following:
    """What each style's age alone lets expect, over the mean of its launch.

    Attributes:
        past: In each period of the panel, > 0, shape (styles, periods).
        ahead: In each period to come, > 0, shape (styles, HORIZON).
        cv: How far the powers disagree about the total to come, shape (styles,).
    """

    past: Floats
    ahead: Floats
    cv: Floats


def follow(panel: DemandPanel, evidence: Evidence, priors: BrandPriors) -> Following:
    """Return how each style's demand moves with its age, as far as its own history says."""
    weeks = panel.period_days / 7.0
    past = _powers_at(panel, evidence.age_weeks, priors)
    ahead = _powers_at(panel, ages_ahead(panel, evidence.age_weeks), priors)
    base = past * np.where(evidence.age_weeks > 0, evidence.seen_share * weeks, 0.0)
    likely = weights_of_powers(
        evidence.seen_units,
        base,
        _law(panel, priors),
        priors.period_overdispersion(panel.period_days),
    )
    rate = _rates(panel, evidence, priors, base)
    weight = likely.T * rate
    weight = weight / weight.sum(axis=0)
    periods = min(HORIZON, round(SPREAD_WEEKS / weeks))
    total = rate * ahead[:, :, :periods].sum(axis=2)
    mean, square = (likely.T * total).sum(axis=0), (likely.T * total**2).sum(axis=0)
    return Following(
        past=np.asarray((weight[:, :, None] * past).sum(axis=0)),
        ahead=np.asarray((weight[:, :, None] * ahead).sum(axis=0)),
        cv=np.sqrt(np.maximum(square / mean**2 - 1.0, 0.0)),
    )


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


def _law(panel: DemandPanel, priors: BrandPriors) -> Floats:
    """Return how likely each power is for each style before its history, (styles, powers)."""
    law = np.array(priors.powers)
    even = np.where(POWERS == 0, 1.0, 0.0)
    mixed = EVEN_OF_AGELESS * even + (1 - EVEN_OF_AGELESS) * law
    rows = [mixed if style.launched is None else law for style in panel.styles]
    return np.array(rows).reshape(len(panel.styles), len(law))


def _rates(panel: DemandPanel, evidence: Evidence, priors: BrandPriors, base: Floats) -> Floats:
    """Return each style's weekly rate if it followed each power, (powers, styles).

    Powers agree about today more than about the launch: one that fades had a stronger launch.
    """
    expected = np.exp([priors.rate(style).log_mean for style in panel.styles])
    units = np.where(base[0] > 0, evidence.seen_units, 0.0).sum(axis=1)
    return np.asarray((units + 1.0) / (base.sum(axis=2) + 1.0 / expected))


def _powers_at(panel: DemandPanel, age_weeks: Floats, priors: BrandPriors) -> Floats:
    """Return each style's profile to each power at these ages, (powers, styles, periods)."""
    relative = np.empty((len(POWERS), *age_weeks.shape))
    categories = np.array([style.category or "" for style in panel.styles])
    for category in set(categories.tolist()):
        chosen = categories == category
        for power, profile in enumerate(to_powers(priors.profile_of(category))):
            relative[power, chosen] = at_ages(profile, age_weeks[chosen])
    return relative
