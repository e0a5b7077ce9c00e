"""Figures of a period, for operators, brands and factories."""

from app.clock.time import now
from app.insight.forecast_kpis import forecast_kpis
from app.insight.kpi_schemas import KpisOut
from app.insight.period import asked
from app.insight.run_kpis import brand_kpis, runs_of, shared_kpis
from app.insight.shelf_kpis import shelf_kpis
from app.parties.access import Reader
from app.sales.tables import SalesRow
from app.web.context import DatabaseDep, SettingsDep
from app.web.period import FromDay, ToDay
from app.web.routing import router

routes = router(tag="insight")


@routes.get("/kpis")
def get_kpis(
    reader: Reader,
    database: DatabaseDep,
    settings: SettingsDep,
    first: FromDay = None,
    last: ToDay = None,
) -> KpisOut:
    """Read the figures of a period, by default the year up to today, at most three years.

    Runs count on the day they were accepted, recommendations on the day they were issued. A brand
    sees all of its own, a factory (and ops that name a factory alone) what it may know.
    """
    with database.read(SalesRow) as session:
        at = now(session, sandbox=settings.sandbox)
        wanted = asked(reader.brand, reader.factory, first, last, at=at)
        is_brand = reader.brand is not None and reader.caller.role != "factory"
        runs = runs_of(session, wanted)
        found = shared_kpis(session, wanted, runs)
        if is_brand:
            found |= brand_kpis(session, wanted, runs)
            found |= shelf_kpis(session, wanted, runs)
            found |= forecast_kpis(session, wanted)
        return KpisOut.of(wanted, found, is_brand=is_brand)
