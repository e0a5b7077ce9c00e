"""Returns as supply: how many of the units sold come back, and how long that takes.

A recent sale has not had time to come back. Delays are learned from the returns that name their
order, each seen only if it was no longer than the weeks since its sale; the rate is what came
back over the units that could have come back by now.

Source:
    Lagakos, Barraj & De Gruttola (1988), "Nonparametric analysis of truncated survival data,
    with application to AIDS", Biometrika 75(3): the product of reverse hazards, which
    actuaries know as the chain ladder.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.demand.panel import DemandPanel, Floats, Ints
from app.demand.return_law import DELAY_WEEKS, ReturnLaw, ReturnPriors
from app.demand.return_queries import return_pairs
from app.parties.refs import BrandRef

LEARNED_WEEKS = 52
"""Weeks of sales that the law is learned from; older ones say less about today's shop."""

PRIOR_PAIRS = 30.0
"""Returned units that the delay one level up counts for."""

DEFAULT_UNITS = 20.0
"""Units sold without a return that a brand's rate starts from."""

PRIOR_UNITS = 50.0
"""Units sold at the rate one level up that a style's or category's own have to outweigh."""

MOST_RATE = 0.99
"""Of a rate that is learned: that nothing ever stays sold is for the brand to state."""


def learn_returns(session: Session, brand: BrandRef, history: DemandPanel) -> ReturnPriors:
    """Return what came back of the brand's sales before the panel's origin; a read transaction.

    Args:
        session: Where the pairs of sale and return are read, summed up by the database.
        brand: Whose.
        history: All of the brand's styles in weeks.
    """
    pairs = return_pairs(session, brand.id, origin=history.origin, weeks=LEARNED_WEEKS)
    by_category = {style.category or "": _no_pairs() for style in history.styles}
    for category, sold_back, back, units in pairs:
        if category in by_category and sold_back - back < DELAY_WEEKS:
            by_category[category][sold_back, sold_back - back] += units
    return laws_of(history, by_category)


def laws_of(history: DemandPanel, pairs: Mapping[str, Floats]) -> ReturnPriors:
    """Return the laws of a brand and its categories.

    Args:
        history: All of the brand's styles in weeks.
        pairs: Returned units by weeks since their sale (0: the week before the origin) and
            delay, by category, shape (LEARNED_WEEKS, DELAY_WEEKS).
    """
    sold, returned = _weekly(history, np.ones(len(history.style_of), dtype=np.bool_))
    came = _by_style(returned[:, -LEARNED_WEEKS:].sum(axis=1), history)
    went = _by_style(sold.sum(axis=1), history)
    came = np.minimum(came, went)  # a style cannot get back more than it sold
    categories = np.array([style.category or "" for style in history.styles])
    everywhere = np.sum([_no_pairs(), *pairs.values()], axis=0)
    brand = _learned(ReturnLaw(), DEFAULT_UNITS, everywhere, sold, came.sum())
    return ReturnPriors(
        brand=brand,
        categories={
            name: _learned(
                brand,
                PRIOR_UNITS,
                pairs.get(name, _no_pairs()),
                sold[(categories == name)[history.style_of]],
                came[categories == name].sum(),
            )
            for name in sorted(set(categories.tolist()) - {""})
        },
    )


def law_of_style(
    panel: DemandPanel, style: int, priors: ReturnPriors, *, stated: float | None
) -> ReturnLaw:
    """Return the law of one of the panel's styles, by index.

    Its rate is its own, shrunk to its category's while little of it could have come back, or
    the one that the brand states; its delay is its category's.
    """
    start = priors.of(panel.styles[style].category)
    sold, returned = _weekly(panel, panel.style_of == style)
    seen = float(sold.sum(axis=0) @ _seen_share(start.delay, sold.shape[1]))
    came = min(float(returned.sum()), float(sold.sum()))
    learned = min(_shrunk(start.rate, PRIOR_UNITS, came, seen), MOST_RATE)
    rate = learned if stated is None else stated
    return replace(start, rate=rate, sold_units=round(seen, 3))


