"""X12 852 (product activity data) and EDIFACT SLSRPT (sales data report), read leniently.

Both tell, item by item, quantities of one period: a row each, with what it counts. What a period
sold is booked on its last day. Segments that tell neither are passed over.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from app.imports.sources.source import Batch, ReadAs, Unreadable

X12, EDIFACT = (b"ISA",), (b"UNA", b"UNB")
NAMES = ("sku", "quantity", "date", "location", "activity")
SOLD, ON_HAND, RETURNED = "sold", "on hand", "returned"

ACTIVITIES = {"QS": SOLD, "QA": ON_HAND, "QU": RETURNED}
"""ZA01 of X12: quantity sold, available, returned by customers. QR (received), QP (on order) and
the others are told by inbound supply, and left out."""

QUANTITIES = {"153": SOLD, "145": ON_HAND, "61": RETURNED}
"""QTY 6063 of EDIFACT: sales, actual stock, returns."""

COVER = 0xE000
"""Where Unicode keeps signs for private use."""

Row = tuple[Any, ...]


class EdiSource:
    """One interchange; rows are numbered by their segment."""

    names: Sequence[str] = NAMES

    def __init__(self, path: Path, read_as: ReadAs) -> None:
        """Read it.

        Raises:
            Unreadable: If it holds neither message.
        """
        self.read_as = read_as
        text = path.read_text(encoding="utf-8")
        is_x12 = text.startswith("ISA")
        read_as.facts["format"] = "X12 852" if is_x12 else "EDIFACT SLSRPT"
        self._rows = list(_X12(read_as).rows(text) if is_x12 else _edifact(text, read_as))
        self.rows: int | None = len(self._rows)
        if not self._rows:
            raise Unreadable("no_activity", "the interchange tells no quantities sold or on hand")

    def batches(self, size: int) -> Iterator[Batch]:
        """Give the quantities in their order."""
        rows = iter(self._rows)
        while some := list(islice(rows, size)):
            numbers, *columns = zip(*some, strict=True)
            yield Batch(numbers, dict(zip(NAMES, columns, strict=True)), [])


class _X12:
    """Walks through the segments of 852; a quantity that is told again by place is its total."""

    def __init__(self, read_as: ReadAs) -> None:
        self._read_as = read_as
        self._period: str | None = None
        self._place: str | None = None
        self._sku: str | None = None
        self._at: str | None = None
        self._activity: str | None = None
        self._total: Row | None = None

    def rows(self, text: str) -> Iterator[Row]:
        """Give what each quantity counts."""
        separator, end = text[3], text[105:106] or "~"
        for number, part in enumerate(text.split(end), start=1):
            told = [*part.strip("\r\n ").split(separator), *[""] * 12]
            if told[0] == "SDQ":
                self._total = None
                yield from self._by_place(number, told)
                continue
            if self._total is not None:
                yield self._total
                self._total = None
            self._take(number, told)

    def _take(self, number: int, told: Sequence[str]) -> None:
        if told[0] == "ST":
            self._place = self._sku = self._activity = None
            if told[1] != "852":
                _warn(self._read_as, f"a message {told[1]} was passed over")
        elif told[0] == "XQ":
            self._period = _day(told[3] or told[2])
        elif told[0] == "N1":
            self._place = told[4] or told[2] or None
        elif told[0] == "LIN":
            self._sku, self._activity = _item(told), None
        elif told[0] == "ZA":
            self._activity, self._at = ACTIVITIES.get(told[1]), _day(told[5]) or self._period
            if self._activity is None:
                _warn(self._read_as, f"activity {told[1]} was passed over")
            elif told[2]:
                self._total = self._row(number, told[2], self._place)

    def _by_place(self, number: int, told: Sequence[str]) -> Iterator[Row]:
        if self._activity is not None:
            for place, quantity in zip(told[3::2], told[4::2], strict=False):
                if place and quantity:
                    yield self._row(number, quantity, place)

    def _row(self, number: int, quantity: str, place: str | None) -> Row:
        return number, self._sku, quantity, self._at, place, self._activity


def _item(told: Sequence[str]) -> str | None:
    """Return the item by the code most likely the brand's own: the vendor's, then UPC or EAN."""
    codes = dict(zip(told[2::2], told[3::2], strict=False))
    order = ("VN", "VA", "SK", "UP", "EN", "UK", "IN", "CB")
    return next((codes[kind] for kind in order if codes.get(kind)), None)


def _edifact(text: str, read_as: ReadAs) -> Iterator[Row]:
    signs = text[3:9] if text.startswith("UNA") else ":+.? '"
    component, element, decimal, release, _, end = list(signs)
    text = text[9:] if text.startswith("UNA") else text
    period = place_period = place = sku = None
    for number, raw in enumerate(_covered(text, release).split(end), start=1):
        elements = raw.strip("\r\n ").split(element)
        told = [[_shown(part) for part in one.split(component)] for one in elements]
        told += [[""]] * 4
        match told[0][0]:
            case "UNH":
                if told[2][0] != "SLSRPT":
                    _warn(read_as, f"a message {told[2][0]} was passed over")
                period = place_period = place = sku = None
            case "DTM" if told[1][0] in {"356", "90", "91", "137"} and len(told[1]) > 1:
                found = _day(told[1][1][-8:]) if told[1][0] != "137" else None
                period, place_period = (period, found) if place else (found or period, place_period)
            case "LOC":
                place, sku = told[2][0] or None, None
            case "LIN":
                sku = told[3][0] or None
            case "PIA" if told[2][-1] == "SA":
                sku = told[2][0] or sku
            case "QTY" if len(told[1]) > 1:
                activity = QUANTITIES.get(told[1][0])
                if activity is not None:
                    quantity = told[1][1].replace(decimal, ".")
                    yield number, sku, quantity, place_period or period, place, activity


def _covered(text: str, release: str) -> str:
    """Put what follows a release sign out of the way of cutting; `_shown` puts it back."""
    return re.sub(rf"{re.escape(release)}(.)", lambda found: chr(COVER + ord(found[1])), text)


def _shown(said: str) -> str:
    return re.sub("[\ue000-\ue0ff]", lambda found: chr(ord(found[0]) - COVER), said)


def _day(said: str) -> str | None:
    """Return a day of eight digits as it is written elsewhere."""
    try:
        return date.fromisoformat(said).isoformat() if len(said) == 8 else None
    except ValueError:
        return None


def _warn(read_as: ReadAs, said: str) -> None:
    if said not in read_as.warnings:
        read_as.warnings.append(said)
