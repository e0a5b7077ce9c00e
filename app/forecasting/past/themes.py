"""Families that names tell of: words whose styles share a season of their own beside the brand's.

"Christmas" in a name says when a style sells, whether or not the brand states a category. Of the
words that several styles share, those are themes whose styles strayed together: what they sold in
each week over what their own levels and the brand's season let expect, against how far they scatter
around that. The strongest word is taken with all of its styles, then the strongest among the
others, until none strays enough. In weeks of the year not seen yet a theme lies between those
before and after: a year ends where it begins.

Unlike one brand's campaigns, what dozens of styles do through a year comes back: in the weeks to
come the factors hold in full.

Source:
    Dalhart (1974), "Class Seasonality: A New Approach", APICS Conference Proceedings. Morris
    (1983), "Parametric Empirical Bayes Inference", JASA 78(381): the shrinkage of a theme's weeks.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel, PanelStyle
from app.forecasting.model import Floats, Ints
from app.forecasting.past.profiles import at_ages
from app.forecasting.past.season import SMOOTH, SMOOTH_WEEKS
from app.forecasting.past.steady import SEASON_WEEKS, STYLE_OVERDISPERSION, weeks_of_year
from app.forecasting.seen.evidence import Evidence

Bools = NDArray[np.bool_]

THEME_STYLES = 8
"""Styles seen for `LEAST_WEEKS` from which a word can be a theme: fewer show no agreement."""

LEAST_WEEKS = 8

MOST_SHARE = 0.5
"""Largest share of the brand's styles in a theme: what most of them do is the brand's season."""

MOST_THEMES = 8
MOST_WORDS = 200
"""Themes learned, and words tried, the commonest first."""

LEAST_STRAYING = 10.0
"""Mean square of a theme's weeks over the variance that its styles' scatter gives them. Words of
real names that mean no season reach 20 by a few bestsellers; "christmas" reached 100 to 250."""

ROUNDS = 3
"""Rounds between the styles' levels and the theme's factors, each computed from the other."""

WEEK_UNITS = 2.0
"""Weighted units at no straying that a week's own have to outweigh."""

MOST_STRAYING = 2.3
"""Largest log of a factor: ten times."""

SMOOTH_SHARE = sum(share**2 for share in SMOOTH)
"""Variance of a smoothed week over its own, its neighbours being as well known."""

_WORD = re.compile(r"[^\W\d_]{4,}")


def words_of(name: str) -> frozenset[str]:
    """Return the words of a name that could be a theme, case folded."""
    return frozenset(_WORD.findall(name.casefold()))


def theme_of(style: PanelStyle, themes: Mapping[str, Sequence[float]]) -> str | None:
    """Return the strongest of these themes, given strongest first, that a style's name tells of."""
    if not themes:
        return None
    words = words_of(style.name)
    return next((theme for theme in themes if theme in words), None)


def theme_factors(
    panel: DemandPanel, themes: Mapping[str, Sequence[float]], *, ahead: int = 0
) -> Floats:
    """Return what its theme makes of each style's demand, > 0, (styles, periods + ahead).

    In each period of the panel, and in so many to come; 1 for a style of no theme.
    """
    periods = panel.demand.shape[1]
    factors = np.ones((len(panel.styles), periods + ahead))
    weeks = weeks_of_year(panel.origin, panel.period_days, np.arange(-periods, ahead))
    for row, style in enumerate(panel.styles):
        theme = theme_of(style, themes)
        if theme is not None:
            factors[row] = np.array(themes[theme])[weeks]
    return factors


def in_theme(evidence: Evidence, factors: Floats) -> Evidence:
    """Return the evidence with the themes as if they were stock: no style's own doing.

    Args:
        evidence: What a panel shows.
        factors: As `theme_factors` gives them for its periods, shape (styles, periods).
    """
    return replace(
        evidence,
        seen_share=evidence.seen_share * factors,
        blind_share=evidence.blind_share * factors,
    )


def learn_themes(
    panel: DemandPanel, evidence: Evidence, profile: Floats
) -> dict[str, tuple[float, ...]]:
    """Return each theme's factor of each week of the year beside the brand's, strongest first.

    SEASON_WEEKS factors each, > 0, by the theme's word.

    Args:
        panel: The brand's styles by week.
        evidence: What it shows, the brand's season in its shares.
        profile: The brand's launch profile, shape (PROFILE_WEEKS,).
    """
    shown = _shown(panel, evidence, profile)
    words = [words_of(panel.styles[row].name) for row in shown.rows]
    shared = Counter(word for own in words for word in own)
    of_word = {
        word: np.array([word in own for own in words], dtype=np.bool_)
        for word, styles in sorted(shared.items(), key=lambda one: (-one[1], one[0]))[:MOST_WORDS]
        if THEME_STYLES <= styles <= MOST_SHARE * len(words)
    }
    themes: dict[str, tuple[float, ...]] = {}
    found = {word: _strayed(shown.of(has)) for word, has in of_word.items()}
    while found and len(themes) < MOST_THEMES:
        theme = max(found, key=lambda word: (found[word].strength, word))
        if found[theme].strength < LEAST_STRAYING:
            break
        themes[theme] = tuple(np.exp(_between(found[theme])).round(6).tolist())
        taken = of_word[theme]
        touched = [word for word in found if (of_word[word] & taken).any()]
        for word in touched:
            del found[word]
            of_word[word] = of_word[word] & ~taken
            if of_word[word].sum() >= THEME_STYLES:
                found[word] = _strayed(shown.of(of_word[word]))
    return themes


