"""What a brand's past teaches, learned from its whole panel at once."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel
from app.demand.panel_parts import by_code, part
from app.forecasting.model import Floats, Ints
from app.forecasting.past.curves import learn_splits
from app.forecasting.past.families import learn_family_seasons
from app.forecasting.past.powers import law_of_powers, to_powers, weights_of_powers
from app.forecasting.past.priors import DEFAULT_DRIFT_CV, BrandPriors
from app.forecasting.past.profiles import (
    DEFAULT_OVERDISPERSION,
    LIVED_WEEKS,
    at_ages,
    family_profile,
    rates_and_profile,
    until_end,
    while_sold,
)
from app.forecasting.past.rates import learn_rates
from app.forecasting.past.season import in_season, learn_season
from app.forecasting.past.sizes import split_prior
from app.forecasting.past.succession import learn_succession
from app.forecasting.past.themes import in_theme, learn_themes, theme_factors
from app.forecasting.past.track import Lived, folds_of, missed_less, take_record
from app.forecasting.past.ways_learning import has_families, with_ways
from app.forecasting.seen.activity import learn_hazard
from app.forecasting.seen.ages import first_sale_of, with_known_launches
from app.forecasting.seen.evidence import Evidence, gather, strayed
from app.forecasting.seen.orders import learn_orders, telling_units

SPREAD_STYLES = 6.0
"""Styles at the default noise that a brand's own have to outweigh."""

LEAST_DRIFT_CV = 0.15

YEAR_WEEKS = 52
"""Weeks after which a week of the year has been seen before."""


def learn_priors(panel: DemandPanel) -> BrandPriors:
    """Return what the panel's styles teach about each other and about styles without a past.

    A style teaches once it was in stock for four weeks; with none the default stays. Nothing
    here depends on what else a batch held, nor on the order of the styles: give it the brand's
    whole panel. What costs a model is not learned here: the pool's weights and the returns keep
    their default.
    """
    panel = by_code(in_weeks(panel))
    if not panel.styles or not panel.demand.size:
        return BrandPriors()
    first_sale = first_sale_of(panel)
    panel = with_known_launches(panel, first_sale)
    taught = replace(_learn(panel), first_sale=first_sale)
    if not taught.styles:
        return taught
    lived = _lived(panel, taught)
    if has_families(taught):
        other = _with_ways(panel, taught)
        lived_so = replace(lived, priors=_of_folds(panel, lived.folds, lived.priors))
        if missed_less(lived_so, lived):
            taught, lived = other, lived_so
    return replace(taught, calibration=take_record(lived))


def _with_ways(panel: DemandPanel, taught: BrandPriors) -> BrandPriors:
    """Return what was learned with the ways that styles took through their profiles."""
    plain = while_sold(evidence_of(panel, taught))
    evidence = in_season(plain, taught.seasons_of(panel.styles), panel.origin, 7)
    evidence = in_theme(evidence, theme_factors(panel, taught.themes))
    launched = np.array([style.launched is not None for style in panel.styles], dtype=np.bool_)
    lived = plain.seen_share.sum(axis=1) >= LIVED_WEEKS
    return with_ways(panel, evidence, launched & lived, taught)


def _of_folds(
    panel: DemandPanel, folds: Ints, priors: tuple[BrandPriors, BrandPriors]
) -> tuple[BrandPriors, BrandPriors]:
    """Return what each half's styles are forecast from, with the ways that the other half took."""
    first, second = (
        _with_ways(part(panel, folds != fold), known) if known.styles else known
        for fold, known in enumerate(priors)
    )
    return first, second


def _learn(panel: DemandPanel) -> BrandPriors:
    """Return everything but the calibration."""
    orders = learn_orders(panel)
    default = BrandPriors(orders=orders)
    whole = evidence_of(panel, default)
    plain = while_sold(whole)
    lived = plain.seen_share.sum(axis=1) >= LIVED_WEEKS
    if not lived.any():
        return default
    season = learn_season(panel, plain)
    default = replace(default, season=season, seasons=learn_family_seasons(panel, plain, season))
    evidence = in_season(plain, default.seasons_of(panel.styles), panel.origin, 7)
    categories = np.array([style.category or "" for style in panel.styles])
    rates, profile, shaped = rates_and_profile(panel, evidence, lived)
    themes = learn_themes(panel, evidence, profile)
    if themes:
        evidence = in_theme(evidence, theme_factors(panel, themes))
        rates, profile, shaped = rates_and_profile(panel, evidence, lived)
    overdispersion = _overdispersion(evidence, evidence.seen_units)
    powers = law_of_powers(evidence, profile, shaped, overdispersion)
    teachers = [style for style, old in zip(panel.styles, lived, strict=True) if old]
    return BrandPriors(
        rate_law=learn_rates(teachers, rates[lived]),
        rates={
            style.code: round(float(rate), 6)
            for style, rate in zip(teachers, rates[lived], strict=True)
        },
        profile=tuple(profile.tolist()),
        profiles={
            name: tuple(
                family_profile(
                    evidence, np.exp(rates), shaped & (categories == name), profile
                ).tolist()
            )
            for name in sorted(set(categories[lived]) - {""})
        },
        powers=powers,
        season=default.season,
        seasons=default.seasons,
        themes=themes,
        split=learn_splits(panel, plain, lived),
        overdispersion=overdispersion,
        noise=_overdispersion(evidence, evidence.counted_units),
        drift_cv=_drift_cv(evidence, profile, powers),
        hazard=learn_hazard(whole, _unplanned(panel), overdispersion),
        orders=orders,
        succession=learn_succession(panel, evidence, at_ages(profile, evidence.age_weeks), rates),
    )


