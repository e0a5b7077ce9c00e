"""HTTP in and out: what was done to a tenant's own, and by whom.

The log itself lies below keys and access, so its route lives here.
"""

from app.audit.queries import entries_page
from app.parties.access import CallerDep
from app.parties.audit_schemas import AuditOut
from app.web.context import DatabaseDep
from app.web.paging import Page, PageParams
from app.web.routing import router

routes = router(tag="audit")


@routes.get("/audit")
def list_audit(caller: CallerDep, database: DatabaseDep, page: PageParams) -> Page[AuditOut]:
    """List what was done, oldest first: a brand or factory its own, ops everything."""
    shown = page.after(int)
    skipped = 0 if shown is None else max(0, shown[0])
    with database.read() as session:
        rows = entries_page(
            session,
            brand_id=caller.brand.id if caller.brand else None,
            factory_id=caller.factory.id if caller.factory else None,
            skipped=skipped,
            limit=page.fetch,
        )
    numbered = list(enumerate(rows, start=skipped + 1))
    return page.page(
        numbered, key=lambda row: (row[0],), out=lambda row: AuditOut.of(row[1], caller.role)
    )
