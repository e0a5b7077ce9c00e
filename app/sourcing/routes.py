"""Put and read offers and materials, and keep some of a material for a brand."""

from fastapi import Response

from app.audit.record import Act, record
from app.clock.time import now
from app.errors import Malformed, NotFound
from app.parties.access import CallerDep, CurrentFactory, Reader
from app.sourcing.ingest import put_offer as store_offer
from app.sourcing.material_queries import materials_named, materials_page
from app.sourcing.material_schemas import MaterialIn, ReservationIn, ReservationOut
from app.sourcing.material_views import MaterialForBrandOut, MaterialOut
from app.sourcing.materials import put_material as store_material
from app.sourcing.materials import remove_material, reserve, unreserve
from app.sourcing.queries import offers_named, offers_page
from app.sourcing.schemas import OfferIn, OfferOut
from app.web.context import DatabaseDep, SettingsDep
from app.web.paging import Page, PageParams
from app.web.routing import router
from app.web.wire import Identifier

routes = router(tag="sourcing")


@routes.put("/offers/{offer}", responses={201: {"model": OfferOut, "description": "New"}})
def put_offer(
    offer: Identifier,
    body: OfferIn,
    caller: CallerDep,
    factory: CurrentFactory,
    database: DatabaseDep,
    settings: SettingsDep,
    response: Response,
) -> OfferOut:
    """Offer a brand a way of making its styles, or change an offer; runs accepted before stay."""
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        created = store_offer(session, factory.id, body.to_draft(offer), at=at)
        [stored] = offers_named(session, offer, brand_id=None, factory_id=factory.id)
        brand_id = stored.offer.brand_id
        act = Act("offer.set", offer, brand_id=brand_id, factory_id=factory.id)
        record(session, caller, act, at=at)
    response.status_code = 201 if created else 200
    return OfferOut.of(stored)


@routes.get("/offers/{offer}")
def get_offer(offer: str, reader: Reader, database: DatabaseDep) -> OfferOut:
    """Read an offer; a brand reads those made to it, and names the factory where two share an id.

    Offer ids are a factory's own.
    """
    brand_id = reader.brand.id if reader.brand else None
    factory_id = reader.factory.id if reader.factory else None
    with database.read() as session:
        found = offers_named(session, offer, brand_id=brand_id, factory_id=factory_id)
        if not found:
            raise NotFound("there is no such offer")
        if len(found) > 1:
            raise Malformed(
                "several factories have an offer of that id: ?factory=", code="missing_parameter"
            )
        return OfferOut.of(found[0])


@routes.get("/offers")
def list_offers(reader: Reader, database: DatabaseDep, page: PageParams) -> Page[OfferOut]:
    """List offers by factory and id: a factory its own, a brand those made to it."""
    shown = page.after(str, str)
    with database.read() as session:
        rows = offers_page(
            session,
            brand_id=reader.brand.id if reader.brand else None,
            factory_id=reader.factory.id if reader.factory else None,
            after=None if shown is None else (shown[0], shown[1]),
            limit=page.fetch,
        )
        return page.page(rows, key=lambda row: (row.factory, row.offer.code), out=OfferOut.of)


@routes.put("/materials/{material}", responses={201: {"model": MaterialOut, "description": "New"}})
def put_material(
    material: Identifier,
    body: MaterialIn,
    caller: CallerDep,
    factory: CurrentFactory,
    database: DatabaseDep,
    settings: SettingsDep,
    response: Response,
) -> MaterialOut:
    """Report what there is of a material; what was reported before is no longer so.

    Runs accepted but not begun by `as_of` take their share of what is reported. A run counts as
    cut from the first event reported of it, at the latest on the day it is due.
    """
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        created = store_material(session, factory, body.to_draft(material), at=at)
        [stored] = materials_named(session, material, brand_id=None, factory_id=factory.id)
        shown = MaterialOut.of(stored, at=at)
        act = Act("material.set", material, factory_id=factory.id)
        record(session, caller, act, at=at)
    response.status_code = 201 if created else 200
    return shown


