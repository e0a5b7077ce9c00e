"""How well a style will sell before it has: from family, attributes, price and likeness.

The log of the weekly rate over the launch is a linear model of what a style is: an effect for
its category and for each of its attributes, and a slope in the log of its price. A Bayesian
ridge: each effect starts from none, and how far it may stray is chosen by leaving each style out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.demand.panel import PanelStyle
from app.forecasting.model import Floats

DEFAULT_LOG_MEAN = float(np.log(5.0))
DEFAULT_LOG_SD = 1.5
"""With no past at all: five units a week, and the 80% interval from less than one to thirty."""

DEFAULT_STYLES = 0.5
"""Styles at the default rate that a brand's own have to outweigh."""

SPREAD_STYLES = 6.0
"""Styles at the default spread that a brand's own have to outweigh."""

EFFECT_SDS = (0.1, 0.2, 0.4, 0.8, 1.6)
"""How far effects may stray from none, one of which is chosen."""

FREAK_SDS = 3.0
MAD_TO_SD = 1.4826
LEAST_ROBUST_SD = 0.5
"""A rate counts as at most so many robust standard deviations from the median rate, which are
never taken for smaller than this: log rates of real launches have one above 1."""

MOST_EFFECTS = 100
"""Effects learned, of what most styles share: the rest are too rare to tell."""

LIKE_WEIGHT = 0.7
"""How far the styles that a new one is said to be like replace what its features say."""

LIKE_SD_SHARE = 0.75
"""Share of the spread that remains once such styles are known."""

LIKE_PAIRS = 10.0
"""Styles at that weight that a brand's own likenesses have to outweigh."""


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
class RateLaw:
    """What a brand's styles that have lived teach about the rate of one that has not.

    Attributes:
        brand: Rate of a style of which nothing is known.
        effects: What each feature adds to the log rate, by name.
        log_price: Mean log price that the slope turns around.
        cheapest: Lowest log price seen, less that mean; the slope is not carried beyond.
        dearest: Highest log price seen, less that mean.
        spread: Standard deviation that remains around the effects, by category; any style
            under "".
        counts: Styles behind each category.
        like_weight: How far the styles it is said to be like replace what features say.
    """

    brand: RatePrior = RatePrior()
    effects: Mapping[str, float] = field(default_factory=dict)
    log_price: float = 0.0
    cheapest: float = 0.0
    dearest: float = 0.0
    spread: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    like_weight: float = LIKE_WEIGHT

    def of(self, style: PanelStyle) -> RatePrior:
        """Return the law of a style's weekly rate by its features."""
        features = _features(style, self.log_price)
        if "price" in features:
            features["price"] = min(max(features["price"], self.cheapest), self.dearest)
        total = sum(self.effects.get(name, 0.0) * value for name, value in features.items())
        category = style.category or ""
        return RatePrior(
            log_mean=self.brand.log_mean + total,
            log_sd=self.spread.get(category, self.spread.get("", self.brand.log_sd)),
            styles=self.counts.get(category, self.brand.styles),
        )

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "RateLaw":
        """Return the law that `asdict` made `stored` of."""
        return cls(**{**stored, "brand": RatePrior(**stored["brand"])}) if stored else cls()


def with_likes(law: RatePrior, known: Sequence[float], weight: float) -> RatePrior:
    """Return the law once the log rates of styles it is said to be like are known."""
    if not known:
        return law
    return RatePrior(
        log_mean=weight * float(np.mean(known)) + (1 - weight) * law.log_mean,
        log_sd=LIKE_SD_SHARE * law.log_sd,
        styles=law.styles,
    )


