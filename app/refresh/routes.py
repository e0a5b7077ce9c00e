"""Ask for a refresh and see how far it is; decide again what a refresh decided."""

from sqlalchemy.orm import Session

from app.catalog.queries import active_style_ids, skus_by_code, style_by_code
from app.clock.time import now
from app.errors import FieldError, Invalid, NotFound
from app.parties.access import CurrentBrand, OpsOnly
from app.parties.queries import brand_named
from app.recommendations.kept import kept_decision
from app.recommendations.queries import last_decision, of_brand
from app.recommendations.tables import DecisionRow
from app.refresh.progress import ask
from app.refresh.queries import brands_in_order, failed_styles, refresh_counts
from app.refresh.replay import Issued, replay
from app.refresh.schemas import RefreshIn, RefreshOut, ReplayOut
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


@routes.get("/recommendations/{recommendation}/replay")
def replay_recommendation(
    recommendation: str, brand: CurrentBrand, database: DatabaseDep
) -> ReplayOut:
    """Decide again from what was kept: the same inputs, quantities and money in cents?

    Whatever was sold, reported or offered since does not matter. 409 `replay_unavailable` says
    why where this version can no longer decide as it was decided.
    """
    with database.read() as session:
        row = of_brand(session, brand.id, recommendation)
        issued = Issued.of(row)
        kept = kept_decision(session, session.get_one(DecisionRow, row.decision_id))
    return ReplayOut.of(replay(kept, issued))


@routes.get("/decisions/{style}/replay")
def replay_decision(style: str, brand: CurrentBrand, database: DatabaseDep) -> ReplayOut:
    """Make the last decision of a style again, hold included, as a recommendation is replayed."""
    with database.read() as session:
        found = style_by_code(session, brand.id, style)
        if found is None:
            raise NotFound("there is no such style")
        row = last_decision(session, found.id)
        if row is None:
            raise NotFound("nothing was decided for the style yet", code="not_decided_yet")
        kept = kept_decision(session, row)
    return ReplayOut.of(replay(kept))


def _wanted(session: Session, asked: RefreshIn) -> tuple[int | None, dict[int, list[int]]]:
    if asked.brand is None:
        if asked.skus is not None:
            named = FieldError("/brand", "missing", "skus are a brand's: name it too")
            raise Invalid("the body is not valid", errors=[named])
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
