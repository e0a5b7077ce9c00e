"""How a style's demand splits over its colorways and sizes, from what was in stock to be bought.

Two levels: a colorway's popularity is its own, a size curve is the style's and learned from all
of its colorways together. Where sizes hang on the colorway, each SKU leaves the product of both
as far as its own sales say. A SKU is measured against what it would have sold as the whole
style while it was in stock: out of stock it sells nothing, and that is no preference.
"""

from dataclasses import dataclass

import numpy as np

from app.forecasting.level import Level, normal
from app.forecasting.model import Floats, Ints
from app.forecasting.seen.layout import Layout, summed

SIZE_UNITS = 20.0
"""Units sold that an expected size curve counts for before a brand has taught how much its
styles vary. In a simulated brand whose styles varied by 40, a bell that nobody had measured was
off as if by 20."""

COLORWAY_UNITS = 4.0
"""The same of an even split over colorways, which sell far less alike than sizes."""

UNLIKE_UNITS = 10.0
"""Units that a size curve counts for in a style whose sales say that it is not the style's: less
than a guess, which nothing has spoken against."""

CROSS_UNITS = 30.0
"""Units that colorway times size counts for in each SKU against what it sold itself: that sizes
hang on the colorway makes a SKU differ by a fifth from what both lets expect."""

SPLIT_MOST_UNITS = 300.0
"""Most units that a split may rest on: tastes drift, and old units say less than they seem to."""

SPLIT_HALF_LIFE_DAYS = 364.0
"""Units so old count half."""

LEVEL_ROUNDS = 6
"""Rounds between colorways, sizes and what SKUs sell beyond them, each given the others: what
one level takes is not taken again by the next. They halve what is left to settle or better."""

ONE_SHARE = 1e-9
"""Below this shares vary by rounding alone: there is one that sells."""


@dataclass(frozen=True, eq=False)
class SplitPrior:
    """The split expected before any sale.

    Attributes:
        colorways: Share of each SKU's colorway in its style, > 0, shape (skus,).
        sizes: Popularity of each SKU's size over those of its style, > 0, shape (skus,).
        colorway_units: Units that the split over colorways counts for, > 0, shape (styles,).
        size_units: Units that the split over sizes counts for, > 0, shape (styles,).
        colorway_known: Units that the popularity of each SKU's colorway is itself known from,
            > 0, shape (skus,): infinite where it is in no doubt.
        size_known: The same of its size.
    """

    colorways: Floats
    sizes: Floats
    colorway_units: Floats
    size_units: Floats
    colorway_known: Floats
    size_known: Floats


@dataclass(frozen=True, eq=False)
class Split:
    """A split over SKUs, what is known of it counted.

    Attributes:
        share: Expected share of each SKU in its style, shape (skus,).
        concentration: Dirichlet concentration of each SKU, > 0, shape (skus,): of the one
            Dirichlet whose shares vary as much in total as those of the levels together.
        colorway_units: Dirichlet sum of each style's split over its colorways, shape (styles,).
        within_units: Dirichlet sum of each colorway's split over its SKUs, shape (colorways,).
    """

    share: Floats
    concentration: Floats
    colorway_units: Floats
    within_units: Floats


def expected(layout: Layout, prior: SplitPrior) -> Split:
    """Return the split expected before any sale."""
    nothing = np.zeros(len(layout.style_of))
    return estimate(layout, prior, nothing, nothing)


