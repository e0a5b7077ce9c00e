"""Everything that could speak for a panel's styles: their evidence, launch model, fitted models.

Workers only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel
from app.forecasting.fitted.fits import CRITICAL_RATIO, Fit, FitState, fit_histories
from app.forecasting.fitted.lengths import SHORTEST
from app.forecasting.fitted.series import overdispersions, pattern_of, scale_cv
from app.forecasting.launch.bend import Bend, as_unbent, bend, bent
from app.forecasting.launch.following import Following, follow, seasonal, themed
from app.forecasting.launch.posterior import Launch, forecast_launch
from app.forecasting.model import HORIZON, Floats, kept
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.season import in_season
from app.forecasting.past.sizes import split_prior
from app.forecasting.past.themes import in_theme, theme_factors
from app.forecasting.seen.ages import with_known_launches
from app.forecasting.seen.evidence import Evidence, corrected, gather
from app.forecasting.seen.orders import telling_units

SEEN_ENOUGH = 0.2
"""Share of a style's demand that must be for sale for a period to count as seen."""

SELLING_PERIODS = 3
"""Periods with a sale from which a history has a shape to model."""

LONGEST = {1: 400, 7: 156}
"""Latest periods given to a model, by days in a period: older ones cost time and say little."""


@dataclass(frozen=True, eq=False)
class FittedStyle:
    """What fitted models say of one style.

    Attributes:
        fit: The fit of its history, divided by its patterns.
        weeks: Weeks in stock behind it.
        is_ageless: Whether its launch is not known: the launch model then knows nothing that a
            fit does not.
        mean: Expected demand of each period to come, its patterns put back, shape (HORIZON,).
        rhythm: The weekdays' part of the patterns, shape (HORIZON,).
        scale_cv: Uncertainty that all periods share, from the errors at earlier origins.
    """

    fit: Fit
    weeks: float
    is_ageless: bool
    mean: Floats
    rhythm: Floats
    scale_cv: float


@dataclass(frozen=True, eq=False)
class Layers:
    """What is known and could be said of each style of a panel.

    Attributes:
        evidence: What the panel shows.
        histories: Demand with what stock-outs hid put back, shape (styles, periods).
        noise: Overdispersion of a period of each style, shape (styles,).
        bending: What successors and ends make of demand.
        launch: What the launch model says.
        fits: What fitted models say of the styles old enough, by index; None where none of
            the models could.
    """

    evidence: Evidence
    histories: Floats
    noise: Floats
    bending: Bend
    launch: Launch
    fits: Mapping[int, FittedStyle | None]


@dataclass(frozen=True)
class FitWishes:
    """What a refresh knows of styles that helps to fit them, by style code.

    Attributes:
        warm: The last full fit of each style, as JSON: while it serves, nothing is searched.
        ratios: Critical ratio of each style, strictly between 0 and 1.
    """

    warm: Mapping[str, Mapping[str, Any]]
    ratios: Mapping[str, float]


NO_WISHES = FitWishes({}, {})


def old_histories(panel: DemandPanel, priors: BrandPriors) -> dict[str, Floats]:
    """Return the histories of the styles old enough by code, their patterns taken out."""
    basis = _basis(panel, priors)
    old_enough = np.flatnonzero(is_old_enough(basis.evidence, panel.period_days)).tolist()
    past, patterns, _ = _patterned(panel, basis, old_enough)
    codes = (panel.styles[index].code for index in old_enough)
    return dict(zip(codes, _plain(past, patterns), strict=True))


def layers_of(panel: DemandPanel, priors: BrandPriors, wishes: FitWishes = NO_WISHES) -> Layers:
    """Return what each layer says of every style of a panel, all styles at once."""
    panel = with_known_launches(panel, priors.first_sale)
    basis = _basis(panel, priors)
    noise = overdispersions(basis.evidence, priors, panel.period_days)
    launch = forecast_launch(panel, basis.evidence, priors, basis.following)
    fits = _fitted(panel, basis, noise, priors, wishes)
    return Layers(basis.evidence, basis.histories, noise, basis.bending, launch, fits)


