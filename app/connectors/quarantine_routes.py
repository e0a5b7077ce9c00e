"""HTTP in and out: deliveries, or parts of them, that could not be used yet."""

from typing import Annotated, Literal

from fastapi import Query

from app.audit.record import Act, record
from app.clock.time import now
from app.connectors.queries import connection_codes, quarantine_page, quarantined_of
from app.connectors.replay import no_quarantined, replay
from app.connectors.schemas import QuarantinedOut
from app.parties.access import CallerDep, CurrentBrand
from app.web.context import DatabaseDep, SettingsDep
from app.web.paging import Page, PageParams
from app.web.routing import router

routes = router(tag="shops")

Status = Annotated[
    Literal["waiting", "resolved"], Query(description="What waits, or what did once.")
]


@routes.get("/quarantine")
def list_quarantine(
    brand: CurrentBrand, database: DatabaseDep, page: PageParams, status: Status = "waiting"
) -> Page[QuarantinedOut]:
    """List what waits, in the order it came: what it is about, and why it cannot be used."""
    shown = page.after(str)
    with database.read() as session:
        rows = quarantine_page(
            session,
            brand.id,
            status=status,
            after=shown[0] if shown else None,
            limit=page.fetch,
        )
        codes = connection_codes(session, [row.connection_id for row in rows])
    return page.page(
        rows,
        key=lambda row: (row.id,),
        out=lambda row: QuarantinedOut.of(row, codes[row.connection_id].code),
    )


@routes.get("/quarantine/{quarantined}")
def get_quarantined(quarantined: str, brand: CurrentBrand, database: DatabaseDep) -> QuarantinedOut:
    """Read what waits, or waited, under an id."""
    with database.read() as session:
        row = quarantined_of(session, brand.id, quarantined)
        if row is None:
            raise no_quarantined()
        codes = connection_codes(session, [row.connection_id])
    return QuarantinedOut.of(row, codes[row.connection_id].code)


@routes.post("/quarantine/{quarantined}/replay")
def replay_quarantined(
    quarantined: str,
    brand: CurrentBrand,
    caller: CallerDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> QuarantinedOut:
    """Try again, with the styles and the SKU map as they are now; say what still is wrong."""
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        row = replay(session, brand, quarantined, at=at)
        codes = connection_codes(session, [row.connection_id])
        act = Act("quarantine.replayed", row.id, brand_id=brand.id, details={"status": row.status})
        record(session, caller, act, at=at)
    return QuarantinedOut.of(row, codes[row.connection_id].code)