@dataclass(frozen=True, eq=False)
class _Shown:
    """What styles sold, and what was to be expected of them at a level of 1 each.

    Attributes:
        rows: Index of each style in the panel, shape (styles,).
        units: Units counted in stock, shape (styles, periods).
        base: What age, stock and the brand's weeks let expect, the same shape.
        week: Week of the year of each period, shape (periods,).
    """

    rows: Ints
    units: Floats
    base: Floats
    week: Ints

    def of(self, chosen: Bools) -> "_Shown":
        return _Shown(self.rows[chosen], self.units[chosen], self.base[chosen], self.week)

    def by_week(self, values: Floats) -> Floats:
        """Return sums over styles by week of the year, shape (SEASON_WEEKS,)."""
        return np.bincount(self.week, values.sum(axis=0), SEASON_WEEKS).astype(np.float64)

    def told(self, factors: Floats) -> tuple[Floats, Floats, Floats]:
        """Return weighted units and what was expected without a theme, by week, and their scatter.

        Against each style's level over all of its life, once these factors are taken out; the
        weight bounds what a bestseller says.
        """
        theme = factors[self.week]
        level = self.units.sum(axis=1) / np.maximum((self.base * theme).sum(axis=1), 1e-9)
        plain = level[:, None] * self.base
        weight = 1.0 / (1.0 + STYLE_OVERDISPERSION * plain * theme)
        missed = weight * (self.units - plain * theme)
        return (
            self.by_week(weight * self.units),
            self.by_week(weight * plain),
            self.by_week(missed**2),
        )


@dataclass(frozen=True, eq=False)
class _Strayed:
    """How some styles strayed from their brand: logs of weeks' factors, and which were seen."""

    strength: float
    logs: Floats
    seen: Bools


def _shown(panel: DemandPanel, evidence: Evidence, profile: Floats) -> _Shown:
    """Return what the styles seen long enough sold, the brand's own weeks in what is expected."""
    on_sale = (evidence.age_weeks > 0) & (evidence.seen_share > 0)
    base = np.where(on_sale, evidence.seen_share * at_ages(profile, evidence.age_weeks), 0.0)
    units = np.where(on_sale, evidence.seen_units, 0.0)
    rows = np.flatnonzero((on_sale.sum(axis=1) >= LEAST_WEEKS) & (units.sum(axis=1) > 0))
    week = weeks_of_year(panel.origin, panel.period_days, np.arange(-base.shape[1], 0))
    shown = _Shown(rows, units[rows], base[rows], week)
    sold, expected, _ = shown.told(np.ones(SEASON_WEEKS))
    usual = (sold + WEEK_UNITS) / (expected + WEEK_UNITS)
    return replace(shown, base=shown.base * usual[week])


def _strayed(shown: _Shown) -> _Strayed:
    """Return how some styles strayed together from what was expected of them."""
    factors = np.ones(SEASON_WEEKS)
    for _ in range(ROUNDS):
        sold, expected, scatter = shown.told(factors)
        seen = expected > 0
        ratio = (sold + WEEK_UNITS) / (expected + WEEK_UNITS)
        logs = np.log(ratio) - np.average(np.log(ratio), weights=expected)
        # A weighted unit has a variance of one: styles that scatter less do so by chance.
        variance = (np.maximum(scatter, expected) + WEEK_UNITS) / (sold + WEEK_UNITS) ** 2
        precision = np.where(seen, 1.0 / variance, 0.0)
        squares = precision * logs**2
        straying = max(float((squares - seen).sum()) / float(precision.sum()), 0.0)
        near = _smooth(precision)
        smooth = _smooth(precision * logs) / np.maximum(near, 1e-12)
        shrunk = smooth * straying / (straying + SMOOTH_SHARE / np.maximum(near, 1e-12))
        logs = np.where(seen, np.clip(shrunk, -MOST_STRAYING, MOST_STRAYING), 0.0)
        factors = np.exp(logs)
    return _Strayed(float(squares.sum()) / max(int(seen.sum()) - 1, 1), logs, seen)


def _smooth(values: Floats) -> Floats:
    """Return each week's value and its neighbours', weighed, around the year, (SEASON_WEEKS,)."""
    rolled = (
        share * np.roll(values, apart) for apart, share in zip(SMOOTH_WEEKS, SMOOTH, strict=True)
    )
    return np.asarray(sum(rolled))


def _between(strayed: _Strayed) -> Floats:
    """Return the logs with weeks not seen between the last seen before and the first after."""
    seen = np.flatnonzero(strayed.seen)
    around = np.concatenate([seen - SEASON_WEEKS, seen, seen + SEASON_WEEKS])
    return np.asarray(np.interp(np.arange(SEASON_WEEKS), around, np.tile(strayed.logs[seen], 3)))
