"""Situations in one line: what a planning test does not name has no effect."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from app.planning import Integers, OfferTerms, PreviousPlan, Situation, StyleEconomics

NO_LATER_RUN = 10_000
"""A review period, in days, after which nothing in a test's horizon can still arrive."""


def offer(code: str = "small", unit_cost: float = 10.0, **terms: Any) -> OfferTerms:
    """Return an offer with one price, at once, for any quantity, unless said otherwise."""
    given = {
        "factory": "fab",
        "mode": "small_batch",
        "made_to_order": False,
        "price_break_kind": "all_units",
        "price_breaks": ((1, unit_cost),),
    }
    return OfferTerms(code, **(given | terms))


def situation(
    demand: Any,
    *offers: OfferTerms,
    on_hand: Any = 0,
    inbound: Any = 0,
    colorways: Any = None,
    end: int | None = -1,
    period_days: int = 7,
    review: int = NO_LATER_RUN,
    previous: PreviousPlan | None = None,
    **economics: Any,
) -> Situation:
    """Return a situation; `end=-1` puts the end of life at the end of the paths."""
    paths = np.asarray(demand, dtype=np.int64)
    skus, _, periods = paths.shape
    return Situation(
        demand=paths,
        colorways=np.zeros(skus, dtype=np.int64) if colorways is None else np.array(colorways),
        on_hand=np.broadcast_to(np.asarray(on_hand, dtype=np.int64), (skus,)),
        inbound=np.broadcast_to(np.asarray(inbound, dtype=np.int64), (skus, periods)),
        period_days=period_days,
        end_period=periods if end == -1 else end,
        review_period_days=review,
        economics=StyleEconomics(**({"price": 30.0} | economics)),
        offers=offers,
        previous=previous,
    )


def one_period(samples: Any) -> Integers:
    """Return one SKU's demand of one period, a path for each sample."""
    return np.asarray(samples, dtype=np.int64)[None, :, None]


def poisson(seed: int, *means: float, paths: int = 64, periods: int = 8) -> Integers:
    """Return seeded Poisson paths whose rate is shared by the SKUs of a path."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(3.0, 1 / 3.0, size=(1, paths, 1))
    shape = (len(means), paths, periods)
    return rng.poisson(np.broadcast_to(np.array(means)[:, None, None] * rate, shape))


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """Draw paths, stock, inbound and money for up to three SKUs."""
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    skus, periods = draw(st.integers(1, 3)), draw(st.integers(1, 6))
    paths = draw(st.integers(1, 12))
    return {
        "demand": rng.poisson(rng.uniform(0, 6, size=(skus, 1, 1)), size=(skus, paths, periods)),
        "on_hand": rng.integers(0, 12, size=skus),
        "inbound": rng.integers(0, 4, size=(skus, periods)) * rng.integers(0, 2, size=periods),
        "colorways": rng.integers(0, 2, size=skus),
        "price": float(draw(st.integers(12, 60))),
        "salvage_value": float(draw(st.integers(0, 8))),
        "holding_cost_per_unit_week": draw(st.sampled_from([0.0, 0.05, 0.5])),
        "lost_sale_cost": float(draw(st.integers(0, 5))),
    }