@dataclass(frozen=True, eq=False)
class _Basis:
    """What all layers start from: what was seen, and what age, season and ends let expect."""

    evidence: Evidence
    histories: Floats
    bending: Bend
    following: Following


def _basis(panel: DemandPanel, priors: BrandPriors) -> _Basis:
    panel = with_known_launches(panel, priors.first_sale)
    told = telling_units(panel, priors.orders)
    evidence = gather(panel, split_prior(panel, priors.split), told)
    bending = bend(panel, evidence, priors)
    season = priors.seasons_of(panel.styles)
    theme = theme_factors(panel, priors.themes, ahead=HORIZON)
    unthemed = in_theme(as_unbent(evidence, bending), theme[:, :-HORIZON])
    own = in_season(unthemed, season, panel.origin, panel.period_days)
    aged = themed(bent(follow(panel, own, priors), bending), theme)
    following = seasonal(aged, panel, season)
    return _Basis(evidence, corrected(evidence), bending, following)


def is_old_enough(evidence: Evidence, period_days: int) -> NDArray[np.bool_]:
    """Return which styles have a history that a time series model can use, (styles,)."""
    seen = (evidence.seen_share >= SEEN_ENOUGH).sum(axis=1) >= SHORTEST[period_days]
    return np.asarray(seen & ((evidence.seen_units > 0).sum(axis=1) >= SELLING_PERIODS))


def _fitted(
    panel: DemandPanel, basis: _Basis, noise: Floats, priors: BrandPriors, wishes: FitWishes
) -> dict[int, FittedStyle | None]:
    """Return what the models say of each style old enough, None where none of them could."""
    old_enough = np.flatnonzero(is_old_enough(basis.evidence, panel.period_days)).tolist()
    past, patterns, rhythms = _patterned(panel, basis, old_enough)
    codes = [panel.styles[index].code for index in old_enough]
    fits = fit_histories(
        _plain(past, patterns),
        panel.period_days,
        today=panel.origin,
        ratios=[wishes.ratios.get(code, CRITICAL_RATIO) for code in codes],
        pool=priors.pool,
        warm=[FitState.read(wishes.warm[code]) if code in wishes.warm else None for code in codes],
    )
    fitted: dict[int, FittedStyle | None] = {}
    for place, index in enumerate(old_enough):
        fit = fits[place]
        fitted[index] = None
        if fit is not None:
            rolling = fit.rolling.times(patterns[place])
            fitted[index] = FittedStyle(
                fit=fit,
                weeks=float(basis.evidence.seen_share[index].sum()) * panel.period_days / 7,
                is_ageless=panel.styles[index].launched is None,
                mean=fit.mean * basis.following.ahead[index] * rhythms[place],
                rhythm=rhythms[place],
                scale_cv=scale_cv(rolling, float(noise[index]), priors.drift_cv),
            )
    return fitted


def _plain(past: Sequence[Floats], patterns: Sequence[Floats]) -> list[Floats]:
    """Return histories divided by their patterns, to the digits that are kept."""
    return [kept(history / pattern) for history, pattern in zip(past, patterns, strict=True)]


def _patterned(
    panel: DemandPanel, basis: _Basis, chosen: Sequence[int]
) -> tuple[list[Floats], list[Floats], list[Floats]]:
    """Return each chosen style's history since it went on sale, its pattern, its weekdays ahead."""
    histories, following = basis.histories, basis.following
    first = (np.cumsum(basis.evidence.on_sale, axis=1) == 0).sum(axis=1)
    longest = LONGEST[panel.period_days]
    past, patterns, rhythms = [], [], []
    for index in chosen:
        since = slice(max(first[index], histories.shape[1] - longest), None)
        pattern, rhythm = pattern_of(
            histories[index, since], following.past[index, since], panel.period_days
        )
        past.append(histories[index, since])
        patterns.append(pattern)
        rhythms.append(rhythm)
    return past, patterns, rhythms
