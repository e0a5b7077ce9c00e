"""The schedule as UN/EDIFACT DELFOR, directory D.97A: a delivery schedule.

One interchange for the factory, one message for each brand, each a full replacement.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from app.insight.schedule.edi_text import by_brand, chunks, fitted, named
from app.insight.schedule.model import Line, Schedule, monday_of

CHARSET = "latin-1"
SYNTAX = "UNOC"
"""UNOC is ISO 8859-1; other letters are transliterated."""

SENDER = "SHORTRUN"
LONGEST_PARTNER = 35
LONGEST_PARTY = 17
LONGEST_SKU = 35
LONGEST_LINE = 35
CONTROL_NUMBERS = 10**14

RESERVED = "?+:'"
COMMITMENTS = {"firm": "1", "planned": "4", "forecast": "4"}
"""Delivery plan status (data element 4017): 1 firm, 4 planning or forecast."""

FREQUENCIES = {"firm": "", "planned": "", "forecast": "W"}
"""Frequency (data element 2013): W in the week that begins with the day."""

Composite = Sequence[str]
Segment = Sequence[str | Composite]


def as_delfor(schedule: Schedule) -> bytes:
    """Write the interchange; without any work it holds one message without items."""
    control = str(schedule.release % CONTROL_NUMBERS)
    messages = [
        _message(schedule, brand, skus, str(number))
        for number, (brand, skus) in enumerate(by_brand(schedule) or [("", [])], start=1)
    ]
    receiver = fitted(schedule.factory, LONGEST_PARTNER, CHARSET)
    segments: list[Segment] = [
        ("UNB", (SYNTAX, "3"), SENDER, receiver, (f"{schedule.today:%y%m%d}", "0000"), control),
        *(segment for message in messages for segment in message),
        ("UNZ", str(len(messages)), control),
    ]
    return ("UNA:+.? '" + "".join(_written(one) for one in segments)).encode(CHARSET)


def _written(segment: Segment) -> str:
    """Write a segment: empty components and elements at an end left out, reserved signs freed."""
    composites = [(one,) if isinstance(one, str) else one for one in segment]
    elements = [":".join(_trimmed([_released(part) for part in one])) for one in composites]
    return "+".join(_trimmed(elements)) + "'"


def _trimmed(parts: list[str]) -> list[str]:
    while parts and not parts[-1]:
        parts.pop()
    return parts


def _released(value: str) -> str:
    """Put the release character before what would end a component, an element or a segment."""
    return "".join(f"?{sign}" if sign in RESERVED else sign for sign in value)


def _message(
    schedule: Schedule, brand: str, skus: Sequence[tuple[str, Sequence[Line]]], number: str
) -> list[Segment]:
    first = min((line.due for _, lines in skus for line in lines), default=schedule.today)
    segments: list[Segment] = [
        ("UNH", number, ("DELFOR", "D", "97A", "UN")),
        ("BGM", "241", str(schedule.release), "5"),
        _date("137", schedule.today),
        _date("158", min(monday_of(schedule.today), first)),
        _date("159", schedule.until - timedelta(days=1)),
        _party("BY", schedule.names.get(brand, SENDER), brand or SENDER),
        _party("SU", schedule.name, schedule.factory),
    ]
    if skus:
        segments.append(("GIS", "37"))
    for place, (sku, lines) in enumerate(skus, start=1):
        segments += _item(place, sku, lines)
    return [*segments, ("UNT", str(len(segments) + 1), number)]


def _party(role: str, name: str, code: str) -> Segment:
    lines = list(chunks(named(name, 5 * LONGEST_LINE, CHARSET), LONGEST_LINE))
    return ("NAD", role, (fitted(code, LONGEST_PARTY, CHARSET), "", "92"), "", lines)


def _item(place: int, sku: str, lines: Sequence[Line]) -> list[Segment]:
    one = lines[0]
    described = named(f"{one.style} {one.colorway} {one.size}", 2 * LONGEST_LINE, CHARSET)
    segments: list[Segment] = [
        ("LIN", str(place), "", (fitted(sku, LONGEST_SKU, CHARSET), "IN")),
        ("IMD", "F", "", ("", "", "", *chunks(described, LONGEST_LINE))),
    ]
    for (commitment, frequency), days in _totals(lines).items():
        segments.append(("SCC", commitment, "", frequency))
        for day, quantity in sorted(days.items()):
            segments += [("QTY", ("113", str(quantity), "PCE")), _date("2", day)]
    return segments


def _totals(lines: Iterable[Line]) -> dict[tuple[str, str], dict[date, int]]:
    """Return the units of each day under each status and frequency, firm before the rest."""
    totals: dict[tuple[str, str], dict[date, int]] = {}
    for line in lines:
        key = (COMMITMENTS[line.commitment], FREQUENCIES[line.commitment])
        days = totals.setdefault(key, {})
        days[line.due] = days.get(line.due, 0) + line.quantity
    return totals


def _date(qualifier: str, day: date) -> Segment:
    return ("DTM", (qualifier, f"{day:%Y%m%d}", "102"))
