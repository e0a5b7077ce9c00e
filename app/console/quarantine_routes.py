"""Quarantine: deliveries of shops that could not be used, why, and what makes them usable."""

import re
from typing import Annotated

from fastapi import Query, Request, Response
from sqlalchemy import select

from app.audit.record import Act, record
from app.catalog.tables import Sku
from app.clock.time import now
from app.connectors.mapping import map_item as map_one
from app.connectors.queries import connection_codes, quarantined_of
from app.connectors.replay import no_quarantined, replay
from app.connectors.tables import Quarantined
from app.console.answers import go, page
from app.console.door import FormDep, PathBrand, VisitorDep, pages
from app.console.forms import text_of
from app.console.paging import paged
from app.console.quarantine import held
from app.errors import FieldError, Invalid
from app.web.context import DatabaseDep, SettingsDep
from app.web.wire import UNPRINTABLE

routes = pages()

PER_PAGE = 25
SUGGESTED = 300
"""SKUs that are offered to choose from; a brand with more types them."""

LONGEST_ITEM = 100
UNSAYABLE = re.compile(f"[{UNPRINTABLE}]")


@routes.get("/b/{brand}/quarantine")
def show_quarantine(
    request: Request,
    brand: PathBrand,
    database: DatabaseDep,
    settings: SettingsDep,
    status: Annotated[str, Query(pattern="^(waiting|resolved)$")] = "waiting",
    after: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """List what waits, or what did once."""
    with database.read() as session:
        at = now(session, sandbox=settings.sandbox)
        rows = held(session, brand, status=status, after=after or None, limit=PER_PAGE + 1)
        own = select(Sku.code).where(Sku.brand_id == brand.id, Sku.active.is_(True))
        skus = session.scalars(own.order_by(Sku.code).limit(SUGGESTED + 1)).all()
    shown = paged(
        rows,
        PER_PAGE,
        f"/console/b/{brand.code}/quarantine",
        cursor="after",
        position=lambda held: held.row.id,
        turned=bool(after),
        asked={"status": status},
    )
    return page(
        request,
        "quarantine.html",
        brand=brand,
        showing=status,
        skus=skus if len(skus) <= SUGGESTED else (),
        at=at,
        **shown,
    )


@routes.post("/b/{brand}/quarantine/{quarantined}/replay")
def try_again(
    request: Request,
    brand: PathBrand,
    quarantined: str,
    visitor: VisitorDep,
    form: FormDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> Response:
    """Try to use it as styles and map are now."""
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        row = replay(session, brand, quarantined, at=at)
        act = Act("quarantine.replayed", row.id, brand_id=brand.id, details={"status": row.status})
        record(session, visitor, act, at=at)
        words = _became(row)
    return go(request, text_of(form, "back"), words)


@routes.post("/b/{brand}/quarantine/{quarantined}/map")
def map_item(
    request: Request,
    brand: PathBrand,
    quarantined: str,
    visitor: VisitorDep,
    form: FormDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> Response:
    """Say in the SKU map which SKU an item is, or that it is none, and try again."""
    item, sku = str(form.get("item", "")), text_of(form, "sku")  # an item's own spaces count
    leaves_out = text_of(form, "leave_out") == "yes"
    if not item or len(item) > LONGEST_ITEM or UNSAYABLE.search(item):
        raise _invalid("item", "is none of the delivery")
    if not sku and not leaves_out:
        raise _invalid("sku", "say which of your SKUs it is")
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        entry = quarantined_of(session, brand.id, quarantined)
        if entry is None:
            raise no_quarantined()
        channel = connection_codes(session, [entry.connection_id])[entry.connection_id].channel
        map_one(session, brand.id, channel, item, None if leaves_out else sku)
        act = Act("sku_map.put", channel, brand_id=brand.id, details={"items": 1})
        record(session, visitor, act, at=at)
        row = replay(session, brand, quarantined, at=at)
        act = Act("quarantine.replayed", row.id, brand_id=brand.id, details={"status": row.status})
        record(session, visitor, act, at=at)
        said = f"{item} is left out from now on" if leaves_out else f"{item} is {sku} from now on"
        words = f"{said}. {_became(row)}"
    return go(request, text_of(form, "back"), words)


def _became(row: Quarantined) -> str:
    if row.status == "resolved":
        return "All of it is used now."
    return f"It still waits: {'; '.join(str(error['message']) for error in row.errors)}."


def _invalid(field: str, message: str) -> Invalid:
    return Invalid("the form is not valid", errors=[FieldError(f"/{field}", "invalid", message)])
