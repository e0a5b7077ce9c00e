"""What a brand's past says about a style that has none: rate, launch profile, sizes, noise."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel, PanelStyle
from app.forecasting.evidence import Evidence, gather
from app.forecasting.model import Floats

PROFILE_WEEKS = 52
"""Weeks of age that a launch profile covers; older styles keep its last value."""

LAUNCH_WEEKS = 13
"""Weeks that a style's weekly rate is the mean of: the launch profile averages 1 over them."""

LIVED_WEEKS = 4.0
"""Weeks in stock from which a style teaches others."""

DEFAULT_LOG_MEAN = float(np.log(5.0))
DEFAULT_LOG_SD = 1.5
"""With no past at all: five units a week, and the 80% interval from less than one to thirty."""

LIKE_WEIGHT = 0.7
"""How far the styles that a new one is said to be like replace its family's rate."""

LIKE_SD_SHARE = 0.75
"""Share of the family's spread that remains once such styles are known."""

CATEGORY_STYLES = 2.0
"""Styles of the brand as a whole that a family's own have to outweigh."""

PROFILE_STYLES = 10.0
"""Styles at the week before (a family: at the brand's) that a week of a profile starts from."""

SIZE_UNITS = 50.0
"""Units evenly split over the sizes that a size curve starts from."""

SPREAD_STYLES = 6.0
"""Styles at the default spread or noise that a brand's own have to outweigh."""

DEFAULT_OVERDISPERSION = 0.4
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

    def profile_at(self, category: str | None, age_weeks: Floats) -> Floats:
        """Return demand at these ages over the mean of the launch; 0 before it."""
        profile = np.array(self.profiles.get(category or "", self.profile))
        relative = np.interp(age_weeks, np.arange(PROFILE_WEEKS) + 0.5, profile)
        return np.asarray(np.where(age_weeks > 0, relative, 0.0))

    def period_overdispersion(self, period_days: int) -> float:
        """Return the overdispersion of a period of this many days."""
        return self.overdispersion * (DAILY_OVERDISPERSION if period_days == 1 else 1.0)

    def to_json(self) -> dict[str, Any]:
        """Return the priors as JSON types; reading them back gives the same bits."""
        return {**asdict(self), "profile": list(self.profile)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "BrandPriors":
        """Return the priors that `to_json` made `stored` of."""
        return cls(
            brand=RatePrior(**stored["brand"]),
            categories={key: RatePrior(**law) for key, law in stored["categories"].items()},
            rates=stored["rates"],
            profile=tuple(stored["profile"]),
            profiles={key: tuple(values) for key, values in stored["profiles"].items()},
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
    evidence = gather(panel, expected_split(panel, default))
    lived = evidence.seen_share.sum(axis=1) >= LIVED_WEEKS
    if not lived.any():
        return default
    categories = np.array([style.category or "" for style in panel.styles])
    rates, profile = _rates_and_profile(panel, evidence, lived)
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
                _profile(evidence, np.exp(rates), lived & (categories == name), profile).tolist()
            )
            for name in named
        },
        sizes=_size_curves(panel, evidence, categories),
        overdispersion=_overdispersion(evidence),
        drift_cv=_drift_cv(evidence, profile),
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


def _rates_and_profile(
    panel: DemandPanel, evidence: Evidence, lived: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Return the log weekly rate of every style and the brand's launch profile.

    Each is computed from the other, starting flat: a style seen for its first weeks only would
    otherwise pass for a stronger one than it is. Only styles whose launch lies inside the
    panel shape the profile.
    """
    on_sale = evidence.on_sale > 0
    launch_seen = np.array([style.launched is not None for style in panel.styles]) | ~on_sale[:, 0]
    profile = np.ones(PROFILE_WEEKS)
    age = evidence.age_weeks
    early = np.where(age < LAUNCH_WEEKS, evidence.seen_share, 0.0)
    weight = np.where(early.sum(axis=1, keepdims=True) >= LIVED_WEEKS, early > 0, 1.0)
    rates = np.zeros(len(panel.styles))
    for _ in range(3):
        expected = _relative(age, profile) * evidence.seen_share * weight
        units = (evidence.seen_units * weight).sum(axis=1)
        rates = np.log((units + 0.5) / np.maximum(expected.sum(axis=1), 0.1))
        profile = _profile(evidence, np.exp(rates), lived & launch_seen, None)
    return rates, profile


def _relative(age_weeks: Floats, profile: Floats) -> Floats:
    """Return the profile at each age, its ends carried on."""
    return np.asarray(np.interp(age_weeks, np.arange(PROFILE_WEEKS) + 0.5, profile))


def _profile(
    evidence: Evidence, rate: Floats, teaches: NDArray[np.bool_], base: Floats | None
) -> Floats:
    """Return demand by week of age over the launch mean, shrunk to `base` or the week before.

    Styles count by what their noise lets them say: a bestseller's week is worth a few styles'.
    """
    week = np.floor(evidence.age_weeks[teaches]).astype(np.int64)
    inside = (week >= 0) & (week < PROFILE_WEEKS)
    rates = rate[teaches][:, None]
    weight = np.broadcast_to(1.0 / (1.0 + DEFAULT_OVERDISPERSION * rates), week.shape)[inside]
    sold = np.bincount(
        week[inside], weight * evidence.seen_units[teaches][inside], minlength=PROFILE_WEEKS
    )
    expected = np.bincount(
        week[inside],
        weight * (rates * evidence.seen_share[teaches])[inside],
        minlength=PROFILE_WEEKS,
    )
    profile = np.ones(PROFILE_WEEKS)
    before = 1.0
    for index in range(PROFILE_WEEKS):
        prior = before if base is None else base[index]
        profile[index] = before = (sold[index] + PROFILE_STYLES * prior) / (
            expected[index] + PROFILE_STYLES
        )
    return np.asarray(profile / profile[:LAUNCH_WEEKS].mean())


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


def _drift_cv(evidence: Evidence, profile: Floats) -> float:
    """Return how far styles' scales stray from the first half of their life to the second."""
    expected = _relative(evidence.age_weeks, profile) * evidence.seen_share
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
