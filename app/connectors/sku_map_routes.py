"""HTTP in and out: which of a brand's SKUs a platform's items are."""

from typing import Any

from fastapi import Response

from app.audit.record import Act, record
from app.clock.time import now
from app.connectors.item_queries import sku_map, sku_maps_page
from app.connectors.mapping import put_sku_map as store
from app.connectors.schemas import (
    ChannelName,
    MappedItemIn,
    SkuMapIn,
    SkuMapOut,
    SkuMapSummaryOut,
)
from app.errors import NotFound
from app.parties.access import CallerDep, CurrentBrand
from app.web.context import DatabaseDep, SettingsDep
from app.web.paging import Page, PageParams
from app.web.routing import router

routes = router(tag="shops")

NEW: dict[int | str, Any] = {201: {"model": SkuMapOut, "description": "New"}}


@routes.put("/sku-map/{channel:path}", responses=NEW)
def put_sku_map(
    channel: ChannelName,
    body: SkuMapIn,
    brand: CurrentBrand,
    caller: CallerDep,
    database: DatabaseDep,
    settings: SettingsDep,
    response: Response,
) -> SkuMapOut:
    """Say which SKU each of a platform's items is, for all connections of a channel.

    It holds for lines that were not recognised yet. The worker then uses what waited for it in
    quarantine.
    """
    items = [(one.item, one.sku) for one in body.items]
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        is_new = store(session, brand.id, channel, items)
        details = {"items": len(items)}
        act = Act("sku_map.put", channel, brand_id=brand.id, details=details)
        record(session, caller, act, at=at)
    response.status_code = 201 if is_new else 200
    return SkuMapOut(channel=channel, items=sorted(body.items, key=lambda one: one.item))


@routes.get("/sku-map/{channel:path}")
def get_sku_map(channel: str, brand: CurrentBrand, database: DatabaseDep) -> SkuMapOut:
    """Read the whole map of a channel."""
    with database.read() as session:
        found = sku_map(session, brand.id, channel)
    if not found:
        raise NotFound("there is no SKU map of this channel")
    return SkuMapOut(channel=channel, items=[MappedItemIn(item=i, sku=sku) for i, sku in found])


@routes.get("/sku-map")
def list_sku_maps(
    brand: CurrentBrand, database: DatabaseDep, page: PageParams
) -> Page[SkuMapSummaryOut]:
    """List the channels that have a map."""
    shown = page.after(str)
    with database.read() as session:
        rows = sku_maps_page(session, brand.id, after=shown[0] if shown else None, limit=page.fetch)
    return page.page(
        rows,
        key=lambda row: (row[0],),
        out=lambda row: SkuMapSummaryOut(channel=row[0], items=row[1]),
    )
