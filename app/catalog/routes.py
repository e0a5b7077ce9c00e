"""Put and read styles."""

from fastapi import Response

from app.audit.record import Act, record
from app.catalog.catalog_schemas import CatalogIn, CatalogOut
from app.catalog.ingest import put_style as store_style
from app.catalog.ingest import put_styles
from app.catalog.queries import skus_by_style, style_by_code, styles_by_code, styles_page
from app.catalog.schemas import Planning, StyleIn, StyleOut
from app.catalog.tables import Style
from app.clock.time import now
from app.errors import NotFound
from app.parties.access import CallerDep, CurrentBrand
from app.web.context import DatabaseDep, SettingsDep
from app.web.paging import Page, PageParams
from app.web.routing import router
from app.web.wire import Identifier

routes = router(tag="catalog")


@routes.put("/styles/{style}", responses={201: {"model": StyleOut, "description": "New"}})
def put_style(
    style: Identifier,
    body: StyleIn,
    caller: CallerDep,
    brand: CurrentBrand,
    database: DatabaseDep,
    settings: SettingsDep,
    response: Response,
) -> StyleOut:
    """Store a style whole: what is left out of the body is no longer so.

    SKUs left out become inactive: they are not planned any more, and keep their past.
    """
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        created = store_style(session, brand.id, body.to_draft(style), at=at)
        stored = styles_by_code(session, brand.id, [style])[style]
        skus = skus_by_style(session, [stored.id])
        record(session, caller, Act("style.set", style, brand_id=brand.id), at=at)
    response.status_code = 201 if created else 200
    return StyleOut.of(stored, skus[stored.id])


@routes.get("/styles/{style}")
def get_style(style: str, brand: CurrentBrand, database: DatabaseDep) -> StyleOut:
    """Read a style with its active SKUs."""
    with database.read() as session:
        stored = style_by_code(session, brand.id, style)
        if stored is None:
            raise NotFound("there is no such style")
        return StyleOut.of(stored, skus_by_style(session, [stored.id])[stored.id])


@routes.get("/styles")
def list_styles(
    brand: CurrentBrand,
    database: DatabaseDep,
    page: PageParams,
    planning: Planning | None = None,
) -> Page[StyleOut]:
    """List the brand's styles by id, all of them or those of one planning state."""
    shown = page.after(str)
    with database.read() as session:
        rows = styles_page(
            session,
            brand.id,
            planning=planning,
            after=None if shown is None else shown[0],
            limit=page.fetch,
        )
        skus = skus_by_style(session, [row.id for row in rows])

        def out(row: Style) -> StyleOut:
            return StyleOut.of(row, skus[row.id])

        return page.page(rows, key=lambda row: (row.code,), out=out)


@routes.post("/catalog", response_model_exclude_none=True)
def post_catalog(
    body: CatalogIn,
    caller: CallerDep,
    brand: CurrentBrand,
    database: DatabaseDep,
    settings: SettingsDep,
) -> CatalogOut:
    """Store up to 1,000 styles, each as a `PUT` of it would.

    An invalid value refuses the whole body; a valid style that cannot be taken (a SKU of another
    style, another currency, the same style twice) is rejected alone.
    """
    drafts = body.to_drafts()
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        outcome = put_styles(session, brand.id, drafts, at=at)
        taken = [
            draft.code for draft, one in zip(drafts, outcome, strict=True) if one.refusal is None
        ]
        act = Act("styles.set", brand.code, brand_id=brand.id, details={"styles": taken})
        record(session, caller, act, at=at)
    return CatalogOut.of(drafts, outcome)
