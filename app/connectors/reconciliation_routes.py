"""HTTP in and out: a day of a shop's orders against what was booked of them."""

import threading

from app.audit.record import Act, record
from app.clock.time import now
from app.connectors.connecting import connection_named
from app.connectors.reconcile import Patience, reconcile
from app.connectors.reconciliation_schemas import ReconciliationIn, ReconciliationOut
from app.errors import Conflict, SetupError
from app.parties.access import CallerDep, CurrentBrand
from app.web.context import DatabaseDep, SettingsDep
from app.web.routing import router

routes = router(tag="shops")

PATIENCE = Patience(tries=2, seconds=30.0)
"""Somebody waits for the answer, on one of a few threads."""

AT_ONCE = threading.BoundedSemaphore(2)
"""Shops asked at a time by one process: others are served by the remaining threads."""


@routes.post("/connections/{connection}/reconciliations")
def post_reconciliation(
    connection: str,
    body: ReconciliationIn,
    caller: CallerDep,
    brand: CurrentBrand,
    database: DatabaseDep,
    settings: SettingsDep,
) -> ReconciliationOut:
    """Ask the shop for a day of its orders, and say which lines were booked otherwise.

    With `apply` what the shop tells is booked first, and what still differs is listed. A day that
    takes the shop longer than half a minute is for `shortrun reconcile`, which waits.
    """
    with database.read() as session:
        connection_named(session, brand.id, connection)
    if not AT_ONCE.acquire(blocking=False):
        raise Conflict("other shops are being asked just now; try again", code="shop_busy")
    try:
        found = reconcile(
            database,
            brand,
            connection,
            body.date,
            sandbox=settings.sandbox,
            apply=body.apply,
            patience=PATIENCE,
        )
    except SetupError as error:
        raise Conflict(str(error), code="shop_failed") from None
    finally:
        AT_ONCE.release()
    details: dict[str, str | int | bool | list[str] | None] = {
        "date": body.date.isoformat(),
        "apply": body.apply,
        "differing_lines": len(found.differences),
    }
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        act = Act("connection.reconciled", connection, brand_id=brand.id, details=details)
        record(session, caller, act, at=at)
    return ReconciliationOut.of(connection, body.date, found)
