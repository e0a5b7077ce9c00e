"""What a brand's past says about a style that has none: rate, launch profile, sizes, noise."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel, PanelStyle
from app.forecasting.evidence import Evidence, gather
from app.forecasting.model import Floats
from app.forecasting.profiles import (
    DEFAULT_LAW,
    DEFAULT_OVERDISPERSION,
    LIVED_WEEKS,
    PROFILE_WEEKS,
    at_ages,
    family_profile,
    law_of_powers,
    rates_and_profile,
    to_powers,
    weights_of_powers,
    while_sold,
)

DEFAULT_LOG_MEAN = float(np.log(5.0))
DEFAULT_LOG_SD = 1.5
"""With no past at all: five units a week, and the 80% interval from less than one to thirty."""

LIKE_WEIGHT = 0.7
"""How far the styles that a new one is said to be like replace its family's rate."""

LIKE_SD_SHARE = 0.75
"""Share of the family's spread that remains once such styles are known."""

CATEGORY_STYLES = 2.0
"""Styles of the brand as a whole that a family's own have to outweigh."""

SIZE_UNITS = 50.0
"""Units evenly split over the sizes that a size curve starts from."""

SPREAD_STYLES = 6.0
"""Styles at the default spread or noise that a brand's own have to outweigh."""

DEFAULT_DRIFT_CV = 0.3
LEAST_DRIFT_CV = 0.15
DAILY_OVERDISPERSION = 2.6
"""A day's overdispersion over a week's: between 1 (a week's luck is shared by its days) and 7
(each day has its own), their geometric mean."""


@dataclass(frozen=True)
class RatePrior:
    """Law of a style's weekly rate over its launch: the log is normal.

    Attributes:
        log_mean: Mean of the log of units a week.
        log_sd: Standard deviation of it, > 0.
        styles: Styles that have lived behind it; 0: a default.
    """

    log_mean: float = DEFAULT_LOG_MEAN
    log_sd: float = DEFAULT_LOG_SD
    styles: int = 0


