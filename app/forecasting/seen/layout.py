"""How SKUs, colorways and sizes hang together, and since when each SKU was on sale."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import betaln

from app.demand.panel import DemandPanel
from app.forecasting.model import Floats, Ints

NOT_ON_SALE = 0.001
"""Less likely than this before its first sale while its style sold, a SKU was not yet on sale:
nothing else says when a size was added to a style."""


@dataclass(frozen=True, eq=False)
class Layout:
    """How SKUs, colorways and sizes hang together.

    Attributes:
        style_of: Index of the style of each SKU, shape (skus,).
        colorway_of: Index of the colorway of each SKU, shape (skus,).
        size_of: Index of the size of each SKU, the same in all colorways of a style and in no
            other style, shape (skus,).
        of_colorway: Index of the style of each colorway.
        of_size: Index of the style of each size.
        styles: How many styles there are.
    """

    style_of: Ints
    colorway_of: Ints
    size_of: Ints
    of_colorway: Ints
    of_size: Ints
    styles: int

    @property
    def crossed(self) -> NDArray[np.bool_]:
        """Say for each SKU whether its style has a size in several colorways, shape (skus,)."""
        skus = np.bincount(self.style_of, minlength=self.styles)
        sizes = np.bincount(self.of_size, minlength=self.styles)
        several = np.bincount(self.of_colorway, minlength=self.styles) > 1
        return np.asarray((several & (skus > sizes))[self.style_of])


def layout_of(panel: DemandPanel) -> Layout:
    """Return how the panel's SKUs hang together; without size labels each is a size of its own."""
    style_of = np.asarray(panel.style_of)
    labels = np.array(panel.sizes or [str(sku) for sku in range(len(style_of))], dtype=np.str_)
    _, label_of = np.unique(labels, return_inverse=True)
    colorway_of, of_colorway = _numbered(style_of, np.asarray(panel.colorways))
    size_of, of_size = _numbered(style_of, label_of)
    return Layout(style_of, colorway_of, size_of, of_colorway, of_size, len(panel.styles))


def _numbered(style_of: Ints, numbers: Ints) -> tuple[Ints, Ints]:
    """Number the pairs of style and number; return each SKU's pair and each pair's style."""
    keys = style_of * (int(numbers.max(initial=0)) + 1) + numbers
    _, first, pair_of = np.unique(keys, return_index=True, return_inverse=True)
    return pair_of, style_of[first]


def on_sale_since(layout: Layout, units: Floats, available: Floats) -> Ints:
    """Return the period from which each SKU was on sale for all that sales say, shape (skus,).

    0 unless its first sale came so late that chance does not explain the wait: a size or a
    colorway added to an old style.

    Args:
        layout: How the SKUs hang together.
        units: Units sold, shape (skus, periods).
        available: Share of each period on sale and in stock, shape (skus, periods).
    """
    since = _waited(layout.style_of, units, available, layout.styles)
    colorways = len(layout.of_colorway)
    skus = np.bincount(layout.colorway_of)[:, None]
    together = _waited(
        layout.of_colorway,
        totals(layout.colorway_of, units, colorways),
        totals(layout.colorway_of, available, colorways) / skus,
        layout.styles,
    )
    return np.maximum(since, together[layout.colorway_of])


def _waited(style_of: Ints, units: Floats, available: Floats, styles: int) -> Ints:
    """Return the first period with a sale where the wait for it was no chance, else 0."""
    total = totals(style_of, units, styles)
    started = np.cumsum(units, axis=1) > 0
    others = available * (total[style_of] - units)
    before = np.where(started, 0.0, others).sum(axis=1)
    own = units.sum(axis=1)
    after = np.where(started, others, 0.0).sum(axis=1)
    sold = np.maximum(own, 1.0)
    chance = np.exp(betaln(sold, after + 1.0 + before) - betaln(sold, after + 1.0))
    return np.where((own > 0) & (chance < NOT_ON_SALE), (~started).sum(axis=1), 0)


def totals(group_of: Ints, values: Floats, groups: int) -> Floats:
    """Return the sums of the groups' rows, shape (groups, columns)."""
    rows = np.arange(len(group_of))
    of_group = csr_array((np.ones(len(rows)), (group_of, rows)), shape=(groups, len(rows)))
    return np.asarray(of_group @ values)


def summed(group_of: Ints, values: Floats, groups: int = 0) -> Floats:
    """Return the sum of each group's values, for at least so many groups, shape (groups,)."""
    return np.bincount(group_of, values, minlength=groups).astype(np.float64)
