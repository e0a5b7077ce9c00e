"""Hand in a file, see how far it is, fetch what is wrong in it."""

from collections.abc import Iterable

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from app.clock.time import now
from app.database.database import Database
from app.errors import Forbidden, NotFound
from app.imports.ask import Asked, Upload, ask, find_same, keep, refuse_many
from app.imports.import_schemas import FORM_SCHEMA, ImportFormIn, ImportOut, read_form
from app.imports.queries import faults_of, import_of, imports_page
from app.imports.tables import Import, RowFault
from app.insight.schedule.table import Table, as_csv
from app.parties.access import BrandRef, Caller, CallerDep, CurrentBrand
from app.settings import Settings
from app.web.context import DatabaseDep, SettingsDep
from app.web.idempotency import answered_once
from app.web.paging import Page, PageParams
from app.web.routing import router
from app.web.upload import Form, received_form

routes = router(tag="imports")
uploads = router(tag="imports", streamed=True)


@uploads.post(
    "/imports",
    status_code=202,
    openapi_extra=FORM_SCHEMA,
    response_model=ImportOut,
    responses={200: {"model": ImportOut, "description": "The same file was handed in before"}},
)
async def post_import(
    request: Request,
    caller: CallerDep,
    brand: CurrentBrand,
    database: DatabaseDep,
    settings: SettingsDep,
) -> Response:
    """Hand in a file of sales, stock, inbound supply, known demand or the catalog.

    A worker takes it in; `GET /v1/imports/{import_id}` tells how far it is. The same bytes with the
    same `kind`, `preset` and `mapping` once more answer 200 with the first import, unless that one
    failed or rejected rows. With `dry_run` nothing is stored: the answer has a preview, and counts
    what would become of the rows. `on_error=abort` stores nothing unless every row can be taken.
    """
    names = tuple(ImportFormIn.model_fields)
    async with received_form(request, names=names, limit=settings.import_limit_bytes) as form:
        asked = read_form(form.fields).to_asked()

        async def taken(_request: Request) -> Response:
            return await run_in_threadpool(_taken, database, settings, caller, brand, asked, form)

        return await answered_once(request, form.digest(), taken)


def _taken(
    database: Database,
    settings: Settings,
    caller: Caller,
    brand: BrandRef,
    asked: Asked,
    form: Form,
) -> Response:
    upload = Upload(form.file, form.file_name, form.size, form.sha256)
    with database.read() as session:
        before = find_same(session, brand.id, asked, upload)
        if before is not None:
            return _answer(ImportOut.of(before), 200)
        refuse_many(session, brand.id)
    import_id = keep(database, upload)
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        made, is_new = ask(
            session, brand.id, asked, upload, import_id=import_id, actor=caller, at=at
        )
        return _answer(ImportOut.of(made), 202 if is_new else 200)


def _answer(told: ImportOut, status: int) -> Response:
    headers = {"Location": f"/v1/imports/{told.id}"}
    return JSONResponse(told.model_dump(mode="json"), status_code=status, headers=headers)


@routes.get("/imports")
def list_imports(brand: CurrentBrand, database: DatabaseDep, page: PageParams) -> Page[ImportOut]:
    """List the brand's imports, newest first; the last 200 that ended are kept."""
    shown = page.after(str)
    before = None if shown is None else shown[0]
    with database.read() as session:
        rows = imports_page(session, brand.id, before=before, limit=page.fetch)
        return page.page(rows, key=lambda row: (row.id,), out=ImportOut.of)


@routes.get("/imports/{import_id}")
def get_import(import_id: str, caller: CallerDep, database: DatabaseDep) -> ImportOut:
    """Show how far an import is, and what became of the rows."""
    with database.read() as session:
        return ImportOut.of(_own(session, import_id, caller))


@routes.get(
    "/imports/{import_id}/errors.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def get_import_errors(import_id: str, caller: CallerDep, database: DatabaseDep) -> Response:
    """Fetch what is wrong with the rows: row, column, code, message; at most 100,000 of them.

    Rows are numbered as a spreadsheet shows them. Formulas in texts are defused.
    """
    with database.read() as session:
        found = _own(session, import_id, caller)
        written = as_csv(_table(faults_of(session, found.id)))
    headers = {"Content-Disposition": f'attachment; filename="{found.id}-errors.csv"'}
    return Response(written, media_type="text/csv; charset=utf-8", headers=headers)


def _table(faults: Iterable[RowFault]) -> Table:
    rows: Table = [["row", "column", "code", "message"]]
    rows.extend([one.row_number, one.column_name, one.code, one.message] for one in faults)
    return rows


def _own(session: Session, import_id: str, caller: Caller) -> Import:
    """Return an import of the caller's brand, any brand's for ops; else there is none."""
    if caller.role == "factory":
        raise Forbidden("a factory key may not do this")
    found = import_of(session, import_id, brand_id=caller.brand.id if caller.brand else None)
    if found is None:
        raise NotFound("there is no such import")
    return found
