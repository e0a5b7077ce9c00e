"""What a panel shows of each style's demand once stock-outs are accounted for.

A period counts for as much as the customers could have bought in it. Units sold while in stock
are counts over that part; units sold while a SKU was out are lower bounds of its demand.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import gammainc

from app.demand.panel import DemandPanel
from app.forecasting.model import Floats
from app.forecasting.seen.ages import ages
from app.forecasting.seen.layout import Layout, layout_of, on_sale_since
from app.forecasting.seen.outliers import usual_units
from app.forecasting.seen.split import SPLIT_HALF_LIFE_DAYS, Split, SplitPrior, estimate, expected

BLIND_BELOW = 0.05
"""In stock for less than this share of a period, a SKU counts as out of stock all through it:
stock reports are not exact to the hour, and ten units over one hour in a week would otherwise
read as a rate of 1,700 a week."""

LEVEL_HALF_LIFE_DAYS = 28.0
"""How far neighbouring periods speak for a period that could not be seen."""

OVERALL_WEIGHT = 0.25
"""Periods that the average of the whole history counts for in a local level: with nothing seen
near by, the level falls back to it."""

SHARE_DECIMALS = 12
"""Shares that sum to 1 do so but for rounding: without this a week in stock that sold nothing had
1e-16 units put back, and was no week without demand."""

SPLIT_ROUNDS = 3
"""Rounds between level and split, each computed from the other; three settle within 1%."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """Each style's demand as far as it could be seen; every array of shape (styles, periods).

    Attributes:
        seen_units: What the units sold by SKUs that were in stock tell.
        counted_units: The units themselves, outliers brought down.
        seen_share: Share of the style's demand that stock and launch dates let through, 0 to 1.
        blind_units: Units sold by SKUs that were out of stock: at least these were wanted.
        blind_share: Share of the style's demand behind those SKUs.
        on_sale: Whether the style could be bought, in stock or not.
        age_weeks: Age of the style in the middle of the period; negative before its launch.
        begun: Whether the period is the style's first because it sold in it: its launch day is
            not stated, and without a sale the period would not count.
        level: Local expected demand of the whole style, from the periods that could be seen.
        split: How demand splits over the SKUs.
        layout: How they hang together.
        units: Units each SKU sold in stock, old ones counted less, shape (skus,).
        reach: Units it would have sold in stock as the whole of its style, shape (skus,).
    """

    seen_units: Floats
    counted_units: Floats
    seen_share: Floats
    blind_units: Floats
    blind_share: Floats
    on_sale: Floats
    age_weeks: Floats
    begun: NDArray[np.bool_]
    level: Floats
    split: Split
    layout: Layout
    units: Floats
    reach: Floats


def gather(panel: DemandPanel, prior: SplitPrior, units: Floats | None = None) -> Evidence:
    """Return what the panel shows of each style.

    Args:
        panel: The styles; NaN in a share reads as 1, and values out of range are clipped.
        prior: How each style is expected to split over its SKUs before any sale.
        units: What the demand of each SKU and period tells, such as `orders.telling_units`,
            >= 0, shape (skus, periods); None: the usual units as they are.
    """
    layout = layout_of(panel)
    by_style = csr_array(
        (np.ones(len(panel.style_of)), (panel.style_of, np.arange(len(panel.style_of)))),
        shape=(len(panel.styles), len(panel.style_of)),
    )
    usual = usual_units(panel)
    units = usual if units is None else units
    in_stock = _as_share(panel.in_stock_share)
    exposure = _as_share(panel.exposure)
    periods = np.arange(units.shape[1])
    exposure *= periods >= on_sale_since(layout, units, exposure * in_stock)[:, None]
    blind = (in_stock < BLIND_BELOW) & (exposure > 0)
    available = np.where(blind, 0.0, exposure * in_stock)

    seen = np.where(blind, 0.0, units)
    seen_units, blind_units = by_style @ seen, by_style @ (units - seen)
    recent = 0.5 ** ((len(periods) - periods - 0.5) * panel.period_days / SPLIT_HALF_LIFE_DAYS)
    split = expected(layout, prior)
    for _ in range(SPLIT_ROUNDS):
        seen_share = by_style @ (available * split.share[:, None])
        blind_share = by_style @ (blind * exposure * split.share[:, None])
        level = local_level(seen_units, seen_share, blind_units, blind_share, panel.period_days)
        whole = seen_units + (1.0 - _whole(seen_share)) * level
        reach = (available * whole[panel.style_of]) @ recent
        split = estimate(layout, prior, seen @ recent, reach)
    return Evidence(
        seen_units=seen_units,
        counted_units=by_style @ np.where(blind, 0.0, usual),
        seen_share=_whole(by_style @ (available * split.share[:, None])),
        blind_units=blind_units,
        blind_share=_whole(by_style @ (blind * exposure * split.share[:, None])),
        on_sale=(by_style @ exposure > 0).astype(np.float64),
        age_weeks=ages(panel, by_style @ exposure > 0),
        begun=_begun(panel, by_style @ exposure > 0),
        level=level,
        split=split,
        layout=layout,
        units=seen @ recent,
        reach=reach,
    )


def _begun(panel: DemandPanel, on_sale: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return each style's first period on sale, where its first sale is all that says so."""
    told = [style.launched is not None and not style.launch_stated for style in panel.styles]
    first = on_sale & (np.cumsum(on_sale, axis=1) == 1)
    return np.asarray(first & np.array(told, dtype=np.bool_)[:, None])


