"""The schedule as an XLSX workbook: the same bytes for the same content."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from app.insight.schedule.line_load import line_loads
from app.insight.schedule.model import Schedule, week_name
from app.insight.schedule.needs import checkpoints, material_needs
from app.insight.schedule.table import Cell, table_of

WRITTEN_AT = (1980, 1, 1, 0, 0, 0)
"""The first instant that a ZIP entry can have: a workbook is as old as its content, not a call."""

_TIMES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def as_xlsx(schedule: Schedule) -> bytes:
    """Write a workbook of four sheets: lines, weeks of the line, materials, checkpoints.

    Texts are stored as texts: what looks like a formula is shown, never run.
    """
    book = Workbook(write_only=True)
    _sheet(book, "Schedule", table_of(schedule, "generic"))
    _sheet(book, "Line", _line(schedule))
    _sheet(book, "Materials", _materials(schedule))
    _sheet(book, "Checkpoints", _checkpoints(schedule))
    written = io.BytesIO()
    book.save(written)
    return _timeless(written.getvalue())


def _sheet(book: Workbook, title: str, rows: Iterable[Sequence[Cell | float]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for index, row in enumerate(rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"
            if index == 0:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)


def _line(schedule: Schedule) -> Iterable[Sequence[Cell | float]]:
    yield (
        "week", "start", "load", "over_capacity", "place", "brand", "style", "colorway", "units",
        "changeover_hours",
    )  # fmt: skip
    for load in line_loads(schedule):
        for place, step in enumerate(load.steps, start=1):
            job = step.job
            yield (
                week_name(load.monday), load.monday.isoformat(), round(load.load, 4),
                "yes" if load.is_over else "no", place, job.brand, job.style, job.colorway,
                job.units, step.changeover_hours,
            )  # fmt: skip


def _materials(schedule: Schedule) -> Iterable[Sequence[Cell | float]]:
    yield ("date", "commitment", "brand", "material", "quantity", "unit", "styles")
    for need in material_needs(schedule):
        yield (
            need.day.isoformat(), need.commitment, need.brand, need.material,
            float(need.quantity), schedule.units.get(need.material), ", ".join(need.styles),
        )  # fmt: skip


def _checkpoints(schedule: Schedule) -> Iterable[Sequence[Cell | float]]:
    yield ("date", "check", "run", "brand", "style", "lot_units", "sample_units")
    for one in checkpoints(schedule):
        yield (
            one.day.isoformat(), one.check, one.run, one.brand, one.style, one.lot_units,
            one.sample_units,
        )  # fmt: skip


def _timeless(workbook: bytes) -> bytes:
    """Return the archive without the moment it was written."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as read,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as write,
    ):
        for name in read.namelist():
            content = read.read(name)
            if name == "docProps/core.xml":
                content = _TIMES.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, WRITTEN_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            write.writestr(entry, content)
    return packed.getvalue()
