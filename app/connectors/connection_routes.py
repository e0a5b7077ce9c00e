"""HTTP in and out: a brand's connections to its shops."""

from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session

from app.audit.record import Act, record
from app.clock.time import now
from app.connectors.connecting import connection_named, disconnect, store_connection
from app.connectors.queries import connections_page, last_deliveries, waiting_counts
from app.connectors.routes import DeliveriesDep
from app.connectors.schemas import ConnectionIn, ConnectionOut
from app.connectors.tables import Connection
from app.parties.access import CallerDep, CurrentBrand
from app.web.context import DatabaseDep, SettingsDep
from app.web.paging import Page, PageParams
from app.web.routing import router
from app.web.wire import Identifier

routes = router(tag="shops")

NEW: dict[int | str, Any] = {201: {"model": ConnectionOut, "description": "New"}}


@routes.put("/connections/{connection}", responses=NEW)
def put_connection(
    connection: Identifier,
    body: ConnectionIn,
    brand: CurrentBrand,
    caller: CallerDep,
    database: DatabaseDep,
    deliveries: DeliveriesDep,
    settings: SettingsDep,
    response: Response,
) -> ConnectionOut:
    """Connect a shop, or change how: with two secrets a new one can take over from an old one."""
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        row, is_new = store_connection(
            session, brand.id, connection, body.to_draft(), at=at, sandbox=settings.sandbox
        )
        shown = _shown(session, row)
        record(session, caller, _connected(row), at=at)
    deliveries.forget()
    response.status_code = 201 if is_new else 200
    return shown


@routes.get("/connections/{connection}")
def get_connection(connection: str, brand: CurrentBrand, database: DatabaseDep) -> ConnectionOut:
    """Read a connection, when it was last delivered something, and how much of that waits."""
    with database.read() as session:
        return _shown(session, connection_named(session, brand.id, connection))


@routes.get("/connections")
def list_connections(
    brand: CurrentBrand, database: DatabaseDep, page: PageParams
) -> Page[ConnectionOut]:
    """List the brand's connections by id."""
    shown = page.after(str)
    with database.read() as session:
        rows = connections_page(
            session, brand.id, after=shown[0] if shown else None, limit=page.fetch
        )
        ids = [row.id for row in rows]
        last, waiting = last_deliveries(session, ids), waiting_counts(session, ids)

        def out(row: Connection) -> ConnectionOut:
            return ConnectionOut.of(row, last.get(row.id), waiting.get(row.id, 0))

        return page.page(rows, key=lambda row: (row.code,), out=out)


@routes.delete("/connections/{connection}", status_code=204)
def delete_connection(
    connection: str,
    brand: CurrentBrand,
    caller: CallerDep,
    database: DatabaseDep,
    deliveries: DeliveriesDep,
    settings: SettingsDep,
) -> None:
    """Disconnect a shop: its secrets are forgotten, and what it still sends is refused.

    What it sold stays, and so does what is known of its orders: connected again under the same
    name, none of them counts twice.
    """
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        disconnect(session, brand.id, connection, at=at)
        removed = Act("connection.deleted", connection, brand_id=brand.id)
        record(session, caller, removed, at=at)
    deliveries.forget()


def _shown(session: Session, row: Connection) -> ConnectionOut:
    last = last_deliveries(session, [row.id]).get(row.id)
    return ConnectionOut.of(row, last, waiting_counts(session, [row.id]).get(row.id, 0))


def _connected(row: Connection) -> Act:
    """Say what was connected; of what opens it only how much there is."""
    details = {
        "platform": row.platform,
        "channel": row.channel,
        "store_url": row.store_url,
        "secrets": len(row.secrets),
        "has_api_token": row.api_token is not None,
    }
    return Act("connection.put", row.code, brand_id=row.brand_id, details=details)