def given_a_sale(mean: Floats, begun: NDArray[np.bool_], overdispersion: float) -> Floats:
    """Return the expected units of periods, of which the begun ones are known to have sold.

    A slow style that first sold last week did not sell a unit a week: it would not have been
    seen before. The mean of a zero-truncated negative binomial.
    """
    truncated = mean / np.maximum(1.0 - none_sold(mean, 1.0, overdispersion), 1e-12)
    return np.asarray(np.where(begun & (mean > 0), truncated, mean))


def none_sold(rate: Floats, periods: Floats | float, overdispersion: float) -> Floats:
    """Return the chance that nothing sells in so many periods, each a negative binomial."""
    return np.asarray((1 + overdispersion * rate) ** (-periods / overdispersion))


def strayed(evidence: Evidence, units: Floats) -> tuple[Floats, Floats]:
    """Return what each period's local level lets expect, and how far units strayed from it.

    The first of shape (styles, periods); the second the squared misses beyond a Poisson count's,
    summed over the periods, shape (styles,).

    Args:
        evidence: What a panel shows.
        units: Units of each period, told or counted, shape (styles, periods).
    """
    mean = evidence.level * evidence.seen_share
    mean = mean * (units.sum(axis=1) / np.maximum(mean.sum(axis=1), 1e-9))[:, None]
    return mean, np.asarray(((units - mean) ** 2 - mean).sum(axis=1))


def _as_share(values: Floats) -> Floats:
    """Return the values as shares: 1 for what is not known, nothing below 0 or above 1."""
    return np.clip(np.nan_to_num(values.astype(np.float64), nan=1.0), 0.0, 1.0)


def _whole(shares: Floats) -> Floats:
    """Return sums of shares as shares: what rounding took from a whole put back."""
    return np.clip(shares.round(SHARE_DECIMALS), 0.0, 1.0)


def local_level(
    seen_units: Floats,
    seen_share: Floats,
    blind_units: Floats,
    blind_share: Floats,
    period_days: int,
) -> Floats:
    """Return the expected demand of each period, from the periods around it that could be seen.

    A weighted mean of units over availability, the weights halving every four weeks: a period
    out of stock adds nothing above the line and nothing below it. A style never seen in stock
    has what it sold regardless as its level.
    """
    step = 0.5 ** (period_days / LEVEL_HALF_LIFE_DAYS)
    total_share = seen_share.sum(axis=1, keepdims=True)
    overall = np.where(
        total_share > 0,
        seen_units.sum(axis=1, keepdims=True) / np.maximum(total_share, 1e-9),
        blind_units.sum(axis=1, keepdims=True)
        / np.maximum(blind_share.sum(axis=1, keepdims=True), 1e-9),
    )
    above = _around(seen_units, step) + OVERALL_WEIGHT * overall
    return np.asarray(above / (_around(seen_share, step) + OVERALL_WEIGHT))


def _around(values: Floats, step: float) -> Floats:
    """Return the sum of the values of all periods, weighing `step` per period away, same shape.

    Period by period: a product with the matrix of weights rounds a style's sums differently
    beside others than alone.
    """
    total = values.copy()
    for rows in (range(1, values.shape[1]), range(values.shape[1] - 2, -1, -1)):
        so_far = values[:, rows.start - rows.step] if len(rows) else values[:, :0]
        for period in rows:
            so_far = so_far * step
            total[:, period] += so_far
            so_far = so_far + values[:, period]
    return total


def corrected(evidence: Evidence) -> Floats:
    """Return each period's demand with what stock-outs hid put back, (styles, periods).

    What was not for sale in a period is expected at the local level; where SKUs sold although
    out of stock, it is the expectation of a Poisson count known to be at least that.
    """
    hidden = (1.0 - evidence.seen_share) * evidence.level
    at_least = evidence.blind_units
    known = at_least > 0
    expected = hidden.copy()
    expected[known] = _mean_given_at_least(hidden[known], at_least[known])
    return np.asarray(np.where(evidence.on_sale > 0, evidence.seen_units + expected, 0.0))


def _mean_given_at_least(mean: Floats, bound: Floats) -> Floats:
    """Return E[X | X >= bound] for Poisson X; the bound itself where that is all there is."""
    reach = gammainc(bound, mean)
    below = np.where(bound > 1, gammainc(np.maximum(bound - 1, 1e-9), mean), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        conditional = mean * below / reach
    return np.where(reach > 1e-12, np.maximum(conditional, bound), bound)
