"""What an import did, as data and as tables for a terminal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.imports.rows import RowError, Tally

SkuKind = tuple[str, str]
"""A SKU code and the kind of an event."""

DIFFERENCES_SHOWN = 10


class KindUnits(NamedTuple):
    """Units of a SKU by kind of event."""

    sold: int
    cancelled: int
    returned: int

    @classmethod
    def of(cls, sku: str, units: Mapping[SkuKind, int]) -> "KindUnits":
        """Pick those of one SKU."""
        return cls(*(units.get((sku, kind), 0) for kind in ("sale", "cancellation", "return")))


@dataclass(frozen=True, slots=True)
class SkuUnits:
    """Units of a SKU in the file and in the database; other sources may have added to these."""

    sku: str
    in_file: KindUnits
    in_database: KindUnits


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Attributes:
        rows_read: Rows of the file.
        left_out: Rows and units that were not stored, by reason.
        errors: The first rows that were left out because of what they say.
        repeats_found: Rows that equal an earlier one; kept unless they are in `repeats_dropped`.
        repeats_dropped: Those left out.
        styles: Styles that the file names.
        skus: SKUs with at least one stored row.
        events_stored: Events that are new.
        events_already_there: Events that were stored before, with the same content.
        units_sold: Units of the file's sales in the database; the others likewise.
        units_cancelled: Units of its cancellations.
        units_returned: Units of its returns.
        reconciliation: The units of each SKU, in the file and in the database.
    """

    rows_read: int
    left_out: Mapping[str, Tally]
    errors: tuple[RowError, ...]
    repeats_found: Tally
    repeats_dropped: Tally
    styles: int
    skus: int
    events_stored: int
    events_already_there: int
    units_sold: int
    units_cancelled: int
    units_returned: int
    reconciliation: tuple[SkuUnits, ...]

    @property
    def differing(self) -> tuple[SkuUnits, ...]:
        """The SKUs of which the database holds other units than the file."""
        return tuple(one for one in self.reconciliation if one.in_file != one.in_database)


def render_report(report: ImportReport) -> RenderableType:
    """Return the report as tables for a terminal."""
    parts: list[RenderableType] = [_flow(report), _summary(report)]
    if report.errors:
        parts.append(_errors(report))
    if report.differing:
        parts.append(_differences(report))
    return Group(*parts)


def _flow(report: ImportReport) -> Table:
    """From the file's rows down to the events, so that a reader can add them up."""
    net = report.units_sold - report.units_cancelled - report.units_returned
    left = list(report.left_out.values())
    units_read = net + report.repeats_dropped.units + sum(tally.units for tally in left)
    table = _table("From the file", "", "rows", "units, net")
    table.add_row("in the file", _count(report.rows_read), _count(units_read), style="bold")
    for reason, tally in sorted(report.left_out.items(), key=lambda one: -one[1].rows):
        table.add_row(f"  left out: {reason}", _count(-tally.rows), _count(-tally.units))
    dropped = report.repeats_dropped
    if dropped.rows:
        table.add_row("  dropped: repeated", _count(-dropped.rows), _count(-dropped.units))
    events = report.events_stored + report.events_already_there
    table.add_row("events", _count(events), _count(net), style="bold", end_section=True)
    table.add_row("  stored now", _count(report.events_stored), "")
    table.add_row("  already there", _count(report.events_already_there), "")
    kept = report.repeats_found
    if kept.rows and not dropped.rows:
        table.add_row("  of these repeated, and kept", _count(kept.rows), _count(kept.units))
    return table


def _summary(report: ImportReport) -> Text:
    cancelled = f", {_count(report.units_cancelled)} cancelled" if report.units_cancelled else ""
    equal = len(report.reconciliation) - len(report.differing)
    return Text(
        f"{_count(report.units_sold)} units sold{cancelled},"
        f" {_count(report.units_returned)} returned;"
        f" {_count(report.styles)} styles, {_count(report.skus)} SKUs.\n"
        f"Units in the database equal those of the file for {_count(equal)}"
        f" of {_count(len(report.reconciliation))} SKUs."
    )


def _errors(report: ImportReport) -> Table:
    table = _table("The first rows left out", "row", "column", "code", "what is wrong")
    for one in report.errors:
        table.add_row(str(one.row), one.column, one.code, Text(one.message))
    return table


def _differences(report: ImportReport) -> Table:
    table = _table(
        "Units that the database has from elsewhere too",
        "SKU",
        *(f"{kind}: {where}" for kind in KindUnits._fields for where in ("file", "database")),
    )
    for one in report.differing[:DIFFERENCES_SHOWN]:
        pairs = zip(one.in_file, one.in_database, strict=True)
        table.add_row(Text(one.sku), *(_count(units) for pair in pairs for units in pair))
    return table


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column(first)
    for name in others:
        is_text = name in {"column", "code", "what is wrong"}
        table.add_column(name, justify="left" if is_text else "right")
    return table


def _count(number: int) -> str:
    return f"{number:,}"
