"""Prior and few periods made into a posterior of a style's scale.

The scale is the style's weekly rate over its launch. Its log has a normal prior, mixed with a wide
one in case the style is unlike its family; each period says how likely the units seen in it are at
each scale, and each period out of stock how likely at least so many were wanted. On a grid, for
all styles at once.

Source:
    Box & Tiao (1968), "A Bayesian Approach to Some Outlier Problems", Biometrika 55(1), for the
    mixture.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, digamma, expit, polygamma

from app.demand.panel import DemandPanel
from app.forecasting.launch.following import Following
from app.forecasting.model import Floats, Ints
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.rates import DEFAULT_LOG_SD
from app.forecasting.seen.activity import AHEAD_WEEKS, gone, quiet_weeks
from app.forecasting.seen.ages import ages_ahead
from app.forecasting.seen.evidence import Evidence

GRID_POINTS = 241
GRID_SDS = 4.0
"""Points of the grid, and prior standard deviations it reaches: its steps stay well under the
posterior's spread, which a noisy handful of periods keeps above a twentieth."""

UNLIKE_OTHERS = 0.02
"""Chance that a style sells as if its family said next to nothing. Without it, one that did not
sell in 12 days, among 60 alike that sell five a day, was still expected to sell three a day."""

SEEN_PERIODS = 104
"""Latest periods that speak; older ones describe another style."""


@dataclass(frozen=True, eq=False)
class Launch:
    """What the launch model says of each style of a panel.

    Attributes:
        mean: Expected demand of each period to come, shape (styles, HORIZON).
        scale_cv: Uncertainty shared by all periods, of a style that is not gone, (styles,).
        gone: Chance that the style's demand is over, shape (styles,).
        prior_weight: Share of the scale that is still prior, 0 to 1, shape (styles,).
        bias: Factor that the brand's record put on the mean, shape (styles,).
        spread: Factor that it put on the uncertainty, shape (styles,).
        record_styles: Styles behind both, shape (styles,).
        period_days: Days in a period.
    """

    mean: Floats
    scale_cv: Floats
    gone: Floats
    prior_weight: Floats
    bias: Floats
    spread: Floats
    record_styles: Ints
    period_days: int


