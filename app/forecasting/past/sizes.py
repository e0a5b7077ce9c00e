"""How a style without sales is expected to split over sizes and colorways.

A curve is the popularity of each label (a size, a colorway) over the mean of those it is sold
with, by family; its units say how much a new style's own split may differ from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel
from app.forecasting.model import Floats
from app.forecasting.past.labels import bell, inserted, normal
from app.forecasting.seen.split import COLORWAY_UNITS, SIZE_UNITS, SplitPrior


@dataclass(frozen=True)
class LabelCurve:
    """How a family's demand splits over labels.

    Attributes:
        popularity: Demand of each label over the mean of the labels it is sold with, > 0.
        units: Units sold that the curve counts for against a style's own; the Dirichlet
            concentration with which styles vary around it, > 0.
        styles: Styles behind it.
        known: Units, of any label, that styles sold while each label could be bought: what its
            popularity is known from; in no doubt where not counted.
    """

    popularity: Mapping[str, float] = field(default_factory=dict)
    units: float = SIZE_UNITS
    styles: int = 0
    known: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "LabelCurve":
        """Return the curve that `asdict` made `stored` of."""
        return cls(
            dict(stored["popularity"]),
            float(stored["units"]),
            int(stored["styles"]),
            dict(stored.get("known", {})),
        )


@dataclass(frozen=True)
class SplitPriors:
    """The curves of a brand: by category, and of the whole brand under ""."""

    sizes: Mapping[str, LabelCurve] = field(default_factory=dict)
    colorways: Mapping[str, LabelCurve] = field(default_factory=dict)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "SplitPriors":
        """Return the priors that `asdict` made `stored` of; without any, the default."""
        return cls(
            **{
                kind: {key: LabelCurve.from_json(curve) for key, curve in curves.items()}
                for kind, curves in stored.items()
            }
        )


def split_prior(panel: DemandPanel, priors: SplitPriors) -> SplitPrior:
    """Return how each style of the panel is expected to split before any sale.

    By label where the family's past knows it, else the brand's; a size it never sold from its
    place in the order of those it did, or like the mean of the labels that once were new.
    Without any past ordered sizes follow a bell, and the rest splits evenly. A label that the
    past shows little of is known no better than one that nobody measured, however much alike
    the brand's styles split over the others.
    """
    skus = len(panel.sku_codes)
    category = [style.category or "" for style in panel.styles]
    of_sku = [category[style] for style in panel.style_of]
    colorway_labels = panel.colorway_labels or ("",) * skus
    sizes = _popularity(of_sku, panel.sizes or ("",) * skus, priors.sizes)
    unknown = np.isnan(sizes)
    if unknown.any():
        sizes[unknown] = _bells(panel)[unknown] if panel.sizes else 1.0
    colorways = _popularity(of_sku, colorway_labels, priors.colorways)
    return SplitPrior(
        colorways=np.nan_to_num(colorways, nan=1.0),
        sizes=sizes,
        colorway_units=_units(category, priors.colorways, COLORWAY_UNITS),
        size_units=_units(category, priors.sizes, SIZE_UNITS),
        colorway_known=_known(of_sku, colorway_labels, priors.colorways, COLORWAY_UNITS),
        size_known=_known(of_sku, panel.sizes or ("",) * skus, priors.sizes, SIZE_UNITS),
    )


def _popularity(
    families: Sequence[str], labels: Sequence[str], curves: Mapping[str, LabelCurve]
) -> Floats:
    """Return the popularity of each label in its family, NaN where nothing is known, (skus,)."""

    @cache
    def of(family: str, label: str) -> float:
        known = [curves[key].popularity for key in (family, "") if key in curves]
        for popularity in known:
            if label in popularity:
                return popularity[label]
        for popularity in known:
            placed = inserted(label, popularity)
            if placed is not None:
                return placed
        if not known or not known[0]:
            return float("nan")
        return float(np.exp(np.mean(np.log(sorted(known[0].values())))))

    pairs = zip(families, labels, strict=True)
    return np.array([of(family, normal(label)) for family, label in pairs], dtype=np.float64)


def _known(
    families: Sequence[str],
    labels: Sequence[str],
    curves: Mapping[str, LabelCurve],
    unmeasured: float,
) -> Floats:
    """Return the units that each label's popularity is known from, infinite without a curve."""

    @cache
    def of(family: str, label: str) -> float:
        tried = [curves[key] for key in (family, "") if key in curves]
        for curve in tried:
            if label in curve.popularity:
                return unmeasured + curve.known.get(label, float("inf"))
        return unmeasured if tried else float("inf")

    pairs = zip(families, labels, strict=True)
    return np.array([of(family, normal(label)) for family, label in pairs], dtype=np.float64)


def _bells(panel: DemandPanel) -> Floats:
    """Return the popularity of sizes of which only the order is known, shape (skus,)."""
    bell_of = cache(bell)
    popularity = np.ones(len(panel.style_of))
    order = np.argsort(panel.style_of, kind="stable")
    ends = np.cumsum(np.bincount(panel.style_of, minlength=len(panel.styles)))
    for skus in np.split(order, ends[:-1]):
        popularity[skus] = bell_of(tuple(panel.sizes[sku] for sku in skus))
    return popularity


def _units(
    families: Sequence[str], curves: Mapping[str, LabelCurve], default: float
) -> NDArray[np.float64]:
    brand = curves.get("", LabelCurve(units=default))
    return np.array([curves.get(family, brand).units for family in families], dtype=np.float64)
