"""Audit: who did what, newest first; a brand's people see their own."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.audit.queries import latest_entries
from app.console.answers import page
from app.console.door import VisitorDep, pages
from app.console.paging import paged
from app.console.queries import names_of
from app.web.context import DatabaseDep

routes = pages()

HERE = "/console/audit"
PER_PAGE = 50
LARGEST = 2**53


@routes.get("/audit")
def show_audit(
    request: Request,
    visitor: VisitorDep,
    database: DatabaseDep,
    before: Annotated[int, Query(ge=0, le=LARGEST)] = LARGEST,
) -> Response:
    """List what was done."""
    own = visitor.brand.id if visitor.brand else None
    with database.read() as session:
        rows = latest_entries(session, brand_id=own, before=before, limit=PER_PAGE + 1)
        names = names_of(session, [row.key_id for row in rows if row.key_id])
    shown = paged(
        rows,
        PER_PAGE,
        HERE,
        cursor="before",
        position=lambda row: row.seq,
        turned=before < LARGEST,
    )
    return page(
        request,
        "audit.html",
        names=names,
        timezone=visitor.brand.timezone if visitor.brand else "UTC",
        **shown,
    )
