"""The schedule as a table, in columns that other systems import as they are."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from app.insight.schedule.model import Line, Schedule, week_name

Preset = Literal["generic", "odoo", "erpnext"]
Cell = str | int | None
Table = list[list[Cell]]

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001  # full width
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""

GENERIC = (
    "week", "due_date", "commitment", "brand", "style", "colorway", "size", "sku", "quantity",
    "to_make", "reference", "release",
)  # fmt: skip
ODOO = ("id", "origin", "product_id", "product_qty", "date_start")
"""Manufacturing orders (`mrp.production`, Odoo 17 or newer) by the names of their fields.

`id` is the external id: importing again updates the order instead of adding one. `product_id` is
found by the internal reference, which must be the SKU.
"""

ERPNEXT = (
    "material_request_type", "transaction_date", "schedule_date", "title", "items.item_code",
    "items.qty", "items.uom", "items.conversion_factor", "items.schedule_date",
    "items.description",
)  # fmt: skip
"""Material Requests by their field names, as Data Import reads them: one a run, its items below."""

ERPNEXT_UNIT = "Nos"
"""The unit that every ERPNext site has for pieces."""


def table_of(schedule: Schedule, preset: Preset) -> Table:
    """Return the header and the rows of a preset; cells are not defused yet."""
    build: Mapping[str, Callable[[Schedule], Table]] = {
        "generic": _generic,
        "odoo": _odoo,
        "erpnext": _erpnext,
    }
    return build[preset](schedule)


def as_csv(table: Table) -> bytes:
    """Write a table as RFC 4180 says, in UTF-8, texts that would be formulas defused."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerows([_defused(cell) for cell in row] for row in table)
    return written.getvalue().encode()


def _defused(cell: Cell) -> Cell:
    """Put an apostrophe before a text that a spreadsheet would run; numbers are ours."""
    if isinstance(cell, str) and cell.lstrip().startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell


def _generic(schedule: Schedule) -> Table:
    """Return every line: firm, planned and forecast may be added up."""
    rows: Table = [list(GENERIC)]
    for line in schedule.lines:
        rows.append(
            [
                week_name(schedule.week_of(line.due)), line.due.isoformat(), line.commitment,
                line.brand, line.style, line.colorway, line.size, line.sku, line.quantity,
                line.to_make, line.reference, schedule.release,
            ]
        )  # fmt: skip
    return rows


def _firm(schedule: Schedule) -> list[Sequence[Line]]:
    """Return what is accepted, run by run.

    An import adds and does not take back: only what can no longer be superseded goes there, with
    all that was ordered, whatever was made of it meanwhile.
    """
    return [work.lines for work in schedule.work if work.commitment == "firm"]


def _odoo(schedule: Schedule) -> Table:
    """Return an order for each SKU and day of a run with units to make."""
    rows: Table = [list(ODOO)]
    starts = {work.reference: work.start for work in schedule.work}
    for lines in _firm(schedule):
        for line in lines:
            if line.to_make:
                rows.append(
                    [
                        f"shortrun.{line.reference}_{_place(line)}", line.reference,
                        line.sku, line.ordered, f"{starts[line.reference or '']} 00:00:00",
                    ]
                )  # fmt: skip
    return rows


def _place(line: Line) -> str:
    """Return what tells the lines of a run apart, the same whatever was made meanwhile."""
    return f"{line.due:%Y%m%d}_{_letters(line.sku)}"


def _letters(sku: str) -> str:
    """Write a SKU in what an external id may hold, one way only."""
    return "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):x}_" for c in sku)


def _erpnext(schedule: Schedule) -> Table:
    """Return a request for each run: its own fields stand in the first of its rows alone.

    ERPNext refuses what is required before the day it was asked for: what is late was asked for
    on the day that it was due. The day of a request is that of its first item.
    """
    rows: Table = [list(ERPNEXT)]
    for lines in _firm(schedule):
        wanted = [line for line in lines if line.to_make]
        for index, line in enumerate(wanted):
            head: list[Cell] = [None] * 4
            if index == 0:
                first = min(each.due for each in wanted)
                asked = min(schedule.today, first)
                head = ["Manufacture", asked.isoformat(), first.isoformat(), line.reference]
            rows.append(
                [
                    *head, line.sku, line.ordered, ERPNEXT_UNIT, 1, line.due.isoformat(),
                    f"{line.brand} {line.style} {line.colorway} {line.size}",
                ]
            )  # fmt: skip
    return rows
