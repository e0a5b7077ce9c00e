"""Whether a run can wait for the next review."""

import numpy as np
from numpy.typing import NDArray

from app.forecasting.model import Paths
from app.planning import PricedPlan, Situation

LIKELY = 0.5
"""Probability of a stock-out before the next review from which a run is urgent."""


def is_urgent(asked: Situation, plan: PricedPlan) -> bool:
    """Say whether a SKU of the plan will likely run out before a later run could arrive.

    What is made to order is made for those who find no stock until the next review, and wait: it
    is urgent while they will likely be more than the units that are on their way to them.
    """
    offer = next(one for one in asked.offers if one.code == plan.offer)
    arrival = _periods(asked, offer.lead_time_days + asked.review_period_days)
    made = plan.quantities > 0
    on_hand = asked.on_hand[made, None]
    inbound = asked.inbound[made, :arrival].sum(axis=1)[:, None]
    if offer.made_to_order:
        review = _periods(asked, asked.review_period_days)
        without_stock = np.maximum(_demand(asked, made, review) - on_hand, 0)
        short = without_stock * asked.economics.backorder_share > inbound
    else:
        short = _demand(asked, made, arrival) > on_hand + inbound
    return bool((short.mean(axis=1) > LIKELY).any())


def _demand(asked: Situation, made: NDArray[np.bool_], periods: int) -> Paths:
    """Return the units demanded of the SKUs made until a period, shape (SKUs made, paths)."""
    demand: Paths = asked.demand[made, :, :periods].sum(axis=2)
    return demand


def _periods(asked: Situation, days: float) -> int:
    return int(np.ceil(days / asked.period_days))
