"""Put a file and a kind together: which column is which, how numbers and dates are written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from app.imports.kinds.catalog import Catalog
from app.imports.kinds.dates import LOOKED_AT, order_of
from app.imports.kinds.expected import Inbound, KnownDemands
from app.imports.kinds.fields import FIELDS, guessed, missing
from app.imports.kinds.keys import digest
from app.imports.kinds.kind import SKIP, Kind, Portion
from app.imports.kinds.presets import PRESETS, recognised
from app.imports.kinds.sales import NATURAL_KEY, Sales
from app.imports.kinds.stock import Stock
from app.imports.kinds.values import Style
from app.imports.sources.edi import ON_HAND, RETURNED, SOLD, EdiSource
from app.imports.sources.source import Batch, Source, Unreadable
from app.parties.refs import BrandRef

ROWS_AT_ONCE = 10_000
"""Rows read, and stored in one transaction: bounds memory and how long others wait."""

EDI_KINDS: Mapping[str, Mapping[str, str]] = {
    "sales": {"sku": "sku", "quantity": "quantity", "occurred_at": "date", "channel": "location"},
    "stock": {"sku": "sku", "on_hand": "quantity", "as_of": "date"},
}
EDI_ACTIVITIES: Mapping[str, Mapping[str, str]] = {
    "sales": {SOLD: "sale", RETURNED: "return"},
    "stock": {ON_HAND: ""},
}

KINDS: Mapping[str, Any] = {
    "sales": Sales,
    "stock": Stock,
    "inbound": Inbound,
    "known_demand": KnownDemands,
    "catalog": Catalog,
}
DATES = ("occurred_at", "as_of", "due_date", "received_on", "launch_date", "end_of_life_date")
NUMBERS = ("quantity", "unit_price", "on_hand", "probability", "price", "salvage_value")
MONTH_FIRST_CURRENCIES = frozenset({"USD"})
DATE_ORDERS = {True: "day/month/year", False: "month/day/year"}
HEADINGS_NAMED = 12


@dataclass(frozen=True)
class Opened:
    """A file whose columns are understood; `portions` reads it from the start, any time."""

    source: Source
    kind: str
    headings: Mapping[str, str]
    style: Style
    preset: str | None = None

    def portions(self) -> tuple[Kind[Any], Iterator[Portion[Any]]]:
        """Return the kind, for this reading, and the rows some at a time."""
        reading: Kind[Any] = KINDS[self.kind](self.headings, self.style)
        batches = self.source.batches(ROWS_AT_ONCE)
        begin = PRESETS[self.preset].begin if self.preset else None
        if isinstance(self.source, EdiSource):
            batches = (_of_kind(self.kind, batch) for batch in batches)
        elif begin is not None:
            prepare = begin(self.headings, self.style, self.source.read_as)
            batches = (prepare(batch) for batch in batches)
        return reading, (reading.portion(batch) for batch in batches)


def _of_kind(kind: str, batch: Batch) -> Batch:
    """Leave out of an interchange what is not of the kind; what it says of a day is its total."""
    wanted = EDI_ACTIVITIES[kind]
    told = batch.columns["activity"]
    skip = [None if one in wanted else f"{one}: not {kind}" for one in told]
    days = zip(
        *(batch.columns[name] for name in ("activity", "sku", "date", "location")), strict=True
    )
    return batch._replace(
        columns={
            **batch.columns,
            "activity": [wanted.get(one) for one in told],
            SKIP: skip,
            NATURAL_KEY: ["\x1f".join(map(str, day)) for day in days],
        }
    )


def header_digest(names: Sequence[str]) -> str:
    """Return what a header is known by, in whatever order its columns stand."""
    return digest(*sorted(names))


def understood(
    source: Source,
    kind: str,
    *,
    preset: str | None,
    given: Mapping[str, str] | None,
    learned: Mapping[str, str] | None,
    brand: BrandRef,
    at: datetime,
) -> Opened:
    """Say which column is which: as given, as the preset has it, as before, or as guessed.

    Raises:
        Unreadable: If a column is named that the file does not have, or a needed one is not told.
    """
    facts = source.read_as.facts
    preset = preset or (recognised(kind, source.names) if given is None else None)
    if isinstance(source, EdiSource):
        preset, headings = None, _of_interchange(kind)
    elif preset is not None:
        facts["preset"] = preset
        headings = PRESETS[preset].headings(source.names) | dict(given or {})
        _refuse_lacking(source, kind, headings)
    else:
        headings = _headings(source, kind, given, learned)
    told = _sample(source, headings)
    decimal = _decimal(told, facts)
    day_first = _day_first(told, brand, source)
    return Opened(source, kind, headings, Style(decimal, day_first, brand.timezone, at), preset)


def _of_interchange(kind: str) -> dict[str, str]:
    if kind not in EDI_KINDS:
        raise Unreadable(
            "not_in_edi", f"an interchange is read for sales and stock, not for {kind}"
        )
    headings = dict(EDI_KINDS[kind])
    return headings | {"kind": "activity"} if kind == "sales" else headings


def _headings(
    source: Source,
    kind: str,
    given: Mapping[str, str] | None,
    learned: Mapping[str, str] | None,
) -> dict[str, str]:
    names = set(source.names)
    ours = [field.name for field in FIELDS[kind]]
    for name, heading in (given or {}).items():
        if name not in ours:
            said = f"mapping names {name!r}; a {kind} file has: {', '.join(ours)}"
            raise Unreadable("unknown_field", said)
        if heading not in names:
            said = f"mapping names a column {heading!r} that the file does not have: it has "
            raise Unreadable("unknown_column", said + _listed(source.names))
    if given is None and learned is not None:
        source.read_as.facts["mapping"] = "as in an earlier file with these columns"
        return dict(learned)
    if given:
        source.read_as.facts["mapping"] = "as given"
        rest = [name for name in source.names if name not in given.values()]
        headings = guessed(kind, rest) | dict(given)
    else:
        source.read_as.facts["mapping"] = "guessed from the headings"
        headings = guessed(kind, source.names)
    _refuse_lacking(source, kind, headings)
    return headings


def _refuse_lacking(source: Source, kind: str, headings: Mapping[str, str]) -> None:
    lacking = missing(kind, headings)
    if lacking:
        said = f"no column tells {', '.join(lacking)}: name them in mapping; the file has "
        raise Unreadable("columns_missing", said + _listed(source.names))


def _listed(names: Sequence[str]) -> str:
    said = ", ".join(repr(name[:60]) for name in names[:HEADINGS_NAMED])
    return (
        said if len(names) <= HEADINGS_NAMED else f"{said} and {len(names) - HEADINGS_NAMED} more"
    )


def _sample(source: Source, headings: Mapping[str, str]) -> dict[str, list[Any]]:
    """Return the first values of each column."""
    found: dict[str, list[Any]] = {name: [] for name in headings}
    for batch in islice(source.batches(ROWS_AT_ONCE), LOOKED_AT // ROWS_AT_ONCE):
        for name, heading in headings.items():
            found[name].extend(batch.columns[heading])
    return found


def _decimal(told: Mapping[str, Sequence[Any]], facts: dict[str, str]) -> str:
    """Say which sign begins a number's decimals: 1,5 and 1.234,5 have a comma, the others not."""
    comma = point = 0
    for name in NUMBERS:
        for value in told.get(name, ()):
            if not isinstance(value, str) or not ("," in value or "." in value):
                continue
            last = max(value.rfind(","), value.rfind("."))
            both = "," in value and "." in value
            digits = sum(letter.isdigit() for letter in value[last:])
            is_sure = both or digits != 3 or value.count(value[last]) > 1
            # Three digits after a lone sign may be thousands: 1,234 says nothing.
            if is_sure:
                is_thousands = value.count(value[last]) > 1
                comma += (value[last] == ",") != is_thousands
                point += (value[last] == ".") != is_thousands
    if comma or point:
        facts["decimal"] = "comma" if comma > point else "point"
    return "," if comma > point else "."


def _day_first(told: Mapping[str, Sequence[Any]], brand: BrandRef, source: Source) -> bool:
    """Say whether 03/04/2026 is the third of April, and how that is known."""
    values = [value for name in DATES for value in told.get(name, ())]
    order = order_of(values)
    if order is None:
        return True
    is_day_first = order == "day"
    if order == "unclear":
        is_day_first = brand.currency not in MONTH_FIRST_CURRENCIES
        source.read_as.warnings.append(
            "nothing in the file tells whether days or months come first in its dates: they were"
            f" read as {DATE_ORDERS[is_day_first]}, as the brand's currency has it"
        )
    source.read_as.facts["dates"] = DATE_ORDERS[is_day_first]
    return is_day_first
