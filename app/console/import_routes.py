"""Imports: hand in a file, see how far it is, what became of its rows, and what is wrong."""

from itertools import islice
from typing import Annotated

from fastapi import Query, Request, Response
from sqlalchemy.orm import Session

from app.clock.time import now
from app.console.answers import go, page
from app.console.door import FormDep, PathBrand, UploadDep, VisitorDep, pages
from app.console.once import Said, keep_said, said_before
from app.console.paging import paged
from app.errors import NotFound
from app.imports.ask import Upload, ask, find_same, forget_file, keep, refuse_many
from app.imports.import_schemas import ImportFormIn, ImportOut, read_form
from app.imports.kinds.presets import PRESETS
from app.imports.queries import faults_of, import_of, imports_page
from app.imports.tables import Import
from app.insight.schedule.table import Table, as_csv
from app.parties.refs import BrandRef
from app.web.context import DatabaseDep, SettingsDep

routes = pages()

PER_PAGE = 25
FAULTS_SHOWN = 50
OPEN = ("queued", "running")
HERE_BEFORE = "This file was handed in before."

KINDS = {
    "sales": "sales",
    "stock": "stock levels",
    "inbound": "supply on its way",
    "known_demand": "known demand",
    "catalog": "catalog: styles and SKUs",
}
"""What a file may hold, as the form calls it."""


@routes.get("/b/{brand}/imports")
def show_imports(
    request: Request,
    brand: PathBrand,
    database: DatabaseDep,
    settings: SettingsDep,
    before: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """List the brand's imports, newest first, and take in a file."""
    with database.read() as session:
        at = now(session, sandbox=settings.sandbox)
        rows = imports_page(session, brand.id, before=before or None, limit=PER_PAGE + 1)
        told = [ImportOut.of(row) for row in rows]
    shown = paged(
        told,
        PER_PAGE,
        f"/console/b/{brand.code}/imports",
        cursor="before",
        position=lambda row: row.id,
        turned=bool(before),
    )
    return page(
        request,
        "imports.html",
        brand=brand,
        kinds=KINDS,
        presets={name: one.kind for name, one in PRESETS.items()},
        at=at,
        **shown,
    )


@routes.post("/b/{brand}/imports")
def hand_in(
    request: Request,
    brand: PathBrand,
    visitor: VisitorDep,
    form: FormDep,
    upload: UploadDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> Response:
    """Take in a file, as `POST /v1/imports` does."""
    fields = {name: str(form[name]) for name in ImportFormIn.model_fields if form.get(name)}
    asked = read_form(fields).to_asked()
    file = Upload(upload.file, upload.file_name, upload.size, upload.sha256)
    with database.read() as session:
        before = find_same(session, brand.id, asked, file)
        if before is None:
            refuse_many(session, brand.id)
    if before is not None:
        return go(request, _path(brand, before.id), HERE_BEFORE)
    import_id = keep(database, file)
    with database.write() as session:
        said = said_before(session, visitor, form)
        if said is not None:
            forget_file(session, import_id)
        else:
            at = now(session, sandbox=settings.sandbox)
            made, is_new = ask(
                session, brand.id, asked, file, import_id=import_id, actor=visitor, at=at
            )
            words = "The file is here, and a worker takes it in." if is_new else HERE_BEFORE
            said = keep_said(session, visitor, form, Said(_path(brand, made.id), words))
    return go(request, said.path, said.words)


@routes.get("/b/{brand}/imports/{import_id}")
def show_import(
    request: Request, brand: PathBrand, import_id: str, database: DatabaseDep, settings: SettingsDep
) -> Response:
    """Show how far an import is, and what became of its rows."""
    with database.read() as session:
        at = now(session, sandbox=settings.sandbox)
        row = _own(session, brand, import_id)
        faults = list(islice(faults_of(session, row.id), FAULTS_SHOWN))
        return page(
            request,
            "import.html",
            brand=brand,
            told=ImportOut.of(row),
            kinds=KINDS,
            faults=faults,
            is_open=row.status in OPEN,
            at=at,
        )


@routes.get("/b/{brand}/imports/{import_id}/errors.csv")
def import_errors(brand: PathBrand, import_id: str, database: DatabaseDep) -> Response:
    """Give what is wrong with the rows as a file, as `/v1/imports/{import_id}/errors.csv` does."""
    with database.read() as session:
        row = _own(session, brand, import_id)
        table: Table = [["row", "column", "code", "message"]]
        table += [
            [one.row_number, one.column_name, one.code, one.message]
            for one in faults_of(session, row.id)
        ]
        headers = {"Content-Disposition": f'attachment; filename="{row.id}-errors.csv"'}
    return Response(as_csv(table), media_type="text/csv; charset=utf-8", headers=headers)


def _own(session: Session, brand: BrandRef, import_id: str) -> Import:
    found = import_of(session, import_id, brand_id=brand.id)
    if found is None:
        raise NotFound("there is no such import")
    return found


def _path(brand: BrandRef, import_id: str) -> str:
    return f"/console/b/{brand.code}/imports/{import_id}"
