"""When a standing recommendation still says what the newest decision wants."""

import math
from datetime import timedelta

from app.recommendations.proposal import ProposedRun
from app.recommendations.run_cost import cost_by
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
    """Say whether what stands costs by the terms of today what it says, and a unit as the other.

    Of incremental price breaks every other quantity has another unit cost on average: there only
    the first is asked. A break for all units that the one run reaches and the other does not is a
    change, however few units lie between them.
    """
    colorways = len({line["colorway"] for line in standing.lines})
    again = cost_by(wanted.terms, standing.quantity, colorways)
    said = (standing.unit_cost, standing.setup_cost, standing.freight_cost, standing.tooling_cost)
    if said != (again.unit, again.setup, again.freight, again.tooling):
        return False
    if (standing.currency, standing.setup_cost) != (wanted.currency, wanted.setup_cost):
        return False
    is_stepped = wanted.terms.price_break_kind == "incremental"
    return is_stepped or standing.unit_cost == wanted.unit_cost


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
