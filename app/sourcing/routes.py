"""Put and read offers."""

from fastapi import Response

from app.clock.time import now
from app.errors import Malformed, NotFound
from app.parties.access import CurrentFactory, Reader
from app.sourcing.ingest import put_offer as store_offer
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
