"""Ask for a refresh, and see how far it is."""

from sqlalchemy.orm import Session

from app.catalog.queries import active_style_ids, skus_by_code
from app.clock.time import now
from app.errors import FieldError, Invalid, Malformed, NotFound
from app.parties.access import OpsOnly
from app.parties.queries import brand_named
from app.refresh.progress import ask
from app.refresh.queries import brands_in_order, failed_styles, refresh_counts
from app.refresh.schemas import RefreshIn, RefreshOut
from app.refresh.tables import Refresh
from app.web.context import DatabaseDep, SettingsDep
from app.web.routing import router

routes = router(tag="refreshes")


@routes.post("/refreshes", status_code=202)
def start_refresh(
    asked: RefreshIn, _: OpsOnly, database: DatabaseDep, settings: SettingsDep
) -> RefreshOut:
    """Refresh forecasts and recommendations now; they also refresh by themselves.

    `skus` limits what is planned, never what is learned from, and needs `brand`.
    """
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        brand_id, styles = _wanted(session, asked)
        return _shown(session, ask(session, brand_id, styles, at=at))


@routes.get("/refreshes/{refresh_id}")
def get_refresh(refresh_id: str, _: OpsOnly, database: DatabaseDep) -> RefreshOut:
    """Show how far a refresh is, and which styles failed."""
    with database.read() as session:
        found = session.get(Refresh, refresh_id)
        if found is None:
            raise NotFound("there is no such refresh")
        return _shown(session, found)


def _wanted(session: Session, asked: RefreshIn) -> tuple[int | None, dict[int, list[int]]]:
    if asked.brand is None:
        if asked.skus is not None:
            raise Malformed("skus are a brand's: name it too", code="missing_parameter")
        every = brands_in_order(session)
        return None, {brand: active_style_ids(session, brand) for brand in every}
    brand = brand_named(session, asked.brand)
    if brand is None:
        raise NotFound("there is no such brand")
    if asked.skus is None:
        return brand.id, {brand.id: active_style_ids(session, brand.id)}
    known = skus_by_code(session, brand.id, asked.skus)
    errors = [
        FieldError(f"/skus/{index}", "unknown_sku", "the brand has no such SKU")
        for index, code in enumerate(asked.skus)
        if code not in known
    ]
    if errors:
        raise Invalid("some SKUs are not the brand's", code="unknown_sku", errors=errors)
    return brand.id, {brand.id: sorted({ref.style_id for ref in known.values()})}


def _shown(session: Session, refresh: Refresh) -> RefreshOut:
    session.flush()
    return RefreshOut.of(refresh, refresh_counts(session, refresh), failed_styles(session, refresh))