def returns_to_come(
    panel: DemandPanel, skus: NDArray[np.bool_], law: ReturnLaw, periods: int
) -> Floats:
    """Return the units still to come back of what was sold before the origin, (skus, periods).

    Args:
        panel: What was sold.
        skus: Which SKUs, shape (skus,) of the panel.
        law: How they come back.
        periods: Periods from the origin on, of the panel's length.
    """
    sold, _ = _weekly(panel, skus)
    latest = sold[:, ::-1][:, :DELAY_WEEKS]
    delay = np.concatenate([law.delay, np.zeros(DELAY_WEEKS)])
    after = np.arange(latest.shape[1])[:, None] + 1 + np.arange(DELAY_WEEKS)[None, :]
    by_week = law.rate * (latest @ delay[after])
    days = panel.period_days
    week = np.arange(periods) * days // 7
    inside = np.where(week < DELAY_WEEKS, days / 7.0, 0.0)
    return np.asarray(by_week[:, np.minimum(week, DELAY_WEEKS - 1)] * inside)


def in_whole_units(expected: Floats) -> Ints:
    """Return whole units by period whose running total is the expected one, rounded."""
    total = np.floor(np.cumsum(expected, axis=1) + 0.5).astype(np.int64)
    return np.diff(total, axis=1, prepend=0)


def _learned(
    start: ReturnLaw, prior_units: float, pairs: Floats, sold: Floats, came: float
) -> ReturnLaw:
    """Return the law that its returns move from where it starts."""
    delay = _delay(pairs, np.array(start.delay))
    seen = float(sold.sum(axis=0) @ _seen_share(delay, sold.shape[1], LEARNED_WEEKS))
    return ReturnLaw(
        rate=min(_shrunk(start.rate, prior_units, float(came), seen), MOST_RATE),
        delay=delay,
        sold_units=round(seen, 3),
        paired_units=int(pairs.sum()),
    )


def _shrunk(rate: float, units: float, came: float, seen: float) -> float:
    return (came + units * rate) / (seen + units)


def _delay(pairs: Floats, start: Floats) -> tuple[float, ...]:
    """Return the shares of delays, from pairs by weeks since their sale and delay.

    Of the returns no later than a delay, among sales old enough for it, the share that came just
    then: multiplied down from the longest, they give the share within each delay.
    """
    weeks, delays = pairs.shape
    within = np.cumsum(pairs, axis=1)
    old_enough = np.arange(weeks)[:, None] >= np.arange(delays)[None, :]
    just_then = pairs.sum(axis=0) + PRIOR_PAIRS * start
    by_then = (within * old_enough).sum(axis=0) + PRIOR_PAIRS * np.cumsum(start)
    later = np.cumprod((1.0 - just_then / by_then)[::-1])[::-1]
    share = np.append(later[1:], 1.0) - np.append(0.0, later[1:])
    return tuple((share / share.sum()).tolist())


def _seen_share(delay: tuple[float, ...], weeks: int, window: int | None = None) -> Floats:
    """Return the share of its returns that each week's sales had by the origin, (weeks,).

    Only those of the last `window` weeks, where given.
    """
    back = np.arange(weeks)[::-1]
    within = np.append(np.cumsum(delay), 0.0)
    share = within[np.minimum(back, len(delay) - 1)]
    if window is not None:
        before = back - window
        share = share - within[np.where(before < 0, -1, np.minimum(before, len(delay) - 1))]
    return np.asarray(share)


def _weekly(panel: DemandPanel, skus: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return units sold and returned of these SKUs by whole week up to the origin."""
    step = 7 // panel.period_days
    weeks = panel.demand.shape[1] // step

    def by_week(units: Ints) -> Floats:
        kept = units[skus][:, units.shape[1] - weeks * step :].astype(np.float64)
        return np.asarray(kept.reshape(len(kept), weeks, step).sum(axis=2))

    return by_week(np.maximum(panel.demand, 0)), by_week(panel.returned)


def _by_style(units: Floats, panel: DemandPanel) -> Floats:
    return np.bincount(panel.style_of, units, len(panel.styles)).astype(np.float64)


def _no_pairs() -> Floats:
    return np.zeros((LEARNED_WEEKS, DELAY_WEEKS))
