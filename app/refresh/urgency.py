"""Whether a run can wait for the next review."""

import numpy as np

from app.forecasting.model import Paths
from app.planning import PricedPlan, Situation

LIKELY = 0.5
"""Probability of a stock-out before the next review from which a run is urgent."""


def is_urgent(asked: Situation, plan: PricedPlan) -> bool:
    """Say whether a SKU of the plan will likely run out before a later run could arrive."""
    lead = next(offer.lead_time_days for offer in asked.offers if offer.code == plan.offer)
    periods = int(np.ceil((lead + asked.review_period_days) / asked.period_days))
    made = plan.quantities > 0
    demand: Paths = asked.demand[made, :, :periods].sum(axis=2)
    supply = asked.on_hand[made] + asked.inbound[made, :periods].sum(axis=1)
    return bool(((demand > supply[:, None]).mean(axis=1) > LIKELY).any())