def estimate(layout: Layout, prior: SplitPrior, units: Floats, reach: Floats) -> Split:
    """Return the split after what each SKU sold.

    Args:
        layout: How the SKUs hang together.
        prior: The split expected before.
        units: Units each SKU sold in stock, shape (skus,).
        reach: Units it would have sold in stock as the whole of its style, shape (skus,).
    """
    colorways_before, sizes_before = _levels(layout, prior, units)
    colorways, sizes = colorways_before, sizes_before
    crossed = layout.crossed
    colorway, size, own = colorways.expected, sizes.expected, np.ones(len(units))
    for _ in range(LEVEL_ROUNDS if units.any() else 0):
        could = reach * own * _within(layout, size)
        colorways = colorways_before.believed(could)
        colorway = colorways.after(could)
        held = summed(layout.colorway_of, size[layout.size_of])
        could = reach * own * (colorway / held)[layout.colorway_of]
        sizes = sizes_before.believed(could)
        size = sizes.after(could)
        product = colorway[layout.colorway_of] * _within(layout, size)
        leaves = (CROSS_UNITS + units) / (CROSS_UNITS + reach * product)
        own = np.where(crossed, leaves, 1.0)
    product = colorway[layout.colorway_of] * _within(layout, size)
    share = normal(product * own, layout.style_of)
    worth = CROSS_UNITS / product
    skus = Level(np.arange(len(units)), layout.style_of, product, worth, worth, units)
    believed = np.where(crossed, CROSS_UNITS / (CROSS_UNITS + reach * product), 1.0) ** 2
    between = believed * colorways.variance(share)
    within = believed * sizes.variance(share) + np.where(crossed, skus.variance(share), 0.0)
    return _counted(layout, prior, share, between, within)


def _counted(
    layout: Layout, prior: SplitPrior, share: Floats, between: Floats, within: Floats
) -> Split:
    """Return the split with what is known of it counted.

    Args:
        layout: How the SKUs hang together.
        prior: Says what is known where nothing can vary: of a style of one SKU or colorway.
        share: Expected share of each SKU, shape (skus,).
        between: Variance of its colorway's share over its square, shape (skus,).
        within: Variance of its share of the colorway over its square, shape (skus,).
    """
    style_of, colorway_of = layout.style_of, layout.colorway_of
    total = summed(colorway_of, share)
    of_colorway = summed(colorway_of, share * between) / total
    whole = _units(style_of, share, between + within, prior.size_units)
    return Split(
        share=share,
        concentration=share * whole[style_of],
        colorway_units=_units(layout.of_colorway, total, of_colorway, prior.colorway_units),
        within_units=_units(
            colorway_of, normal(share, colorway_of), within, prior.size_units[layout.of_colorway]
        ),
    )


def _levels(layout: Layout, prior: SplitPrior, units: Floats) -> tuple[Level, Level]:
    """Return the levels of colorways and of sizes, from units of SKUs."""

    def level(
        group_of: Ints,
        style_of: Ints,
        popularity: Floats,
        worth: Floats,
        known: Floats,
        least: float,
    ) -> Level:
        skus = np.bincount(group_of)
        in_doubt = summed(group_of, 1.0 / known) / skus
        counts = 1.0 / (1.0 / worth[style_of] + in_doubt)
        return Level(
            group_of=group_of,
            style_of=style_of,
            expected=normal(summed(group_of, popularity) / skus, style_of),
            worth=counts,
            doubted=np.minimum(counts, least),
            sold=summed(group_of, units),
        )

    colorways = (prior.colorways, prior.colorway_units, prior.colorway_known)
    sizes = (prior.sizes, prior.size_units, prior.size_known)
    return (
        level(layout.colorway_of, layout.of_colorway, *colorways, COLORWAY_UNITS),
        level(layout.size_of, layout.of_size, *sizes, UNLIKE_UNITS),
    )


def _within(layout: Layout, size: Floats) -> Floats:
    """Return the share of each SKU in its colorway that its size lets expect, shape (skus,)."""
    return normal(size[layout.size_of], layout.colorway_of)


def _units(group_of: Ints, share: Floats, relative: Floats, alone: Floats) -> Floats:
    """Return the sum of the Dirichlet whose shares vary in total as these do, shape (groups,).

    Args:
        group_of: Index of what each share is a share of, shape (shares,).
        share: Summing to 1 in each group, shape (shares,).
        relative: Variance of it over its square, shape (shares,).
        alone: The sum for a group of one share, which cannot vary, shape (groups,).
    """
    even = 1.0 - summed(group_of, share**2, len(alone))
    varies = summed(group_of, share**2 * relative, len(alone))
    units = np.where(even > ONE_SHARE, even / np.maximum(varies, ONE_SHARE), alone)
    return np.asarray(np.minimum(units, SPLIT_MOST_UNITS))
