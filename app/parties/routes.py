"""HTTP in and out: brands and factories. Only ops write them; a key reads its own."""

from typing import Annotated, Any, cast

from fastapi import Depends, Request, Response
from sqlalchemy.orm import Session

from app.audit.record import Act, Detail, record
from app.clock.time import now
from app.parties.access import CallerDep, KeyRingDep, OpsOnly, no_brand, no_factory
from app.parties.queries import (
    brand_row,
    brands_page,
    factories_page,
    factory_row,
    listed_factories,
)
from app.parties.register import BrandUses, store_brand, store_factory
from app.parties.schemas import BrandIn, BrandOut, FactoryIn, FactoryOut
from app.parties.tables import Brand, Factory
from app.web.context import DatabaseDep, SettingsDep
from app.web.paging import Page, PageParams
from app.web.routing import router
from app.web.wire import Identifier

routes = router(tag="parties")

NEW_BRAND: dict[int | str, Any] = {201: {"model": BrandOut, "description": "New"}}
NEW_FACTORY: dict[int | str, Any] = {201: {"model": FactoryOut, "description": "New"}}


async def _brand_uses(request: Request) -> BrandUses:
    return cast(BrandUses, request.app.state.brand_uses)


@routes.put("/brands/{brand}", responses=NEW_BRAND)
def put_brand(
    brand: Identifier,
    body: BrandIn,
    caller: OpsOnly,
    uses: Annotated[BrandUses, Depends(_brand_uses)],
    ring: KeyRingDep,
    database: DatabaseDep,
    settings: SettingsDep,
    response: Response,
) -> BrandOut:
    """Set a brand's calendar, currency, factories and rules of release.

    The currency is fixed once the brand has styles, the time zone once it has events.
    """
    values = body.model_dump(exclude={"factories"})
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        is_new = store_brand(session, brand, values, body.factories, uses=uses, at=at)
        shown = _brand(session, brand)
        record(session, caller, _brand_set(session, shown, body), at=at)
    ring.forget()
    response.status_code = 201 if is_new else 200
    return shown


@routes.get("/brands/{brand}")
def get_brand(brand: str, caller: CallerDep, database: DatabaseDep) -> BrandOut:
    """Read a brand: any of them for ops, a brand key its own."""
    if caller.role != "ops" and (caller.brand is None or caller.brand.code != brand):
        raise no_brand()
    with database.read() as session:
        return _brand(session, brand)


@routes.get("/brands")
def list_brands(caller: CallerDep, database: DatabaseDep, page: PageParams) -> Page[BrandOut]:
    """List the brands by id; a brand key sees its own, a factory key none."""
    shown = page.after(str)
    only = None if caller.role == "ops" else (caller.brand.id if caller.brand else 0)
    with database.read() as session:
        rows = brands_page(session, after=shown, limit=page.fetch, only=only)
        listed = listed_factories(session, [row.id for row in rows])

        def out(row: Brand) -> BrandOut:
            return BrandOut.of(row, listed[row.id])

        return page.page(rows, key=lambda row: (row.code,), out=out)


@routes.put("/factories/{factory}", responses=NEW_FACTORY)
def put_factory(
    factory: Identifier,
    body: FactoryIn,
    caller: OpsOnly,
    ring: KeyRingDep,
    database: DatabaseDep,
    settings: SettingsDep,
    response: Response,
) -> FactoryOut:
    """Set a factory's name, calendar and changeover hours."""
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        is_new = store_factory(session, factory, body.model_dump(), at=at)
        shown = _factory(session, factory)
        row = factory_row(session, factory)
        set_now = Act("factory.set", factory, factory_id=row.id if row else None)
        record(session, caller, set_now, at=at)
    ring.forget()
    response.status_code = 201 if is_new else 200
    return shown


@routes.get("/factories/{factory}")
def get_factory(factory: str, caller: CallerDep, database: DatabaseDep) -> FactoryOut:
    """Read a factory: any of them for ops, a factory key its own."""
    if caller.role != "ops" and (caller.factory is None or caller.factory.code != factory):
        raise no_factory()
    with database.read() as session:
        return _factory(session, factory)


@routes.get("/factories")
def list_factories(caller: CallerDep, database: DatabaseDep, page: PageParams) -> Page[FactoryOut]:
    """List the factories by id; a factory key sees its own, a brand key none."""
    shown = page.after(str)
    only = None if caller.role == "ops" else (caller.factory.id if caller.factory else 0)
    with database.read() as session:
        rows = factories_page(session, after=shown, limit=page.fetch, only=only)
        return page.page(rows, key=lambda row: (row.code,), out=FactoryOut.of)


def _brand(session: Session, code: str) -> BrandOut:
    row: Brand | None = brand_row(session, code)
    if row is None:
        raise no_brand()
    return BrandOut.of(row, listed_factories(session, [row.id])[row.id])


def _factory(session: Session, code: str) -> FactoryOut:
    row: Factory | None = factory_row(session, code)
    if row is None:
        raise no_factory()
    return FactoryOut.of(row)


def _brand_set(session: Session, shown: BrandOut, body: BrandIn) -> Act:
    row = brand_row(session, shown.brand)
    rules = body.model_dump(mode="json", include={"release", "release_limit", "open_to_buy"})
    details: dict[str, Detail] = {**rules, "factories": list(body.factories)}
    return Act("brand.set", shown.brand, brand_id=row.id if row else None, details=details)
