"""The terms of an answer: what would be agreed by it, and what that costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.clock.time import local_day
from app.recommendations.counter import Counter, Delivery, quantities
from app.recommendations.kept import TICK, exact, offer_code
from app.recommendations.tables import Recommendation
from app.runs.start import AgreedDelivery, AgreedLine, AgreedTerms


@dataclass(frozen=True, slots=True)
class Rates:
    """What a run costs beside its units and tools: shipping, and the set-up of each colorway."""

    freight_per_unit: Decimal
    freight_per_run: Decimal
    colorway_setup: Decimal


def agreed(
    row: Recommendation,
    counter: Counter | None,
    *,
    timezone: str,
    at: datetime,
    rates: Rates | None = None,
) -> AgreedTerms:
    """Return what is agreed when the recommendation, or a counter to it, is accepted at `at`.

    Units can be sold from acceptance plus the lead time on, or from the days the factory named.
    """
    terms = counter or Counter()
    units = quantities(terms, row)
    lines = [
        AgreedLine(line["sku_id"], line["sku"], line["colorway"], line["size"], units[line["sku"]])
        for line in row.lines
        if units[line["sku"]] > 0
    ]
    unit_cost = row.unit_cost if terms.unit_cost is None else terms.unit_cost
    named = terms.need_by
    if terms.deliveries:
        named = max(one.need_by for one in terms.deliveries if any(x.quantity for x in one.lines))
    return AgreedTerms(
        recommendation_id=row.id,
        brand_id=row.brand_id,
        factory_id=row.factory_id,
        style_id=row.style_id,
        brand=row.brand,
        factory=row.factory,
        style=row.style,
        offer=row.offer,
        mode=row.mode,
        lines=lines,
        currency=row.currency,
        unit_cost=unit_cost,
        total_cost=total_cost(row, terms, rates),
        expected_good_share=row.expected_good_share,
        need_by=named or row.need_by,
        due_date=named or local_day(at, timezone) + timedelta(days=row.lead_time_days),
        deliveries=_by_day(terms.deliveries or ()),
    )


def _by_day(deliveries: Sequence[Delivery]) -> tuple[AgreedDelivery, ...]:
    """Return the parts a factory named, those of one day together; one alone is no part."""
    days: dict[date, dict[str, int]] = {}
    for one in sorted(deliveries, key=lambda one: one.need_by):
        units = days.setdefault(one.need_by, {})
        for line in one.lines:
            units[line.sku] = units.get(line.sku, 0) + line.quantity
    parts = tuple(AgreedDelivery(day, units) for day, units in days.items())
    return parts if len(parts) > 1 else ()


def total_cost(row: Recommendation, counter: Counter, rates: Rates | None) -> Decimal:
    """Return the cost of the run: as recommended, or on the countered quantity and price."""
    quantity = sum(quantities(counter, row).values())
    unit_cost = row.unit_cost if counter.unit_cost is None else counter.unit_cost
    saved = Decimal(0) if rates is None else rates.colorway_setup * _left_out(counter, row)
    if (quantity, unit_cost) == (row.quantity, row.unit_cost):
        return row.total_cost - saved
    shipped = _freight_cost(row, quantity, rates)
    return quantity * unit_cost + row.setup_cost - saved + shipped + row.tooling_cost


def _left_out(counter: Counter, row: Recommendation) -> int:
    """Return how many colorways of a recommendation a counter makes nothing of."""
    units = quantities(counter, row)
    asked = {line["colorway"] for line in row.lines}
    return len(asked) - len({line["colorway"] for line in row.lines if units[line["sku"]] > 0})


def _freight_cost(row: Recommendation, quantity: int, rates: Rates | None) -> Decimal:
    """Return the freight of another quantity; in proportion where its parts are not known."""
    if quantity == row.quantity:
        return row.freight_cost
    if rates is None:
        return (row.freight_cost * quantity / row.quantity).quantize(TICK)
    return rates.freight_per_unit * quantity + rates.freight_per_run


def rates_of(inputs: Mapping[str, Any], row: Recommendation) -> Rates | None:
    """Return the rates of the offer a recommendation is by, as kept with its decision.

    None where that was not kept, or does not come to what the recommendation says.
    """
    for offer in inputs.get("situation", {}).get("offers", ()):
        if (offer["factory"], offer_code(offer["code"])) == (row.factory, row.offer):
            each, once = exact(offer["freight_per_unit"]), exact(offer["freight_per_run"])
            if each * row.quantity + once != row.freight_cost:
                return None
            return Rates(each, once, exact(offer.get("colorway_setup_cost", 0.0)))
    return None
