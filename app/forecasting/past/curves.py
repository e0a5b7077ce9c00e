"""What a brand's styles teach about sizes and colorways: which sell, and how far styles differ."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from app.demand.panel import DemandPanel
from app.forecasting.model import Floats, Ints
from app.forecasting.past.labels import normal
from app.forecasting.past.sizes import LabelCurve, SplitPriors
from app.forecasting.seen.evidence import Evidence
from app.forecasting.seen.layout import summed
from app.forecasting.seen.split import COLORWAY_UNITS, SIZE_UNITS

LABEL_UNITS = 5.0
"""Units at the expected popularity that a label's own are shrunk to; a style, however much it
sold, counts for no more units than its curve does."""

MOST_LABELS = 500
"""Labels that a curve keeps, those of the most styles: prints with a name of their own never
come back, and the curves are stored every day."""

ROUNDS = 15
"""Rounds between popularity and concentration, each computed from the other."""

UNITS_GRID = np.geomspace(2.0, 1000.0, 40)
UNITS_LOG_SD = 0.7
"""Grid of the concentration, and how far a brand's lies from the default: by a factor of 2."""


def learn_splits(panel: DemandPanel, evidence: Evidence, teaches: NDArray[np.bool_]) -> SplitPriors:
    """Return the curves of sizes and colorways that the panel's styles teach.

    Args:
        panel: The brand's past.
        evidence: What it shows.
        teaches: Which styles have lived, shape (styles,).
    """
    layout, share = evidence.layout, evidence.split.share
    colorway = summed(layout.colorway_of, share)[layout.colorway_of]
    size = summed(layout.size_of, share)[layout.size_of]
    families = np.array([style.category or "" for style in panel.styles])
    shown = teaches[panel.style_of] & (evidence.reach > 0)

    def curves(labels: Sequence[str], others: Floats, default: float) -> dict[str, LabelCurve]:
        if not labels:
            return {}
        names, label_of = np.unique([normal(label) for label in labels], return_inverse=True)
        sold = _sold(
            panel.style_of[shown],
            label_of[shown],
            evidence.units[shown],
            (evidence.reach * others)[shown],
        )
        return _curves(sold, names.tolist(), families, default)

    return SplitPriors(
        sizes=curves(panel.sizes, colorway, SIZE_UNITS),
        colorways=curves(panel.colorway_labels, size, COLORWAY_UNITS),
    )


@dataclass(frozen=True, eq=False)
class _Sold:
    """Units of each pair of style and label, and the share of the time it could be bought."""

    style: Ints
    label: Ints
    units: Floats
    open: Floats

    def of(self, chosen: NDArray[np.bool_]) -> "_Sold":
        return _Sold(self.style[chosen], self.label[chosen], self.units[chosen], self.open[chosen])


def _sold(style_of: Ints, label_of: Ints, units: Floats, reach: Floats) -> _Sold:
    """Return what styles with several labels and a sale sold of each."""
    keys, pair_of = np.unique(np.stack([style_of, label_of]), axis=1, return_inverse=True)
    pair_of = pair_of.reshape(-1)
    total, opened = summed(pair_of, units), summed(pair_of, reach)
    style = keys[0]
    several = np.bincount(style)[style] > 1
    sold = np.bincount(style, total)[style] > 0
    return _Sold(keys[0], keys[1], total, opened).of(several & sold)


def _curves(
    sold: _Sold, names: Sequence[str], families: NDArray[np.str_], default: float
) -> dict[str, LabelCurve]:
    """Return the brand's curve under "" and each family's shrunk to it; none without a past."""
    if not len(sold.style):
        return {}
    start = LabelCurve(units=default)
    brand = _curve(sold, names, np.ones(len(names)), start)
    base = np.array([brand.popularity.get(name, 1.0) for name in names])
    curves = {"": brand}
    for family in sorted(set(families[sold.style].tolist()) - {""}):
        curves[family] = _curve(sold.of(families[sold.style] == family), names, base, brand)
    return curves


def _curve(sold: _Sold, names: Sequence[str], base: Floats, start: LabelCurve) -> LabelCurve:
    """Return the curve of these styles, shrunk to `base` and to the units of `start`.

    Each style's units are split in proportion to popularity times the time it could be bought;
    popularity is what makes that fit what was sold, label by label, whichever labels each
    style has.

    Source:
        Hunter (2004), "MM algorithms for generalized Bradley-Terry models", Annals of
        Statistics 32(1), for the iteration; the Dirichlet-multinomial likelihood for the units.
    """
    styles, style = np.unique(sold.style, return_inverse=True)
    total = np.bincount(style, sold.units)
    popularity, units = base, start.units
    for _ in range(ROUNDS):
        weight = ((units + 1.0) / (units + total))[style]
        held = np.bincount(style, popularity[sold.label] * sold.open)[style]
        won = np.bincount(sold.label, weight * sold.units, len(names))
        could = np.bincount(sold.label, weight * total[style] * sold.open / held, len(names))
        popularity = (won + LABEL_UNITS * base) / (could + LABEL_UNITS)
        chance = popularity[sold.label] * sold.open
        chance = chance / np.bincount(style, chance)[style]
        units = _concentration(style, sold.units, chance, start.units)
    seen, styles_of = np.unique(sold.label, return_counts=True)
    mean = popularity[seen].mean()
    weight = ((units + 1.0) / (units + total))[style]
    known = np.bincount(sold.label, weight * sold.open, len(names))
    kept = sorted(seen[np.argsort(-styles_of, kind="stable")[:MOST_LABELS]])
    return LabelCurve(
        popularity={names[label]: round(float(popularity[label] / mean), 6) for label in kept},
        units=round(units * len(styles) / (len(styles) + 1.0), 6),
        styles=len(styles),
        known={names[label]: round(float(known[label]), 1) for label in kept},
    )


def _concentration(style: Ints, units: Floats, chance: Floats, expected: float) -> float:
    """Return the likeliest Dirichlet concentration of styles around their curve.

    Args:
        style: Index of the style of each pair, shape (pairs,).
        units: Units of each pair, shape (pairs,).
        chance: Expected share of each in its style, shape (pairs,).
        expected: The concentration before any style was seen, > 0: a log-normal prior.
    """
    total = np.bincount(style, units)
    alpha = UNITS_GRID[:, None] * chance
    fit = (gammaln(alpha + units) - gammaln(alpha)).sum(axis=1)
    fit += (gammaln(UNITS_GRID[:, None]) - gammaln(UNITS_GRID[:, None] + total)).sum(axis=1)
    fit -= 0.5 * (np.log(UNITS_GRID / expected) / UNITS_LOG_SD) ** 2
    weight = np.exp(fit - fit.max())
    return float(np.exp((weight * np.log(UNITS_GRID)).sum() / weight.sum()))