@dataclass(frozen=True)
class BrandPriors:
    """What one brand's styles that have lived teach about the others; a wide default without.

    Attributes:
        brand: Weekly rate of any style.
        categories: Weekly rate by category.
        rates: Log weekly rate of each style that has lived, by code: for those said to be
            like it.
        profile: Demand by week of age over the mean of the launch, any style.
        profiles: The same by category.
        powers: How likely a style is to follow its profile to each of `profiles.POWERS`.
        sizes: Demand of a size label over the mean of its style's sizes, by category; the
            whole brand under "".
        overdispersion: Variance of a week's demand beyond its mean, over the mean squared.
        drift_cv: How far a style's later scale strays from its earlier one.
    """

    brand: RatePrior = RatePrior()
    categories: Mapping[str, RatePrior] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    profile: tuple[float, ...] = (1.0,) * PROFILE_WEEKS
    profiles: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    powers: tuple[float, ...] = DEFAULT_LAW
    sizes: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    overdispersion: float = DEFAULT_OVERDISPERSION
    drift_cv: float = DEFAULT_DRIFT_CV

    def rate(self, style: PanelStyle) -> RatePrior:
        """Return the law of a style's weekly rate before its first sale."""
        family = self.categories.get(style.category or "", self.brand)
        known = [self.rates[code] for code in style.like if code in self.rates]
        if not known:
            return family
        return RatePrior(
            log_mean=LIKE_WEIGHT * float(np.mean(known)) + (1 - LIKE_WEIGHT) * family.log_mean,
            log_sd=LIKE_SD_SHARE * family.log_sd,
            styles=family.styles,
        )

    def profile_of(self, category: str | None) -> Floats:
        """Return a family's demand by week of age over the mean of the launch."""
        return np.array(self.profiles.get(category or "", self.profile))

    def period_overdispersion(self, period_days: int) -> float:
        """Return the overdispersion of a period of this many days."""
        return self.overdispersion * (DAILY_OVERDISPERSION if period_days == 1 else 1.0)

    def to_json(self) -> dict[str, Any]:
        """Return the priors as JSON types; reading them back gives the same bits."""
        return {**asdict(self), "profile": list(self.profile), "powers": list(self.powers)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "BrandPriors":
        """Return the priors that `to_json` made `stored` of."""
        return cls(
            brand=RatePrior(**stored["brand"]),
            categories={key: RatePrior(**law) for key, law in stored["categories"].items()},
            rates=stored["rates"],
            profile=tuple(stored["profile"]),
            profiles={key: tuple(values) for key, values in stored["profiles"].items()},
            powers=tuple(stored.get("powers", DEFAULT_LAW)),
            sizes=stored["sizes"],
            overdispersion=stored["overdispersion"],
            drift_cv=stored["drift_cv"],
        )


def expected_split(panel: DemandPanel, priors: BrandPriors) -> Floats:
    """Return each SKU's expected share of its style before any sale, > 0, shape (skus,).

    By size label where the brand's past knows it, else equal.
    """
    labels = panel.sizes or ("",) * len(panel.sku_codes)
    curves = [
        priors.sizes.get(style.category or "", priors.sizes.get("", {})) for style in panel.styles
    ]
    weight = np.array(
        [
            curves[style].get(label, 1.0)
            for style, label in zip(panel.style_of, labels, strict=True)
        ],
        dtype=np.float64,
    )
    total = np.bincount(panel.style_of, weight, minlength=len(panel.styles))
    return np.asarray(weight / total[panel.style_of])


def learn_priors(panel: DemandPanel) -> BrandPriors:
    """Return what the panel's styles teach about styles without a past.

    A style teaches once it was in stock for four weeks; with none the default stays. Nothing
    here depends on what else a batch held: give it the brand's whole panel.
    """
    if not panel.styles or not panel.demand.size:
        return BrandPriors()
    panel = in_weeks(panel)
    default = BrandPriors()
    evidence = while_sold(panel, gather(panel, expected_split(panel, default)))
    lived = evidence.seen_share.sum(axis=1) >= LIVED_WEEKS
    if not lived.any():
        return default
    categories = np.array([style.category or "" for style in panel.styles])
    rates, profile, shaped = rates_and_profile(panel, evidence, lived)
    overdispersion = _overdispersion(evidence)
    powers = law_of_powers(evidence, profile, shaped, overdispersion)
    brand = _rate_law(rates[lived], RatePrior(), own_mean_after=0.5)
    named = sorted(set(categories[lived]) - {""})
    return BrandPriors(
        brand=brand,
        categories={
            name: _rate_law(rates[lived & (categories == name)], brand, CATEGORY_STYLES)
            for name in named
        },
        rates={
            style.code: round(float(rate), 6)
            for style, rate, old in zip(panel.styles, rates, lived, strict=True)
            if old
        },
        profile=tuple(profile.tolist()),
        profiles={
            name: tuple(
                family_profile(
                    evidence, np.exp(rates), shaped & (categories == name), profile
                ).tolist()
            )
            for name in named
        },
        powers=powers,
        sizes=_size_curves(panel, evidence, categories),
        overdispersion=overdispersion,
        drift_cv=_drift_cv(evidence, profile, powers),
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
        exposure=total / 7,
        in_stock_share=np.where(
            total > 0, (in_stock * exposure).sum(axis=2) / np.maximum(total, 1e-9), 1.0
        ),
    )


def _rate_law(rates: Floats, base: RatePrior, own_mean_after: float) -> RatePrior:
    """Return the law of these log rates, shrunk to `base` while they are few."""
    count = len(rates)
    spread = float(((rates - rates.mean()) ** 2).sum()) + SPREAD_STYLES * base.log_sd**2
    own = count / (count + own_mean_after)
    return RatePrior(
        log_mean=own * float(rates.mean()) + (1 - own) * base.log_mean,
        log_sd=float(np.sqrt(spread / (count + SPREAD_STYLES))),
        styles=count,
    )


def _size_curves(
    panel: DemandPanel, evidence: Evidence, categories: NDArray[np.str_]
) -> dict[str, dict[str, float]]:
    """Return demand of each size label over the mean of its style's sizes, by category and ""."""
    if not panel.sizes:
        return {}
    skus_of = np.bincount(panel.style_of, minlength=len(panel.styles))
    total = np.bincount(panel.style_of, evidence.concentration, minlength=len(panel.styles))
    relative = evidence.concentration * (skus_of / np.maximum(total, 1e-9))[panel.style_of]
    weight = np.minimum(evidence.seen_units.sum(axis=1), 100.0)[panel.style_of]
    labels = np.array(panel.sizes)
    curves: dict[str, dict[str, float]] = {}
    for category in sorted({"", *categories.tolist()}):
        chosen = (categories[panel.style_of] == category) | (category == "")
        curves[category] = {
            str(label): float(
                ((weight * relative)[of_label].sum() + SIZE_UNITS)
                / (weight[of_label].sum() + SIZE_UNITS)
            )
            for label in np.unique(labels[chosen])
            if (of_label := chosen & (labels == label)).any()
        }
    return curves


def _overdispersion(evidence: Evidence) -> float:
    """Return the brand's overdispersion of a week around its local level."""
    mean = evidence.level * evidence.seen_share
    excess = ((evidence.seen_units - mean) ** 2 - mean).sum(axis=1)
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
    weights = weights_of_powers(evidence.seen_units, base, law, _overdispersion(evidence))
    expected = np.asarray((weights.T[:, :, None] * base).sum(axis=0))
    run = np.cumsum(expected, axis=1)
    first = run <= run[:, -1:] / 2
    units = np.stack([(evidence.seen_units * half).sum(axis=1) for half in (first, ~first)])
    weeks = np.stack([(expected * half).sum(axis=1) for half in (first, ~first)])
    enough = (units.sum(axis=0) >= 20.0) & (weeks.min(axis=0) >= 6.0)
    ratio = np.log((units[:, enough] + 0.5) / weeks[:, enough])
    noise = (1 / (units[:, enough] + 0.5) + _overdispersion(evidence) / weeks[:, enough]).sum(0)
    own = np.clip((ratio[1] - ratio[0]) ** 2, 0.0, 2.0) - noise
    variance = (own.sum() + SPREAD_STYLES * DEFAULT_DRIFT_CV**2) / (enough.sum() + SPREAD_STYLES)
    return float(np.clip(np.sqrt(max(variance, 0.0)), LEAST_DRIFT_CV, 1.0))