def learn_rates(styles: Sequence[PanelStyle], log_rates: Floats) -> RateLaw:
    """Return the law of the log weekly rates of styles that have lived, (styles,).

    Rates far from all others count as the last that is not: two freaks among twenty styles
    would otherwise have every new one sell by the thousand.
    """
    count = len(styles)
    log_rates = _without_freaks(log_rates)
    own = count / (count + DEFAULT_STYLES)
    centre = own * float(log_rates.mean()) + (1 - own) * DEFAULT_LOG_MEAN
    priced = [np.log(style.price) for style in styles if style.price > 0]
    log_price = float(np.mean(priced)) if priced else 0.0
    features = [_features(style, log_price) for style in styles]
    names = _shared(features)
    errors = log_rates - centre
    brand_sd = _shrunk_sd(errors, DEFAULT_LOG_SD)
    effects = np.zeros(0)
    if names:
        matrix = np.array([[row.get(name, 0.0) for name in names] for row in features])
        effects, errors = _ridge(matrix, errors, brand_sd)
    remaining = _shrunk_sd(errors, DEFAULT_LOG_SD)
    categories = np.array([style.category or "" for style in styles])
    families = sorted(set(categories.tolist()) - {""})
    law = RateLaw(
        brand=RatePrior(centre, brand_sd, count),
        effects={name: round(float(e), 6) for name, e in zip(names, effects, strict=True)},
        log_price=log_price,
        cheapest=float(min(priced, default=log_price)) - log_price,
        dearest=float(max(priced, default=log_price)) - log_price,
        spread={"": remaining}
        | {name: _shrunk_sd(errors[categories == name], remaining) for name in families},
        counts={name: int((categories == name).sum()) for name in families},
    )
    return RateLaw(**{**law.__dict__, "like_weight": _like_weight(styles, log_rates, law)})


def _without_freaks(log_rates: Floats) -> Floats:
    """Return rates cut at some robust standard deviations from their median."""
    median = np.median(log_rates)
    spread = max(MAD_TO_SD * float(np.median(np.abs(log_rates - median))), LEAST_ROBUST_SD)
    return np.clip(log_rates, median - FREAK_SDS * spread, median + FREAK_SDS * spread)


def _features(style: PanelStyle, log_price: float) -> dict[str, float]:
    """Return what a style is, as numbers: 1 for what it has, its price on a log scale."""
    named = [f"category={style.category}"] if style.category else []
    named += [f"{key}={value}" for key, value in sorted(style.attributes.items())]
    features = dict.fromkeys(named, 1.0)
    if style.price > 0:
        features["price"] = float(np.log(style.price)) - log_price
    return features


def _shared(features: Sequence[Mapping[str, float]]) -> list[str]:
    """Return the names of the features that several styles have, the commonest first."""
    count = Counter(name for row in features for name, value in row.items() if value)
    shared = [(-styles, name) for name, styles in count.items() if styles > 1]
    return [name for _, name in sorted(shared)[:MOST_EFFECTS]]


def _ridge(matrix: Floats, errors: Floats, sd: float) -> tuple[Floats, Floats]:
    """Return effects, and what each style's rate misses by when it was left out.

    Source:
        Hastie, Tibshirani & Friedman (2009), "The Elements of Statistical Learning", 7.52: the
        left-out residual of a linear smoother is its residual over one less its leverage.
    """
    gram, moment = matrix.T @ matrix, matrix.T @ errors
    best: tuple[float, Floats, Floats] | None = None
    for effect_sd in EFFECT_SDS:
        inverse = np.linalg.inv(gram + np.eye(len(gram)) * (sd / effect_sd) ** 2)
        effects = inverse @ moment
        leverage = np.einsum("ij,jk,ik->i", matrix, inverse, matrix, optimize=True)
        left_out = (errors - matrix @ effects) / np.maximum(1.0 - leverage, 0.05)
        loss = float((left_out**2).sum())
        if best is None or loss < best[0]:
            best = (loss, effects, left_out)
    if best is None or best[0] >= float((errors**2).sum()):
        return np.zeros(len(gram)), errors
    return best[1], best[2]


def _shrunk_sd(errors: Floats, base: float) -> float:
    squares = float((errors**2).sum()) + SPREAD_STYLES * base**2
    return float(np.sqrt(squares / (len(errors) + SPREAD_STYLES)))


def _like_weight(styles: Sequence[PanelStyle], log_rates: Floats, law: RateLaw) -> float:
    """Return how far likeness replaced features among the styles that have lived.

    The least-squares weight of (likes' rate - features' rate), shrunk to the default.
    """
    rates = dict(zip((style.code for style in styles), log_rates, strict=True))
    above, below, pairs = 0.0, 0.0, 0
    for style, rate in zip(styles, log_rates, strict=True):
        known = [rates[code] for code in style.like if code in rates and code != style.code]
        if known:
            expected = law.of(style).log_mean
            difference = float(np.mean(known)) - expected
            above += difference * (float(rate) - expected)
            below += difference**2
            pairs += 1
    base = LIKE_PAIRS * DEFAULT_LOG_SD**2 / 4
    return float(np.clip((above + base * LIKE_WEIGHT) / (below + base), 0.0, 1.0))
