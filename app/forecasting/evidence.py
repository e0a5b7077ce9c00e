"""What a panel shows of each style's demand once stock-outs are accounted for.

A period counts for as much as the customers could have bought in it. Units sold while in stock
are counts over that part; units sold while a SKU was out are lower bounds of its demand.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from scipy.sparse import csr_array
from scipy.special import gammainc

from app.demand.panel import DemandPanel
from app.forecasting.model import Floats

BLIND_BELOW = 0.05
"""In stock for less than this share of a period, a SKU counts as out of stock all through it:
stock reports are not exact to the hour, and ten units over one hour in a week would otherwise
read as a rate of 1,700 a week."""

LEVEL_HALF_LIFE_DAYS = 28.0
"""How far neighbouring periods speak for a period that could not be seen."""

OVERALL_WEIGHT = 0.25
"""Periods that the average of the whole history counts for in a local level: with nothing seen
near by, the level falls back to it."""

SPLIT_PRIOR_UNITS = 10.0
"""Units that the expected split over SKUs counts for against what each of them sold."""

SPLIT_MOST_UNITS = 300.0
"""Most units that a split may rest on: tastes drift, and old units say less than they seem to."""

SPLIT_ROUNDS = 3
"""Rounds between level and split, each computed from the other; three settle within 1%."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """Each style's demand as far as it could be seen; every array of shape (styles, periods).

    Attributes:
        seen_units: Units sold by SKUs that were in stock.
        seen_share: Share of the style's demand that stock and launch dates let through, 0 to 1.
        blind_units: Units sold by SKUs that were out of stock: at least these were wanted.
        blind_share: Share of the style's demand behind those SKUs.
        on_sale: Whether the style could be bought, in stock or not.
        age_weeks: Age of the style in the middle of the period; negative before its launch.
        level: Local expected demand of the whole style, from the periods that could be seen.
        concentration: Dirichlet concentration of each SKU in its style, > 0, shape (skus,).
    """

    seen_units: Floats
    seen_share: Floats
    blind_units: Floats
    blind_share: Floats
    on_sale: Floats
    age_weeks: Floats
    level: Floats
    concentration: Floats


def gather(panel: DemandPanel, expected_split: Floats) -> Evidence:
    """Return what the panel shows of each style.

    Args:
        panel: The styles; NaN in a share reads as 1, and values out of range are clipped.
        expected_split: Share of each SKU in its style before any sale, > 0, shape (skus,).
    """
    count = len(panel.styles)
    by_style = csr_array(
        (np.ones(len(panel.style_of)), (panel.style_of, np.arange(len(panel.style_of)))),
        shape=(count, len(panel.style_of)),
    )
    exposure = _as_share(panel.exposure)
    in_stock = _as_share(panel.in_stock_share)
    blind = (in_stock < BLIND_BELOW) & (exposure > 0)
    units = np.maximum(panel.demand, 0).astype(np.float64)
    available = np.where(blind, 0.0, exposure * in_stock)

    seen_units = by_style @ np.where(blind, 0.0, units)
    blind_units = by_style @ np.where(blind, units, 0.0)
    seen_by_sku = np.where(blind, 0.0, units).sum(axis=1)
    split = expected_split
    for _ in range(SPLIT_ROUNDS):
        seen_share = by_style @ (available * split[:, None])
        blind_share = by_style @ (blind * exposure * split[:, None])
        level = local_level(seen_units, seen_share, blind_units, blind_share, panel.period_days)
        expected = (available * level[panel.style_of]).sum(axis=1)
        weight = (SPLIT_PRIOR_UNITS * expected_split + seen_by_sku) / (SPLIT_PRIOR_UNITS + expected)
        split = weight / (by_style @ weight)[panel.style_of]
    rests_on = np.minimum(SPLIT_PRIOR_UNITS + seen_units.sum(axis=1), SPLIT_MOST_UNITS)
    return Evidence(
        seen_units=seen_units,
        seen_share=np.clip(by_style @ (available * split[:, None]), 0.0, 1.0),
        blind_units=blind_units,
        blind_share=np.clip(by_style @ (blind * exposure * split[:, None]), 0.0, 1.0),
        on_sale=(by_style @ exposure > 0).astype(np.float64),
        age_weeks=ages(panel, by_style @ exposure > 0),
        level=level,
        concentration=np.maximum(split * rests_on[panel.style_of], 1e-3),
    )


def _as_share(values: Floats) -> Floats:
    """Return the values as shares: 1 for what is not known, nothing below 0 or above 1."""
    return np.clip(np.nan_to_num(values.astype(np.float64), nan=1.0), 0.0, 1.0)


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
    periods = seen_units.shape[1]
    apart = np.abs(np.subtract.outer(np.arange(periods), np.arange(periods)))
    kernel = 0.5 ** (apart * (period_days / LEVEL_HALF_LIFE_DAYS))
    total_share = seen_share.sum(axis=1, keepdims=True)
    overall = np.where(
        total_share > 0,
        seen_units.sum(axis=1, keepdims=True) / np.maximum(total_share, 1e-9),
        blind_units.sum(axis=1, keepdims=True)
        / np.maximum(blind_share.sum(axis=1, keepdims=True), 1e-9),
    )
    above = seen_units @ kernel + OVERALL_WEIGHT * overall
    return np.asarray(above / (seen_share @ kernel + OVERALL_WEIGHT))


def ages(panel: DemandPanel, on_sale: Floats) -> Floats:
    """Return the age in weeks of each style in the middle of each period, (styles, periods).

    Counted from the launch date, else from the first period on sale, else from the origin.
    """
    periods = on_sale.shape[1]
    starts = panel.origin - timedelta(days=periods * panel.period_days)
    before_first = (np.cumsum(on_sale, axis=1) == 0).sum(axis=1) * panel.period_days
    launch_day = np.array(
        [
            (style.launched - starts).days if style.launched is not None else before_first[index]
            for index, style in enumerate(panel.styles)
        ],
        dtype=np.float64,
    )
    middles = (np.arange(periods) + 0.5) * panel.period_days
    return np.asarray((middles[None, :] - launch_day[:, None]) / 7.0)


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
