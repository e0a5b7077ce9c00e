"""The terms of an answer: what a factory counters with, and what would be agreed by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.clock.time import local_day
from app.errors import FieldError, Invalid
from app.recommendations.kept import TICK, exact, offer_code
from app.recommendations.tables import Recommendation
from app.runs.start import AgreedDelivery, AgreedLine, AgreedTerms
from app.web.wire import money_text

MOST_ERRORS = 20


@dataclass(frozen=True, slots=True)
class CounterLine:
    """Units of one SKU that a factory would make instead."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """A part that would come on a day of its own."""

    need_by: date
    lines: tuple[CounterLine, ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """What a run costs beside its units and tools: shipping, and the set-up of each colorway."""

    freight_per_unit: Decimal
    freight_per_run: Decimal
    colorway_setup: Decimal


@dataclass(frozen=True, slots=True)
class Counter:
    """What a factory would do instead; what is None, and SKUs that `lines` leaves out, stay.

    With `deliveries` the quantities are their sums, and `lines`, where given, must say the same.
    """

    lines: tuple[CounterLine, ...] | None = None
    need_by: date | None = None
    unit_cost: Decimal | None = None
    deliveries: tuple[Delivery, ...] | None = None
    reason: str | None = None

    @property
    def days(self) -> tuple[date, ...]:
        """Every day it names."""
        named = (self.need_by,) if self.need_by else ()
        return (*(one.need_by for one in self.deliveries or ()), *named)

    def stored(self) -> dict[str, Any]:
        """Return it as kept and shown."""
        parts = {
            "decision": "counter",
            "lines": _stored_lines(self.lines),
            "need_by": self.need_by.isoformat() if self.need_by else None,
            "unit_cost": None if self.unit_cost is None else money_text(self.unit_cost),
            "deliveries": self.deliveries
            and [
                {"need_by": one.need_by.isoformat(), "lines": _stored_lines(one.lines)}
                for one in self.deliveries
            ],
            "reason": self.reason,
        }
        return {name: value for name, value in parts.items() if value is not None}


def _stored_lines(lines: Sequence[CounterLine] | None) -> list[dict[str, Any]] | None:
    if lines is None:
        return None
    return [{"sku": line.sku, "quantity": line.quantity} for line in lines]


def counter_of(stored: Mapping[str, Any]) -> Counter:
    """Read back what `Counter.stored` wrote."""
    deliveries = stored.get("deliveries")
    return Counter(
        lines=_read_lines(stored["lines"]) if "lines" in stored else None,
        need_by=date.fromisoformat(stored["need_by"]) if "need_by" in stored else None,
        unit_cost=Decimal(stored["unit_cost"]) if "unit_cost" in stored else None,
        deliveries=deliveries
        and tuple(
            Delivery(date.fromisoformat(one["need_by"]), _read_lines(one["lines"]))
            for one in deliveries
        ),
        reason=stored.get("reason"),
    )


def _read_lines(stored: Sequence[Mapping[str, Any]]) -> tuple[CounterLine, ...]:
    return tuple(CounterLine(line["sku"], line["quantity"]) for line in stored)


def check(counter: Counter, row: Recommendation, *, today: date) -> None:
    """Refuse a counter that names other SKUs, contradicts itself, asks for nothing, or is late.

    Raises:
        Invalid: Naming the fields.
    """
    errors = list(_line_errors("/lines", counter.lines or (), row))
    dates = [("/need_by", counter.need_by)] if counter.need_by else []
    for index, one in enumerate(counter.deliveries or ()):
        errors += _line_errors(f"/deliveries/{index}/lines", one.lines, row)
        dates.append((f"/deliveries/{index}/need_by", one.need_by))
    errors += [
        FieldError(pointer, "in_past", "must not lie in the past")
        for pointer, day in dates
        if day is not None and day < today
    ]
    if not errors:
        errors = list(_sum_errors(counter, row))
    if errors:
        raise Invalid("the counter is not valid", errors=errors[:MOST_ERRORS])


def _line_errors(
    pointer: str, lines: Sequence[CounterLine], row: Recommendation
) -> list[FieldError]:
    known = {line["sku"] for line in row.lines}
    errors, seen = [], set()
    for index, line in enumerate(lines):
        where = f"{pointer}/{index}/sku"
        if line.sku not in known:
            errors.append(FieldError(where, "unknown_sku", "is not in the recommendation"))
        elif line.sku in seen:
            errors.append(FieldError(where, "duplicate_sku", "is named twice"))
        seen.add(line.sku)
    return errors


def _sum_errors(counter: Counter, row: Recommendation) -> list[FieldError]:
    units = quantities(counter, row)
    if sum(units.values()) < 1:
        where = "/deliveries" if counter.deliveries else "/lines"
        return [FieldError(where, "nothing_left", "decline instead of making nothing")]
    if counter.deliveries and counter.lines is not None:
        stated = {line.sku: line.quantity for line in counter.lines}
        if any(stated.get(sku, 0) != quantity for sku, quantity in units.items()):
            return [FieldError("/lines", "sums_differ", "must be the sums of the deliveries")]
    return []


def quantities(counter: Counter, row: Recommendation) -> dict[str, int]:
    """Return the units of each SKU of the recommendation that a counter comes to."""
    if counter.deliveries:
        units = {line["sku"]: 0 for line in row.lines}
        for one in counter.deliveries:
            for line in one.lines:
                units[line.sku] += line.quantity
        return units
    units = {line["sku"]: int(line["quantity"]) for line in row.lines}
    return units | {line.sku: line.quantity for line in counter.lines or ()}


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
