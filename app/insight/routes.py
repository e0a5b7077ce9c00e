"""`/v1/factories/{factory}/schedule`: what a factory has before it, in the form it plans with."""

from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response

from app.clock.time import now
from app.errors import Malformed
from app.insight.schedule.edifact import as_delfor
from app.insight.schedule.gather import read_schedule
from app.insight.schedule.model import Schedule
from app.insight.schedule.schemas import ScheduleOut
from app.insight.schedule.table import Preset, as_csv, table_of
from app.insight.schedule.workbook import as_xlsx
from app.insight.schedule.x12 import as_x12
from app.parties.access import PathFactory
from app.web.context import DatabaseDep, SettingsDep
from app.web.etag import conditional, render
from app.web.routing import router

routes = router(tag="insight")

Format = Literal["json", "csv", "xlsx", "x12_830", "delfor"]

MEDIA_TYPES: dict[str, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "x12_830": "application/EDI-X12",
    "delfor": "application/EDIFACT; charset=iso-8859-1",
}
"""As RFC 4180 and RFC 1767 name them."""

SUFFIXES = {"csv": "csv", "xlsx": "xlsx", "x12_830": "x12", "delfor": "edi"}

FormatAsked = Annotated[Format, Query(alias="format", description="How it is written.")]
PresetAsked = Annotated[
    Preset | None,
    Query(
        description="Columns of the CSV: `generic` (all lines), `odoo` (manufacturing orders) or "
        "`erpnext` (Material Requests); the last two hold accepted work still to make alone."
    ),
]
ANSWERS: dict[int | str, Any] = {
    200: {
        "content": {
            media.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
            for name, media in MEDIA_TYPES.items()
            if name != "json"
        }
    },
    304: {"description": "Nothing changed"},
}


@routes.get("/factories/{factory}/schedule", response_model=ScheduleOut, responses=ANSWERS)
def get_schedule(
    request: Request,
    factory: PathFactory,
    database: DatabaseDep,
    settings: SettingsDep,
    asked: FormatAsked = "json",
    preset: PresetAsked = None,
) -> Response:
    """Read what a factory has before it, by ISO week of its own calendar.

    Firm is accepted and not yet received, planned is open or countered, and forecast is demand
    beyond both, of brands that share theirs and styles the factory has an offer for: the three may
    be added up. With the line's load and order of work, materials by date, and checks. Each answer
    replaces the one before; `release` rises with what is firm or planned. Send the `ETag` back as
    `If-None-Match`: nothing new is 304.
    """
    if preset is not None and asked != "csv":
        raise Malformed("only a CSV has presets: ?format=csv", code="bad_parameter")
    with database.read() as session:
        at = now(session, sandbox=settings.sandbox)
        schedule = read_schedule(session, factory, at=at)
    headers = {"Content-Type": MEDIA_TYPES[asked]}
    if asked != "json":
        name = f"schedule-{schedule.factory}-{schedule.release}.{SUFFIXES[asked]}"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return conditional(request, _written(schedule, asked, preset or "generic"), headers=headers)


def _written(schedule: Schedule, asked: Format, preset: Preset) -> bytes:
    match asked:
        case "csv":
            return as_csv(table_of(schedule, preset))
        case "xlsx":
            return as_xlsx(schedule)
        case "x12_830":
            return as_x12(schedule)
        case "delfor":
            return as_delfor(schedule)
        case _:
            return render(ScheduleOut.of(schedule))