def forecast_launch(
    panel: DemandPanel, evidence: Evidence, priors: BrandPriors, following: Following
) -> Launch:
    """Return the posterior of every style's scale times what its age lets expect, calibrated."""
    laws = [priors.rate(style) for style in panel.styles]
    log_mean = np.array([law.log_mean for law in laws])
    log_sd = np.array([law.log_sd for law in laws])
    weeks = panel.period_days / 7.0
    past = following.past * weeks
    ages = ages_ahead(panel, evidence.age_weeks)
    on_sale = _on_sale(ages, weeks)
    size = 1.0 / priors.period_overdispersion(panel.period_days)

    log_rate, weight = posterior(
        log_mean,
        log_sd,
        seen_units=evidence.seen_units[:, -SEEN_PERIODS:],
        seen_base=(past * evidence.seen_share)[:, -SEEN_PERIODS:],
        blind_units=evidence.blind_units[:, -SEEN_PERIODS:],
        blind_base=(past * evidence.blind_share)[:, -SEEN_PERIODS:],
        begun=evidence.begun[:, -SEEN_PERIODS:],
        size=size,
    )
    rate, shape = gamma_of(log_rate, weight)
    drift = (1 + priors.drift_cv**2) * (1 + following.cv**2)
    scale_variance = (1 + 1 / shape) * drift - 1
    quiet = quiet_weeks(evidence, panel.period_days)
    over = gone(*quiet, priors.hazard, priors.overdispersion)
    mean = ((1 - over) * rate)[:, None] * following.ahead * weeks * on_sale
    near = mean[:, : AHEAD_WEEKS * 7 // panel.period_days].sum(axis=1)
    bias, spread, styles = priors.calibration.at(ages[:, 0], near)
    return Launch(
        mean=bias[:, None] * mean,
        scale_cv=spread * np.sqrt(scale_variance),
        gone=over,
        prior_weight=still_prior(log_rate, weight, log_mean, log_sd),
        bias=bias,
        spread=spread,
        record_styles=styles,
        period_days=panel.period_days,
    )


def posterior(
    log_mean: Floats,
    log_sd: Floats,
    *,
    seen_units: Floats,
    seen_base: Floats,
    blind_units: Floats,
    blind_base: Floats,
    begun: NDArray[np.bool_],
    size: float,
) -> tuple[Floats, Floats]:
    """Return a grid of log rates and the posterior weight of each point, (styles, points).

    Args:
        log_mean: Prior mean of the log weekly rate, shape (styles,).
        log_sd: Prior standard deviation of it, > 0, shape (styles,).
        seen_units: Units counted in stock, shape (styles, periods).
        seen_base: Expected units in stock at a rate of 1, shape (styles, periods); a period
            with none says nothing.
        blind_units: Units that were wanted at least, out of stock, shape (styles, periods).
        blind_base: Expected units out of stock at a rate of 1, shape (styles, periods).
        begun: Periods that are known to have sold, shape (styles, periods): counted as such.
        size: Negative-binomial size of a period, > 0.
    """
    log_rate = _grid(log_mean, log_sd, seen_units + blind_units, seen_base + blind_base)
    score = np.logaddexp(*_log_priors(log_rate, log_mean, log_sd))
    rate = np.exp(log_rate)
    for period in range(seen_units.shape[1]):
        base = seen_base[:, period]
        shown = np.flatnonzero(base > 0)
        expected = rate[shown] * base[shown, None]
        units = seen_units[shown, period, None]
        score[shown] += units * np.log(expected) - (units + size) * np.log(size + expected)
        sold = np.flatnonzero((base > 0) & begun[:, period])
        some = -np.expm1(size * np.log(size / (size + rate[sold] * base[sold, None])))
        score[sold] -= np.log(np.maximum(some, 1e-300))
        hidden = np.flatnonzero((blind_units[:, period] > 0) & (blind_base[:, period] > 0))
        wanted = rate[hidden] * blind_base[hidden, period, None]
        at_least = betainc(blind_units[hidden, period, None], size, wanted / (wanted + size))
        score[hidden] += np.log(np.maximum(at_least, 1e-300))
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    return log_rate, weight / weight.sum(axis=1, keepdims=True)


def _log_priors(log_rate: Floats, log_mean: Floats, log_sd: Floats) -> tuple[Floats, Floats]:
    """Return the log densities of log rates, but for a constant, as one of the family and not.

    Both with their chance. An outsider's spread is the family's and the default one together;
    its mean rate is the family's, so that what is expected before the first sale stays.

    Args:
        log_rate: Shape (styles, points).
        log_mean: Shape (styles,).
        log_sd: Shape (styles,).
    """
    away = log_rate - log_mean[:, None]
    variance = (log_sd**2)[:, None]
    wide = variance + DEFAULT_LOG_SD**2
    like = -0.5 * (away**2 / variance + np.log(variance))
    unlike = -0.5 * ((away + DEFAULT_LOG_SD**2 / 2) ** 2 / wide + np.log(wide))
    return np.log1p(-UNLIKE_OTHERS) + like, np.log(UNLIKE_OTHERS) + unlike


def still_prior(log_rate: Floats, weight: Floats, log_mean: Floats, log_sd: Floats) -> Floats:
    """Return the share of each style's scale that is still prior, 0 to 1, shape (styles,).

    The posterior variance of its log over the prior's, as one of the family and as an outsider,
    each as likely as the sales make it.

    Args:
        log_rate: Grid of log rates, shape (styles, points).
        weight: Posterior weight of each point, shape (styles, points).
        log_mean: Prior mean of the log rate, shape (styles,).
        log_sd: Prior standard deviation of it, > 0, shape (styles,).
    """
    like, unlike = _log_priors(log_rate, log_mean, log_sd)
    outside = expit(unlike - like)
    left = np.zeros(len(log_mean))
    for belongs, variance in (
        (1.0 - outside, log_sd**2),
        (outside, log_sd**2 + DEFAULT_LOG_SD**2),
    ):
        own = weight * belongs
        chance = np.maximum(own.sum(axis=1), 1e-300)
        mean = (own * log_rate).sum(axis=1) / chance
        scatter = (own * (log_rate - mean[:, None]) ** 2).sum(axis=1)
        left += np.minimum(scatter / variance, chance)
    return np.clip(left, 0.0, 1.0)


def _grid(log_mean: Floats, log_sd: Floats, units: Floats, base: Floats) -> Floats:
    """Return grids wide enough for the prior and for a style that sells far outside of it."""
    sold = np.log((units.sum(axis=1) + 0.5) / np.maximum(base.sum(axis=1), 0.05))
    low = np.minimum(log_mean - GRID_SDS * log_sd, sold - 2.0)
    high = np.maximum(log_mean + GRID_SDS * log_sd, sold + 2.0)
    return np.asarray(low[:, None] + (high - low)[:, None] * np.linspace(0, 1, GRID_POINTS))


def gamma_of(log_rate: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return mean and shape of the Gamma nearest each posterior.

    Nearest in Kullback-Leibler divergence: the one with the posterior's mean and mean log.
    Matching the variance instead would put half of a wide prior's paths next to zero.

    Source:
        Minka (2002), "Estimating a Gamma distribution", equations 8 to 10.
    """
    mean = (weight * np.exp(log_rate)).sum(axis=1)
    mean_log = (weight * log_rate).sum(axis=1)
    gap = np.maximum(np.log(mean) - mean_log, 1e-6)
    shape = (3 - gap + np.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
    for _ in range(4):
        step = (np.log(shape) - digamma(shape) - gap) / (1 / shape - polygamma(1, shape))
        shape = np.where(shape - step > 0, shape - step, shape / 2)
    return mean, shape


def _on_sale(age_weeks: Floats, weeks: float) -> Floats:
    """Return the share of each period that lies after the launch, shape (styles, periods)."""
    return np.clip(age_weeks / weeks + 0.5, 0.0, 1.0)
