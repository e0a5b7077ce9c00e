"""When a standing recommendation still says what the newest decision wants."""

import math
from datetime import timedelta

from app.recommendations.proposal import ProposedRun
from app.recommendations.tables import Recommendation

TOLERATED_SHARE = 0.05
"""A run within 5% of the standing one is the same run: less than what yield varies by."""

EARLIER_DAYS_TOLERATED = 3
"""The day it is needed moves a little with every sale; a factory's plan need not."""


def still_says(standing: Recommendation, wanted: ProposedRun) -> bool:
    """Say whether nothing that matters changed, so that the standing one is kept.

    The same offer, mode, lead time and prices; in total within 5%, no line off by more than
    5% or one unit; and not needed more than three days earlier.
    """
    return (
        (standing.offer, standing.mode, standing.lead_time_days)
        == (wanted.offer, wanted.mode, wanted.lead_time_days)
        and _same_prices(standing, wanted)
        and _same_quantities(standing, wanted)
        and wanted.need_by >= standing.need_by - timedelta(days=EARLIER_DAYS_TOLERATED)
    )


def _same_prices(standing: Recommendation, wanted: ProposedRun) -> bool:
    fixed = (standing.currency, standing.unit_cost, standing.setup_cost, standing.tooling_cost)
    if fixed != (wanted.currency, wanted.unit_cost, wanted.setup_cost, wanted.tooling_cost):
        return False
    if standing.quantity == wanted.quantity:
        return standing.freight_cost == wanted.freight_cost
    allowed = float(standing.freight_cost) * TOLERATED_SHARE
    return abs(float(standing.freight_cost - wanted.freight_cost)) <= allowed


def _same_quantities(standing: Recommendation, wanted: ProposedRun) -> bool:
    if abs(standing.quantity - wanted.quantity) > TOLERATED_SHARE * standing.quantity:
        return False
    stands = {line["sku_id"]: int(line["quantity"]) for line in standing.lines}
    wants = {line.sku_id: line.quantity for line in wanted.lines}
    return all(
        abs(stands.get(sku, 0) - wants.get(sku, 0)) <= _allowed_units(stands.get(sku, 0))
        for sku in stands.keys() | wants.keys()
    )


def _allowed_units(quantity: int) -> int:
    return max(1, math.floor(TOLERATED_SHARE * quantity))