def _unplanned(panel: DemandPanel) -> NDArray[np.bool_]:
    """Return which styles have not come to an end that was planned, (styles,)."""
    ends = [style.end_of_life for style in panel.styles]
    return np.array([end is None or end >= panel.origin for end in ends], dtype=np.bool_)


def evidence_of(panel: DemandPanel, priors: BrandPriors) -> Evidence:
    """Return what the panel shows of its styles, until their end of life."""
    told = telling_units(panel, priors.orders)
    return until_end(panel, gather(panel, split_prior(panel, priors.split), told))


def _lived(panel: DemandPanel, taught: BrandPriors) -> Lived:
    """Return the past as the track record needs it: each half forecast by what the other taught."""
    plain = evidence_of(panel, taught)
    seasonal = in_season(plain, taught.seasons_of(panel.styles), panel.origin, 7)
    seasonal = in_theme(seasonal, theme_factors(panel, taught.themes))
    folds = folds_of(panel)
    by_others = tuple(
        _learn(part(panel, folds != fold)) if (folds != fold).any() else BrandPriors()
        for fold in (0, 1)
    )
    told_before = np.arange(plain.seen_share.shape[1]) >= YEAR_WEEKS
    return Lived(
        panel=panel,
        evidence=seasonal,
        wanted=np.where(plain.seen_share > 0, plain.counted_units, 0.0),
        seen_share=np.where(told_before, seasonal.seen_share, plain.seen_share),
        folds=folds,
        priors=(by_others[0], by_others[1]),
    )


def in_weeks(panel: DemandPanel) -> DemandPanel:
    """Return the panel in weeks counted back from the origin; days of a part week are dropped."""
    if panel.period_days == 7:
        return panel
    skus, days = panel.demand.shape
    weeks = days // 7

    def by_week(values: Floats) -> Floats:
        return np.asarray(values[:, days - weeks * 7 :].reshape(skus, weeks, 7))

    exposure = by_week(panel.exposure)
    in_stock = by_week(panel.in_stock_share)
    total = exposure.sum(axis=2)
    return replace(
        panel,
        period_days=7,
        demand=by_week(panel.demand.astype(np.float64)).sum(axis=2).astype(np.int64),
        returned=by_week(panel.returned.astype(np.float64)).sum(axis=2).astype(np.int64),
        orders=by_week(panel.orders.astype(np.float64)).sum(axis=2).astype(np.int64),
        largest=by_week(panel.largest.astype(np.float64)).max(axis=2).astype(np.int64),
        contracted=by_week(panel.contracted.astype(np.float64)).sum(axis=2).astype(np.int64),
        exposure=total / 7,
        in_stock_share=np.where(
            total > 0, (in_stock * exposure).sum(axis=2) / np.maximum(total, 1e-9), 1.0
        ),
    )


def _overdispersion(evidence: Evidence, units: Floats) -> float:
    """Return the brand's overdispersion of a week's units around their local level."""
    mean, excess = strayed(evidence, units)
    enough = (mean.sum(axis=1) >= 10.0) & ((evidence.seen_share > 0).sum(axis=1) >= 8)
    own = np.clip(excess[enough] / (mean[enough] ** 2).sum(axis=1), 0.0, 5.0)
    return float(
        (own.sum() + SPREAD_STYLES * DEFAULT_OVERDISPERSION) / (enough.sum() + SPREAD_STYLES)
    )


def _drift_cv(evidence: Evidence, profile: Floats, powers: tuple[float, ...]) -> float:
    """Return how far styles' scales stray from the first half of their life to the second.

    Beyond what the power that each follows the profile to explains.
    """
    share = evidence.seen_share
    base = np.stack([at_ages(power, evidence.age_weeks) * share for power in to_powers(profile)])
    law = np.broadcast_to(np.array(powers), (len(share), len(powers)))
    weights = weights_of_powers(
        evidence.seen_units, base, law, _overdispersion(evidence, evidence.seen_units)
    )
    expected = np.asarray((weights.T[:, :, None] * base).sum(axis=0))
    run = np.cumsum(expected, axis=1)
    first = run <= run[:, -1:] / 2
    units = np.stack([(evidence.seen_units * half).sum(axis=1) for half in (first, ~first)])
    weeks = np.stack([(expected * half).sum(axis=1) for half in (first, ~first)])
    enough = (units.sum(axis=0) >= 20.0) & (weeks.min(axis=0) >= 6.0)
    ratio = np.log((units[:, enough] + 0.5) / weeks[:, enough])
    noise = (
        1 / (units[:, enough] + 0.5)
        + _overdispersion(evidence, evidence.seen_units) / weeks[:, enough]
    ).sum(0)
    own = np.clip((ratio[1] - ratio[0]) ** 2, 0.0, 2.0) - noise
    variance = (own.sum() + SPREAD_STYLES * DEFAULT_DRIFT_CV**2) / (enough.sum() + SPREAD_STYLES)
    return float(np.clip(np.sqrt(max(variance, 0.0)), LEAST_DRIFT_CV, 1.0))
