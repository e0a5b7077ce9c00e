"""What a factory would do instead of what is recommended: its form, its check, its units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.errors import FieldError, Invalid
from app.recommendations.tables import Recommendation
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