@routes.get("/materials/{material}")
def get_material(
    material: str, reader: Reader, database: DatabaseDep, settings: SettingsDep
) -> MaterialOut | MaterialForBrandOut:
    """Read a material: a factory its own, a brand what it can have of it.

    A brand reads what is reserved for it or named by a style of its own, at factories it lists,
    and names the factory where two share an id.
    """
    brand_id = reader.brand.id if reader.brand else None
    factory_id = reader.factory.id if reader.factory else None
    with database.read() as session:
        found = materials_named(session, material, brand_id=brand_id, factory_id=factory_id)
        if not found:
            raise NotFound("there is no such material")
        if len(found) > 1:
            raise Malformed(
                "several factories have a material of that id: ?factory=", code="missing_parameter"
            )
        at = now(session, sandbox=settings.sandbox)
        if reader.brand is None or reader.caller.role == "factory":
            return MaterialOut.of(found[0], at=at)
        return MaterialForBrandOut.of(found[0], reader.brand, at=at)


@routes.get("/materials")
def list_materials(
    reader: Reader, database: DatabaseDep, settings: SettingsDep, page: PageParams
) -> Page[MaterialOut | MaterialForBrandOut]:
    """List materials by factory and id, as each is read alone."""
    shown = page.after(str, str)
    brand = None if reader.caller.role == "factory" else reader.brand
    with database.read() as session:
        at = now(session, sandbox=settings.sandbox)
        rows = materials_page(
            session,
            brand_id=reader.brand.id if reader.brand else None,
            factory_id=reader.factory.id if reader.factory else None,
            after=None if shown is None else (shown[0], shown[1]),
            limit=page.fetch,
        )
        return page.page(
            rows,
            key=lambda row: (row.factory, row.known.material.code),
            out=lambda row: (
                MaterialOut.of(row, at=at)
                if brand is None
                else MaterialForBrandOut.of(row, brand, at=at)
            ),
        )


@routes.delete("/materials/{material}", status_code=204)
def delete_material(
    material: str,
    caller: CallerDep,
    factory: CurrentFactory,
    database: DatabaseDep,
    settings: SettingsDep,
) -> None:
    """Report a material no longer, its reservations included: it limits nothing any more."""
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        remove_material(session, factory, material, at=at)
        act = Act("material.removed", material, factory_id=factory.id)
        record(session, caller, act, at=at)


@routes.put(
    "/materials/{material}/reservations/{brand}",
    responses={201: {"model": ReservationOut, "description": "New"}},
)
def put_reservation(
    material: Identifier,
    brand: Identifier,
    body: ReservationIn,
    caller: CallerDep,
    factory: CurrentFactory,
    database: DatabaseDep,
    settings: SettingsDep,
    response: Response,
) -> ReservationOut:
    """Keep some of a material for a brand until a day; its runs take from that first."""
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        created = reserve(
            session,
            factory,
            material,
            brand,
            quantity=body.quantity,
            until=body.until,
            as_of=body.as_of,
            reserved_by=caller.role,
            at=at,
        )
        [stored] = materials_named(session, material, brand_id=None, factory_id=factory.id)
        [kept] = [one for one in stored.known.kept if stored.brands[one.brand_id] == brand]
        shown = ReservationOut.of(kept, brand)
        act = Act(
            "reservation.set",
            f"{material}/{brand}",
            brand_id=kept.brand_id,
            factory_id=factory.id,
        )
        record(session, caller, act, at=at)
    response.status_code = 201 if created else 200
    return shown


@routes.delete("/materials/{material}/reservations/{brand}", status_code=204)
def delete_reservation(
    material: str,
    brand: str,
    caller: CallerDep,
    factory: CurrentFactory,
    database: DatabaseDep,
    settings: SettingsDep,
) -> None:
    """Keep nothing of a material for a brand any more."""
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        brand_id = unreserve(session, factory, material, brand, at=at)
        act = Act(
            "reservation.removed",
            f"{material}/{brand}",
            brand_id=brand_id,
            factory_id=factory.id,
        )
        record(session, caller, act, at=at)
