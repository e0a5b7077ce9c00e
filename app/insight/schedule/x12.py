"""The schedule as ASC X12 830, version 004010: a planning schedule with release capability.

One interchange for the factory, one transaction set for each brand, each a full replacement.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from app.insight.schedule.edi_text import by_brand, fitted, named
from app.insight.schedule.model import Line, Schedule, monday_of

CHARSET = "ascii"
SENDER = "SHORTRUN"
LONGEST_ID = 15
LONGEST_SKU = 48
LONGEST_NAME = 60
LONGEST_DESCRIPTION = 80
CONTROL_NUMBERS = 10**9
"""An interchange control number has nine digits and begins again after the last."""

QUALIFIERS = {"firm": "C", "planned": "D", "forecast": "D"}
"""Forecast qualifier (data element 680): C firm, D planning."""

TIMING = {"firm": "D", "planned": "D", "forecast": "W"}
"""Forecast timing (data element 681): D on that day, W in the week that begins with it."""

ELEMENT_SEPARATORS = "*|^\x1d"
TERMINATORS = "~'\n\x1c"
COMPONENT_SEPARATORS = ">:<\x1f"
"""X12 escapes nothing: of each kind the first that no value holds; no text of ours has the last."""

Segment = Sequence[str]


def as_x12(schedule: Schedule) -> bytes:
    """Write the interchange; without any work its group holds one set without items."""
    control = f"{schedule.release % CONTROL_NUMBERS:09d}"
    sets = [
        _transaction_set(schedule, brand, skus, f"{number:04d}")
        for number, (brand, skus) in enumerate(by_brand(schedule) or [("", [])], start=1)
    ]
    receiver = fitted(schedule.factory, LONGEST_ID, CHARSET)
    body: list[Segment] = [
        ("GS", "PS", SENDER, receiver, f"{schedule.today:%Y%m%d}", "0000",
         str(int(control)), "X", "004010"),
        *(segment for one in sets for segment in one),
        ("GE", str(len(sets)), str(int(control))),
    ]  # fmt: skip
    used = {character for segment in body for value in segment for character in value}
    element, terminator, component = (
        next(one for one in candidates if one not in used)
        for candidates in (ELEMENT_SEPARATORS, TERMINATORS, COMPONENT_SEPARATORS)
    )
    header = (
        "ISA", "00", " " * 10, "00", " " * 10, "ZZ", SENDER.ljust(15), "ZZ", receiver.ljust(15),
        f"{schedule.today:%y%m%d}", "0000", "U", "00401", control, "0", "P", component,
    )  # fmt: skip
    segments = [header, *body, ("IEA", "1", control)]
    return "".join(_written(one, element) + terminator for one in segments).encode(CHARSET)


def _written(segment: Segment, separator: str) -> str:
    """Join a segment's elements, empty ones at its end left out."""
    values = list(segment)
    while values and not values[-1]:
        values.pop()
    return separator.join(values)


def _transaction_set(
    schedule: Schedule, brand: str, skus: Sequence[tuple[str, Sequence[Line]]], control: str
) -> list[Segment]:
    first = min((line.due for _, lines in skus for line in lines), default=schedule.today)
    start = min(monday_of(schedule.today), first)
    segments: list[Segment] = [
        ("ST", "830", control),
        ("BFR", "05", "", str(schedule.release), "DL", "A", _day(start),
         _day(schedule.until - timedelta(days=1)), _day(schedule.today)),
        _party("BY", schedule.names.get(brand, SENDER), brand or SENDER),
        _party("SU", schedule.name, schedule.factory),
    ]  # fmt: skip
    for number, (sku, lines) in enumerate(skus, start=1):
        segments += _item(number, sku, lines)
    segments.append(("CTT", str(len(skus)), str(_hash_total(skus))))
    return [*segments, ("SE", str(len(segments) + 1), control)]


def _party(role: str, name: str, code: str) -> Segment:
    return ("N1", role, named(name, LONGEST_NAME, CHARSET), "92", fitted(code, 80, CHARSET))


def _item(number: int, sku: str, lines: Sequence[Line]) -> list[Segment]:
    one = lines[0]
    described = f"{one.style} {one.colorway} {one.size}"
    segments: list[Segment] = [
        ("LIN", str(number), "BP", fitted(sku, LONGEST_SKU, CHARSET)),
        ("UIT", "EA"),
        ("PID", "F", "", "", "", named(described, LONGEST_DESCRIPTION, CHARSET)),
    ]
    totals: dict[tuple[str, str, date], int] = {}
    for line in lines:
        key = (QUALIFIERS[line.commitment], TIMING[line.commitment], line.due)
        totals[key] = totals.get(key, 0) + line.quantity
    return segments + [
        ("FST", str(quantity), qualifier, timing, _day(day))
        for (qualifier, timing, day), quantity in sorted(totals.items())
    ]


def _hash_total(skus: Sequence[tuple[str, Sequence[Line]]]) -> int:
    return sum(line.quantity for _, lines in skus for line in lines)


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
